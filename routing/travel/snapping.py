"""From a point to the spot on the nearest road where a bus stops for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
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


ON_THE_ROAD_M = 0.5
"""A point this near to the middle of a road lies on neither side of it."""

OTHER_ROADS_M = 40
"""How much farther than the nearest road that of the right direction may be: the other carriageway."""

AHEAD = np.cos(np.radians(75))
"""A road whose direction differs less than this from the bearing of a stop leads its way."""


class Kerb(NamedTuple):
    """A stop that is served from one side of its road only."""

    bearing: float | None = None
    """Which way a bus faces there, in degrees clockwise from north; None: as traffic goes on the side where the stop is."""


class Spot(NamedTuple):
    """A place on an edge: `before_ms`, `before_m` from its tail, `after_ms`, `after_m` to its head."""

    edge: int
    before_ms: int
    after_ms: int
    before_m: float
    after_m: float


@dataclass(frozen=True, slots=True)
class Snap:
    """Where a point meets the road: a spot on the edge of each direction in which a bus may stop, and the way beside the road."""

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
    """Finds the nearest kerbside road of any point, on a plane true at the network's middle latitude.

    In both directions of a road; on the side where the point lies, where there is a `Kerb` or the link is not `turnable`.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self.graph, self.weights, self.turnable = graph, weights_ms(graph), graph.turnable
        self.kerbs: Mapping[Point, Kerb] = {}
        self.lat_0 = float(graph.lat.mean())
        self.links = np.flatnonzero(graph.kerbside)
        shapes = [graph.shapes[link] for link in self.links]
        rows = np.repeat(np.arange(len(shapes)), [len(shape) for shape in shapes])
        self.lines = shapely.linestrings(project(np.concatenate(shapes), self.lat_0), indices=rows)
        self.tree = shapely.STRtree(self.lines)
        self.edges_of: dict[int, dict[bool, int]] = {}
        for edge, (link, along) in enumerate(zip(graph.link.tolist(), graph.along.tolist(), strict=True)):
            self.edges_of.setdefault(link, {}).setdefault(
                along, edge
            )  # copies come last: who stops there need not have come as they

    def with_kerbs(self, kerbs: Mapping[Point, Kerb]) -> Snapper:
        """The same, with points that have a side. All points on their links get one: a bus that turned round at a stop further on
        would be back sooner than one that has to go on."""
        other = copy(self)
        other.kerbs, other.turnable = dict(kerbs), self.turnable.copy()
        for snap in other.snap(list(kerbs)):
            other.turnable[snap.link] &= len(snap.spots) == len(self.edges_of[snap.link])
        return other

    def snap(self, points: Sequence[Point]) -> list[Snap]:
        """Where each point meets the road. Raises ValueError for a point that is not on the earth."""
        if not points:
            return []
        lonlat = np.array(points, dtype=np.float64).reshape(-1, 2)
        require_on_earth(lonlat)
        places = shapely.points(project(lonlat, self.lat_0))
        nearest = self.tree.nearest(places)
        for i, point in enumerate(points):
            if (kerb := self.kerbs.get(point)) and kerb.bearing is not None:
                nearest[i] = self._on_its_way(places[i], kerb.bearing, int(nearest[i]))
        lines = self.lines[nearest]
        shares = shapely.line_locate_point(lines, places, normalized=True)
        spots = shapely.get_coordinates(shapely.line_interpolate_point(lines, shares, normalized=True))
        far = shapely.distance(lines, places)
        at = spots / project(np.ones((1, 2)), self.lat_0)
        found = []
        for i, (point, near) in enumerate(zip(points, nearest.tolist(), strict=True)):
            link, share, far_m = int(self.links[near]), float(shares[i]), float(far[i])
            edges = self._edges(near, places[i], spots[i], self.kerbs.get(point)) if far_m <= SNAP_LIMIT_M else []
            marks = tuple(self._spot(edge, share) for edge in edges)
            found.append(Snap(point, Point(*at[i].tolist()), link, share, marks, far_m, round(far_m / ACCESS_M_S * 1000)))
        return found

    def _edges(self, line: int, place: shapely.Point, spot: NDArray[np.float64], kerb: Kerb | None) -> list[int]:
        """The edges along a link on which a bus may stand that serves a place beside it."""
        edges, turnable = self.edges_of[int(self.links[line])], bool(self.turnable[self.links[line]])
        if len(edges) == 1 or (kerb is None and turnable):
            return list(edges.values())
        ahead = self._ahead(line, place)
        if kerb is not None and kerb.bearing is not None:
            return [edges[bool(ahead @ _facing(kerb.bearing) >= 0)]]
        aside = shapely.get_coordinates(place)[0] - spot
        left_m = float(ahead[0] * aside[1] - ahead[1] * aside[0])
        if abs(left_m) < ON_THE_ROAD_M:
            return list(edges.values()) if turnable else [edges[True]]
        return [edges[(left_m > 0) == self.graph.left]]

    def _on_its_way(self, place: shapely.Point, bearing: float, nearest: int) -> int:
        """The nearest line on which traffic goes the way of a bearing, not much farther than the nearest of all; else that."""
        reach_m = shapely.distance(self.lines[nearest], place) + OTHER_ROADS_M
        near = self.tree.query(place, predicate="dwithin", distance=reach_m)
        for line in near[np.argsort(shapely.distance(self.lines[near], place), kind="stable")].tolist():
            agrees, edges = self._ahead(line, place) @ _facing(bearing), self.edges_of[int(self.links[line])]
            if (agrees > AHEAD and True in edges) or (agrees < -AHEAD and False in edges):
                return int(line)
        return nearest

    def _ahead(self, line: int, place: shapely.Point) -> NDArray[np.float64]:
        """The direction of a line where it passes a place, as a vector of length 1."""
        shape = self.lines[line]
        done_m = shapely.line_locate_point(shape, place)
        ends = shapely.line_interpolate_point(shape, [max(0.0, done_m - 1), min(shapely.length(shape), done_m + 1)])
        step = np.diff(shapely.get_coordinates(ends), axis=0)[0]
        return np.asarray(step / max(float(np.hypot(*step)), 1e-9), dtype=np.float64)

    def _spot(self, edge: int, share: float) -> Spot:
        done = share if self.graph.along[edge] else 1 - share
        whole_ms, whole_m = int(self.weights[edge]), float(self.graph.length_m[edge])
        before_ms = round(done * whole_ms)
        return Spot(edge, before_ms, whole_ms - before_ms, done * whole_m, (1 - done) * whole_m)


def _facing(bearing: float) -> NDArray[np.float64]:
    return np.array([np.sin(np.radians(bearing)), np.cos(np.radians(bearing))])


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
