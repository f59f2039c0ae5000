"""Walks by trying every few metres of every path, and looking whether anything lies between: from the drawn lines alone."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely
from hypothesis import assume
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.model import Point
from routing.travel.osm_grounds import Land
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import project

CIRCUITY = 1.25
EVERY_M = 4
TOGETHER_M = 0.01


class Spots(NamedTuple):
    """Where a place gets to a path: links, metres along and beside them, and whether it sees ten metres to either side, too."""

    link: NDArray[np.intp]
    along_m: NDArray[np.float64]
    beside_m: NDArray[np.float64]
    sure: NDArray[np.bool_]


class SlowWalks:
    """A network whose links of kind "residential" are streets, and the land beside it, without fences.

    `marks`: shares of links that are tried as well.
    """

    def __init__(self, graph: RoadGraph, land: Land, marks: dict[int, list[float]]) -> None:
        self.graph, self.marks, self.lat_0 = graph, marks, float(graph.lat.mean())
        self.lines = np.array([shapely.LineString(project(shape, self.lat_0)) for shape in graph.shapes], dtype=object)
        self.streets = self.lines[graph.kind == graph.kinds.index("residential")]
        self.grounds = list(shapely.transform(land.grounds, lambda lonlat: project(lonlat, self.lat_0)))
        walls = shapely.transform(land.walls, lambda lonlat: project(lonlat, self.lat_0))
        self.walls = shapely.union_all([*walls, *self.streets])
        self.ends = np.array([(graph.tail[k], graph.head[k]) for k in range(len(self.lines))])

    @cached_property
    def between_m(self) -> NDArray[np.float64]:
        shortest: dict[tuple[int, int], float] = {}
        for (tail, head), line in zip(self.ends.tolist(), self.lines, strict=True):
            shortest[tail, head] = min(line.length, shortest.get((tail, head), np.inf))
        both = shortest | {(b, a): min(m, shortest.get((b, a), np.inf)) for (a, b), m in shortest.items()}
        rows, columns = np.array(list(both)).T
        found: NDArray[np.float64] = dijkstra(csr_array((list(both.values()), (rows, columns)), shape=(self.graph.nodes,) * 2))
        return found

    def metres(self, a: Point, b: Point) -> tuple[float, float]:
        """The shortest walk, and the shortest by spots that are sure; infinite where no path is near."""
        here, there = self._on_plane(a), self._on_plane(b)
        from_a, from_b = self._spots(here), self._spots(there)
        straight = np.inf
        for ground in self._around(here):
            if any(ground is other for other in self._around(there)) and self._clear(ground, here, there[None], 0)[0]:
                straight = CIRCUITY * float(np.hypot(*(there - here)))
        return tuple(min(straight, self._along(*pair)) for pair in ((from_a, from_b), (_sure(from_a), _sure(from_b))))  # type: ignore[return-value]

    def _along(self, a: Spots, b: Spots) -> float:
        around = (self._to_nodes(a)[:, None] + self.between_m + self._to_nodes(b)).min()
        on_one = a.beside_m[:, None] + np.abs(a.along_m[:, None] - b.along_m) + b.beside_m
        on_one = np.where(a.link[:, None] == b.link, on_one, np.inf)
        return float(min(around, on_one.min(initial=np.inf)))

    def _to_nodes(self, spots: Spots) -> NDArray[np.float64]:
        found = np.full(self.graph.nodes, np.inf)
        np.minimum.at(found, self.ends[spots.link, 0], spots.beside_m + spots.along_m)
        np.minimum.at(found, self.ends[spots.link, 1], spots.beside_m + shapely.length(self.lines[spots.link]) - spots.along_m)
        return found

    def _spots(self, here: NDArray[np.float64]) -> Spots:
        place = shapely.Point(here)
        off_m = shapely.distance(self.lines, place)
        nearest = np.flatnonzero(off_m <= min(off_m.min() + TOGETHER_M, 150)).tolist()
        found = [(link, self.lines[link].project(place), float(off_m[link]), True) for link in nearest]
        for ground in self._around(here):
            for link in np.flatnonzero(shapely.distance(self.lines, ground) <= 10).tolist():
                line = self.lines[link]
                marks = [share * line.length for share in self.marks.get(link, [])]
                along = np.unique([*np.arange(0, line.length, EVERY_M), *marks, line.length])
                ends = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
                seen = self._clear(ground, here, ends, 0.3)
                for m, end in zip(along[seen].tolist(), ends[seen], strict=True):
                    sure = bool(seen[abs(along - m) <= 10].all())
                    found.append((link, m, CIRCUITY * float(np.hypot(*(end - here))), sure))
        return Spots(*(np.array(each) for each in zip(*found, strict=True))) if found else NO_SPOTS

    def _around(self, here: NDArray[np.float64]) -> list[Any]:
        """The grounds that a place is in, unless it stands at a street or on a path; nothing that hangs by a metre is told."""
        place = shapely.Point(here)
        off_m, street_m = shapely.distance(self.lines, place), shapely.distance(self.streets, place)
        assume(not (np.abs([*(off_m - 5), *(off_m - 150), *(street_m - 10)]) < 1).any())
        assume(not (np.abs(off_m - off_m.min() - TOGETHER_M) < 1e-4).any())
        if off_m.min() < 5 or street_m.min(initial=np.inf) < 10:
            return []
        return [ground for ground in self.grounds if ground.intersects(place)]

    def _clear(self, ground: Any, here: NDArray[np.float64], ends: NDArray[np.float64], short_m: float) -> NDArray[np.bool_]:
        whole_m = np.maximum(np.hypot(*(ends - here).T), 1e-9)
        ends = here + (ends - here) * (np.maximum(whole_m - short_m, 0) / whole_m)[:, None]
        lines = shapely.linestrings(np.stack([np.broadcast_to(here, ends.shape), ends], axis=1))
        clear: NDArray[np.bool_] = shapely.length(shapely.difference(lines, ground)) <= 10
        return clear & ~shapely.intersects(self.walls, lines)

    def _on_plane(self, place: Point) -> NDArray[np.float64]:
        return np.asarray(project(np.array([place]), self.lat_0)[0])


NO_SPOTS = Spots(np.zeros(0, dtype=np.intp), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.bool_))


def _sure(spots: Spots) -> Spots:
    return Spots(*(each[spots.sure] for each in spots))
