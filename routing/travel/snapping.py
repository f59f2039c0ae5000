"""From a point to the spot on the nearest road where a bus stops for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.model import Point
from routing.travel.engine import weights_ms
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import project, require_on_earth

SNAP_LIMIT_M = 500
"""A point farther from any road than this has no way to it."""

ACCESS_M_S = 15 / 3.6
"""Speed between the road and a point beside it: a forecourt, a lay-by."""


class Spot(NamedTuple):
    """A place on an edge: `before_ms`, `before_m` from its tail, `after_ms`, `after_m` to its head."""

    edge: int
    before_ms: int
    after_ms: int
    before_m: float
    after_m: float


@dataclass(frozen=True, slots=True)
class Snap:
    """Where a point meets the road: a spot on the edge of each direction that the road has, and the way from the road."""

    point: Point
    at: Point
    """The spot itself."""
    link: int
    share: float
    """How far along the link's shape, 0 to 1."""
    spots: tuple[Spot, ...]
    """Empty where no road is within `SNAP_LIMIT_M`."""
    access_m: float
    access_ms: int


class Snapper:
    """Finds the nearest kerbside road of any point, on a plane true at the network's middle latitude."""

    def __init__(self, graph: RoadGraph) -> None:
        self.graph, self.weights = graph, weights_ms(graph)
        self.lat_0 = float(graph.lat.mean())
        self.links = np.flatnonzero(graph.kerbside)
        shapes = [graph.shapes[link] for link in self.links]
        rows = np.repeat(np.arange(len(shapes)), [len(shape) for shape in shapes])
        self.lines = shapely.linestrings(project(np.concatenate(shapes), self.lat_0), indices=rows)
        self.tree = shapely.STRtree(self.lines)
        self.edges_of: dict[int, list[int]] = {}
        for edge, link in enumerate(graph.link.tolist()):
            self.edges_of.setdefault(link, []).append(edge)

    def snap(self, points: Sequence[Point]) -> list[Snap]:
        """Raises ValueError for a point that is not on the earth."""
        if not points:
            return []
        lonlat = np.array(points, dtype=np.float64).reshape(-1, 2)
        require_on_earth(lonlat)
        places = shapely.points(project(lonlat, self.lat_0))
        nearest = self.tree.nearest(places)
        lines = self.lines[nearest]
        shares = shapely.line_locate_point(lines, places, normalized=True)
        spots = shapely.get_coordinates(shapely.line_interpolate_point(lines, shares, normalized=True))
        far = shapely.distance(lines, places)
        at = spots / project(np.ones((1, 2)), self.lat_0)
        links = self.links[nearest]
        return [
            self._snap(Point(*map(float, p)), Point(*map(float, a)), int(link), float(share), float(metres))
            for p, a, link, share, metres in zip(lonlat, at, links, shares, far, strict=True)
        ]

    def _snap(self, point: Point, at: Point, link: int, share: float, far_m: float) -> Snap:
        spots = tuple(self._spot(edge, share) for edge in self.edges_of[link]) if far_m <= SNAP_LIMIT_M else ()
        return Snap(point, at, link, share, spots, far_m, round(far_m / ACCESS_M_S * 1000))

    def _spot(self, edge: int, share: float) -> Spot:
        done = share if self.graph.along[edge] else 1 - share
        whole_ms, whole_m = int(self.weights[edge]), float(self.graph.length_m[edge])
        before_ms = round(done * whole_ms)
        return Spot(edge, before_ms, whole_ms - before_ms, done * whole_m, (1 - done) * whole_m)


def part_of(shape: NDArray[np.float64], begin: float, end: float) -> NDArray[np.float64]:
    """The rows of a line between two shares of its length (0 to 1), cut ends included; backwards where `begin` is larger."""
    if begin > end:
        return part_of(shape[::-1], 1 - begin, 1 - end)
    steps = np.hypot(*(np.diff(project(shape, float(shape[:, 1].mean())), axis=0).T))
    done = np.concatenate([[0.0], np.cumsum(steps)])
    marks = np.array([begin, end]) * done[-1]
    ends = np.column_stack([np.interp(marks, done, shape[:, 0]), np.interp(marks, done, shape[:, 1])])
    inner = shape[(done > marks[0]) & (done < marks[1])]
    return np.concatenate([ends[:1], inner, ends[1:]])
