"""Where places meet the paths: the nearest one, and those to which they can go straight over the grounds that they lie in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.model import Point
from routing.travel.footways import STREETS, as_footways, of_kind
from routing.travel.grounds import CLOSE_M, Grounds
from routing.travel.road_graph import RoadGraph
from routing.travel.snapping import Snap, Snapper
from routing.travel.sphere import project

OFF_THE_PATHS_M = 150
"""A place farther from any path than this, and from which no grounds lead to one, is where nobody has drawn any: walks from there
are told by straight distance."""

ON_A_PATH_M = 5
"""A place so near to a path stands on it."""

TOGETHER_M = 0.01
"""A path that is no farther than this beyond the nearest one lies on it: two ways were drawn along one line, and a place there is
on both."""


class Nearest(NamedTuple):
    """The nearest path of a place, then whatever runs together with it there."""

    link: list[int]
    share: list[float]
    at: list[Point]
    """The spots themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Doorstep:
    """A place with the s spots on paths that it's left by, and the n nodes at the ends of their links, each once."""

    point: Point
    access_m: float
    """To the nearest path."""
    off: bool
    """Whether it's off the paths: the spots mean nothing then."""
    grounds: frozenset[int]
    """Those that the place lies in."""
    links: frozenset[int]
    link: NDArray[np.intp]
    share: NDArray[np.float64]
    """Of the link, from its tail; shape (s,) as `link`, `along_m` and `beside_m`."""
    along_m: NDArray[np.float64]
    beside_m: NDArray[np.float64]
    """Beside the paths."""
    door: NDArray[np.float64]
    """Where the way beside the paths leads first: the (lon, lat) of a gate or of the spot itself; shape (s, 2)."""
    nodes: NDArray[np.int64]
    node_m: NDArray[np.float64]
    """From the place by the best spot."""
    node_spot: NDArray[np.intp]


class Doorsteps:
    """Finds the doorsteps of places. `circuity`: how much longer a walk over grounds is than a straight line."""

    def __init__(self, graph: RoadGraph, snapper: Snapper, circuity: float) -> None:
        self.paths, self.snapper, self.circuity = as_footways(graph), snapper, circuity
        self.scale = project(np.ones((1, 2)), snapper.lat_0)
        self.grounds, self.streets = Grounds(self.paths, snapper.lat_0), of_kind(graph, STREETS)
        edge = np.unique(graph.link, return_index=True)[1]
        self.ends = np.where(graph.along[edge], [graph.tail[edge], graph.head[edge]], [graph.head[edge], graph.tail[edge]])
        self.length_m = graph.length_m[edge]

    def of(self, points: Sequence[Point]) -> list[Doorstep]:
        """The doorstep of each place. Raises ValueError for a point that is not on the earth."""
        snaps, places = self.snapper.snap(points), self._on_plane(points)
        each = zip(snaps, places, self._nearest(snaps, places), self._grounds(snaps, places), strict=True)
        return [self._doorstep(*one) for one in each]

    def share_of(self, node: int, link: int) -> float:
        """Where a link has the node at one of its ends: 0 or 1."""
        return 0.0 if self.ends[0, link] == node else 1.0

    def straight_m(self, a: Doorstep, b: Doorstep) -> float:
        """The walk from one place to another over grounds that both lie in; infinite where there is none."""
        if a.grounds.isdisjoint(b.grounds):
            return np.inf
        line = shapely.linestrings(self._on_plane([a.point, b.point])[None])
        clear = any(self.grounds.clear(ground, line).all() for ground in a.grounds & b.grounds)
        return self.circuity * float(shapely.length(line[0])) if clear else np.inf

    def _nearest(self, snaps: Sequence[Snap], places: NDArray[np.float64]) -> list[Nearest]:
        """The nearest paths of each place. At its end a path runs together with none: it meets others there, and leads to all."""
        found = [Nearest([snap.link], [snap.share], [snap.at]) for snap in snaps]
        access_m = np.array([snap.access_m for snap in snaps])
        near = np.flatnonzero(access_m <= OFF_THE_PATHS_M)
        points = shapely.points(places[near])
        number, line = self.snapper.tree.query(points, predicate="dwithin", distance=access_m[near] + TOGETHER_M)
        other = self.snapper.links[line] != np.array([snap.link for snap in snaps], dtype=np.intp)[near[number]]
        number, line = number[other], line[other]
        paths = self.snapper.lines[line]
        along_m = shapely.line_locate_point(paths, points[number])
        spots = shapely.get_coordinates(shapely.line_interpolate_point(paths, along_m)) / self.scale
        share = along_m / shapely.length(paths)
        for i in np.flatnonzero(np.minimum(along_m, shapely.length(paths) - along_m) > TOGETHER_M).tolist():
            link, shares, at = found[near[number[i]]]
            link.append(int(self.snapper.links[line[i]]))
            shares.append(float(share[i]))
            at.append(Point(*spots[i].tolist()))
        return found

    def _grounds(self, snaps: Sequence[Snap], places: NDArray[np.float64]) -> list[list[int]]:
        """The grounds that each place lies in; none where it stands at a street or on a path, for then it's left by that.

        So are stops at the kerb: outlines are often drawn to the middle of a street.
        """
        found = self.grounds.around(places)
        inside = np.array([number for number, grounds in enumerate(found) if grounds], dtype=np.intp)
        near, line = self.snapper.tree.query(shapely.points(places[inside]), predicate="dwithin", distance=CLOSE_M)
        at_a_street = {*inside[near[self.streets[self.snapper.links[line]]]].tolist()}
        for number in inside.tolist():
            if number in at_a_street or snaps[number].access_m <= ON_A_PATH_M:
                found[number] = []
        return found

    def _doorstep(self, snap: Snap, place: NDArray[np.float64], nearest: Nearest, grounds: list[int]) -> Doorstep:
        paths, exits = self.paths, self.grounds.exits(place, grounds)
        link = np.concatenate([nearest.link, paths.door_link[exits.door]])
        share = np.concatenate([nearest.share, paths.door_share[exits.door]])
        beside_m = np.concatenate([[snap.access_m] * len(nearest.link), self.circuity * exits.metres])
        door = np.concatenate([nearest.at, paths.door_lonlat[exits.door]])
        far = snap.access_m > OFF_THE_PATHS_M
        if far and len(exits.door):  # the nearest path is none that one goes to
            link, share, beside_m, door = link[1:], share[1:], beside_m[1:], door[1:]
        length_m = self.length_m[link]
        along_m = share * length_m
        metres = np.concatenate([beside_m + along_m, beside_m + length_m - along_m])
        order = np.argsort(metres, kind="stable")
        nodes, first = np.unique(self.ends[:, link].ravel()[order], return_index=True)
        best = order[first]
        return Doorstep(
            point=snap.point,
            access_m=snap.access_m,
            off=far and not len(exits.door),
            grounds=frozenset(grounds),
            links=frozenset(link.tolist()),
            link=link,
            share=share,
            along_m=along_m,
            beside_m=beside_m,
            door=door,
            nodes=nodes.astype(np.int64),
            node_m=metres[best],
            node_spot=best % len(link),
        )

    def _on_plane(self, points: Sequence[Point]) -> NDArray[np.float64]:
        return np.asarray(np.array(points, dtype=np.float64).reshape(-1, 2) * self.scale)
