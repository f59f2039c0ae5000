"""Walks along footways: how far it really is to a stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.snapping import Snap
from routing.travel.sphere import chord_coordinates, require_on_earth
from routing.travel.walking import Walk, Walking

OFF_THE_PATHS_M = 150
"""A place farther from any path than this is where nobody has drawn any: walks from there are told by straight distance."""


class WalkPaths:
    """Walks over a network of footways (`osm_walks.read_walks`).

    A walk goes straight to the nearest path and along the shortest way. `times` is at a metre a second; `walking` tells the pace,
    and the circuity for places without paths.
    """

    def __init__(self, times: RoadGraphTimes, walking: Walking) -> None:
        self.times, self.walking = times, walking

    def metres(self, origins: Sequence[Point], destinations: Sequence[Point]) -> NDArray[np.int64]:
        """Metres on foot from each origin to each destination, rounded, shape (origins, destinations).

        Raises ValueError for a point that is not on the earth.
        """
        return self.between(self.snap(origins), self.snap(destinations))

    def snap(self, points: Sequence[Point]) -> list[Snap]:
        """Where each place meets the paths."""
        return self.times.snapper.snap(points)

    def between(self, origins: Sequence[Snap], destinations: Sequence[Snap]) -> NDArray[np.int64]:
        """The same for places whose paths are known."""
        (starts, out_m), (ends, in_m) = self._ends(origins), self._ends(destinations)
        between_m = self.times.engine.times_ms(starts.ravel(), ends.ravel()).reshape(len(origins), 2, len(destinations), 2) / 1000
        along_m = (out_m[:, :, None, None] + between_m + in_m[None, None, :, :]).min(axis=(1, 3))
        for i, a in enumerate(origins):
            for j, b in enumerate(destinations):
                if max(a.access_m, b.access_m) > OFF_THE_PATHS_M:
                    along_m[i, j] = self.walking.metres(a.point, b.point)
                elif a.link == b.link:
                    on_m = abs(a.share - b.share) * self._length_m(a)
                    along_m[i, j] = min(along_m[i, j], a.access_m + on_m + b.access_m)
                if a.point == b.point:
                    along_m[i, j] = 0
        return np.asarray(np.rint(along_m), dtype=np.int64)

    def path(self, a: Point, b: Point) -> list[Point]:
        """The line walked, both ends included; straight where there are no paths."""
        return self.times.path(a, b) or [a, b]

    def _ends(self, snaps: Sequence[Snap]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The nodes at both ends of each snapped link, and the metres to them, also those beside the path; shape (n, 2) each."""
        spots = [snap.spots[0] if snap.spots else None for snap in snaps]
        edges = np.array([0 if spot is None else spot.edge for spot in spots], dtype=np.int64)
        nodes = np.column_stack([self.times.graph.tail[edges], self.times.graph.head[edges]]).astype(np.int64)
        far = [(0.0, 0.0) if spot is None else (spot.before_m, spot.after_m) for spot in spots]
        beside = np.array([snap.access_m for snap in snaps], dtype=np.float64)
        return nodes, np.array(far, dtype=np.float64).reshape(-1, 2) + beside[:, None]

    def _length_m(self, snap: Snap) -> float:
        return snap.spots[0].before_m + snap.spots[0].after_m


class PathIndex:
    """Stops by place, as `walking.StopIndex` has them, with walks along paths."""

    def __init__(self, stops: Mapping[str, Point], paths: WalkPaths) -> None:
        self.names, self.places, self.paths, self.walking = list(stops), list(stops.values()), paths, paths.walking
        self.snaps = paths.snap(self.places)
        self.tree = KDTree(_in_space(self.places))

    def near(self, point: Point, limit_m: int) -> list[Walk]:
        """The stops at most `limit_m` on foot from a point, nearest first. Raises ValueError if it is not on the earth."""
        here = _in_space([point])[0]
        # No path is shorter than the straight line, and the plane of the snapper is true to a part in a thousand.
        found = self.tree.query_ball_point(here, 1.01 * limit_m + 1) if self.places else []
        walks = self._walks(point, [int(i) for i in found])
        return sorted((walk for walk in walks if walk.metres <= limit_m), key=lambda walk: (walk.metres, walk.stop))

    def nearest(self, point: Point) -> Walk | None:
        """The stop nearest to a point, however far; None where there are no stops. Raises ValueError as `near` does."""
        here = _in_space([point])[0]
        if not self.places:
            return None
        straight = self._walks(point, [int(self.tree.query(here)[1])])[0]
        return self.near(point, straight.metres)[0]

    def metres(self, a: Point, b: Point) -> int:
        """The walk between two places, rounded to the metre."""
        return int(self.paths.metres([a], [b])[0, 0])

    def _walks(self, point: Point, found: list[int]) -> list[Walk]:
        if not found:
            return []
        metres = self.paths.between(self.paths.snap([point]), [self.snaps[i] for i in found])[0].tolist()
        return [Walk(self.names[i], self.places[i], m, self.walking.seconds(m)) for i, m in zip(found, metres, strict=True)]


def _in_space(places: Sequence[Point]) -> NDArray[np.float64]:
    lonlat = np.array(places, dtype=np.float64).reshape(-1, 2)
    require_on_earth(lonlat)
    return chord_coordinates(lonlat)
