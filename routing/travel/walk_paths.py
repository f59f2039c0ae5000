"""Walks along footways: how far it really is to a stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from routing.model import Point
from routing.travel.doorsteps import OFF_THE_PATHS_M as OFF_THE_PATHS_M
from routing.travel.doorsteps import Doorstep, Doorsteps
from routing.travel.engine import NO_WAY
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.snapping import part_of
from routing.travel.sphere import chord_coordinates, require_on_earth
from routing.travel.walking import Walk, Walking


class Way(NamedTuple):
    """The spots by which a walk comes to the paths and leaves them, and the (lon, lat) rows from the one to the other."""

    out: int
    into: int
    along: NDArray[np.float64]


class WalkPaths:
    """Walks over a network of footways (`osm_walks.read_walks`).

    A walk goes straight to the nearest path (to either, where two run together), or over the grounds that a place lies in
    to a path in or by them, and then along the shortest way. `times` is at a metre a second; `walking` tells the pace, and the
    circuity of grounds and of where no paths are.
    """

    def __init__(self, times: RoadGraphTimes, walking: Walking) -> None:
        self.times, self.walking = times, walking
        self.doorsteps = Doorsteps(times.graph, times.snapper, walking.circuity)

    def metres(self, origins: Sequence[Point], destinations: Sequence[Point]) -> NDArray[np.int64]:
        """Metres on foot from each origin to each destination, rounded, shape (origins, destinations).

        Raises ValueError for a point that is not on the earth.
        """
        return self.between(self.snap(origins), self.snap(destinations))

    def snap(self, points: Sequence[Point]) -> list[Doorstep]:
        """Where each place meets the paths."""
        return self.doorsteps.of(points)

    def between(self, origins: Sequence[Doorstep], destinations: Sequence[Doorstep]) -> NDArray[np.int64]:
        """The same for places whose paths are known."""
        if not origins or not destinations:
            return np.zeros((len(origins), len(destinations)), dtype=np.int64)
        along_m = np.minimum.reduceat(self._by_nodes(origins, destinations), _begins(origins), axis=0)
        along_m = np.minimum.reduceat(along_m, _begins(destinations), axis=1)
        for i, a in enumerate(origins):
            for j, b in enumerate(destinations):
                along_m[i, j] = self._least(a, b, float(along_m[i, j]))
        return np.asarray(np.rint(along_m), dtype=np.int64)

    def path(self, a: Point, b: Point) -> list[Point]:
        """The line walked, both ends included; straight where there are no paths, and over grounds."""
        start, end = self.snap([a, b])
        way = self._way(start, end)
        if way is None:
            return [a, b]
        out, into, along = way
        doors = [start.door[None, out], along, end.door[None, into]]
        line = [a, *(Point(lon, lat) for lon, lat in np.concatenate(doors).tolist()), b]
        return [a, *(after for before, after in pairwise(line) if after != before)]

    def _by_nodes(self, origins: Sequence[Doorstep], destinations: Sequence[Doorstep]) -> NDArray[np.float64]:
        """The walks from each node of the origins, one origin after the other, to each node of the destinations."""
        out_m, in_m = (np.concatenate([one.node_m for one in steps]) for steps in (origins, destinations))
        starts, ends = (np.concatenate([one.nodes for one in steps]) for steps in (origins, destinations))
        return np.asarray(out_m[:, None] + self.times.engine.times_ms(starts, ends) / 1000 + in_m, dtype=np.float64)

    def _least(self, a: Doorstep, b: Doorstep, by_nodes_m: float) -> float:
        """The shortest walk, where that by way of nodes is known."""
        if a.point == b.point:
            return 0.0
        if a.off or b.off:
            return self.walking.metres(a.point, b.point)
        on_one_m = inf if a.links.isdisjoint(b.links) else float(_on_one_link(a, b).min())
        return min(by_nodes_m, on_one_m, self.doorsteps.straight_m(a, b))

    def _way(self, a: Doorstep, b: Doorstep) -> Way | None:
        """The shortest walk along paths; None where it's straight."""
        by_nodes, on_one = self._by_nodes([a], [b]), _on_one_link(a, b)
        least_m = self._least(a, b, float(by_nodes.min()))
        if a.off or b.off or a.point == b.point or least_m >= NO_WAY / 1000 or least_m == self.doorsteps.straight_m(a, b):
            return None
        if least_m == on_one.min():
            out, into = (int(spot) for spot in np.unravel_index(on_one.argmin(), on_one.shape))
            return Way(out, into, self._on_link(a, out, float(b.share[into])))
        i, j = np.unravel_index(by_nodes.argmin(), by_nodes.shape)
        out, into = int(a.node_spot[i]), int(b.node_spot[j])
        between = self.times.engine.edges(int(a.nodes[i]), int(b.nodes[j]))
        pieces = [
            self._on_link(a, out, self.doorsteps.share_of(int(a.nodes[i]), int(a.link[out]))),
            *(self.times.graph.edge_shape(edge) for edge in between),
            self._on_link(b, into, self.doorsteps.share_of(int(b.nodes[j]), int(b.link[into])))[::-1],
        ]
        return Way(out, into, np.concatenate(pieces))

    def _on_link(self, step: Doorstep, spot: int, share: float) -> NDArray[np.float64]:
        """From a spot to a share of its link."""
        return part_of(self.times.graph.shapes[step.link[spot]], float(step.share[spot]), share)


def _begins(steps: Sequence[Doorstep]) -> NDArray[np.intp]:
    """Where the nodes of each doorstep begin among those of all."""
    return np.cumsum([0, *(len(step.nodes) for step in steps[:-1])], dtype=np.intp)


def _on_one_link(a: Doorstep, b: Doorstep) -> NDArray[np.float64]:
    """The walks from each spot of one place to each of another along a link that both are on, else infinite; shape (s, t)."""
    walks = a.beside_m[:, None] + np.abs(a.along_m[:, None] - b.along_m) + b.beside_m
    return np.where(a.link[:, None] == b.link, walks, np.inf)


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
