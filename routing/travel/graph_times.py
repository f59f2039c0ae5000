"""Travel times on a road graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.model import Point
from routing.travel.directions import Drive, Piece, turns_of
from routing.travel.engine import NO_WAY, Engine, best_engine
from routing.travel.fastest import fastest_ms
from routing.travel.matrix import UNREACHABLE_S, Lengths, TravelMatrix
from routing.travel.road_graph import RoadGraph
from routing.travel.snapping import Kerb, Snap, Snapper, Spot, part_of


class Ways(NamedTuple):
    """Fastest ways between n snapped points, each array of shape (n, n), row = from."""

    ms: NDArray[np.int64]
    """`NO_WAY` or more where there is none."""
    out: NDArray[np.intp]
    """Which spot of the origin it leaves by."""
    into: NDArray[np.intp]
    """Which spot of the destination it comes in by."""
    stays: NDArray[np.bool_]
    """Whether it never leaves one edge."""


class RoadGraphTimes:
    """Fastest driving times between points beside the roads of a graph, and the ways themselves.

    A point is served from the nearest kerbside road, part of whose time counts. The bus may turn round there, unless that would
    get it past a turn restriction or the stretch has a one-sided stop (`with_kerbs`): then it leaves as it came. So the way by a
    stop could be driven without stopping, and as times are added up in whole milliseconds and rounded up to seconds once, the
    triangle inequality holds exactly. Metres are those of a fastest way, rounded; where several are equally fast, either's; 0 for
    no way.
    """

    def __init__(self, graph: RoadGraph, make_engine: Callable[[RoadGraph], Engine] = best_engine) -> None:
        self.graph, self.engine, self.snapper = graph, make_engine(graph), Snapper(graph)
        self.snaps: dict[Point, Snap] = {}
        self.lengths: dict[tuple[int, int], float] = {}  # stops are asked for again and again

    def with_kerbs(self, kerbs: Mapping[Point, Kerb]) -> RoadGraphTimes:
        """The same times, but for the points that are served from one side of their road only."""
        other = copy(self)
        other.snapper, other.snaps = self.snapper.with_kerbs(kerbs), {}
        return other

    def matrix(self, points: Sequence[Point]) -> TravelMatrix:
        """Seconds and metres between all points, shape (n, n). Raises ValueError for a point that is not on the earth."""
        snaps = self._snap(points)
        return self._matrix(tuple(points), snaps, self._seconds(snaps, snaps))

    def extended(self, known: TravelMatrix, points: Sequence[Point]) -> TravelMatrix:
        """What `matrix` would say of the points of `known` and these behind them; only what is new is computed."""
        before, new = self._snap(known.points), self._snap(points)
        there, back = self._seconds(before, new), self._seconds(new, [*before, *new])
        seconds = np.vstack([np.hstack([known.seconds, there]), back])
        return self._matrix((*known.points, *points), [*before, *new], seconds)

    def _matrix(self, points: tuple[Point, ...], snaps: list[Snap], seconds: NDArray[np.int32]) -> TravelMatrix:
        number = {point: i for i, point in enumerate(points)}
        numbers = np.array([number[point] for point in points], dtype=np.int64)
        same = numbers[:, None] == numbers[None, :]
        seconds[same] = 0
        apart = (seconds < UNREACHABLE_S) & ~same
        return TravelMatrix(points, seconds, Lengths(apart, partial(self._metres, snaps)))

    def _seconds(self, origins: list[Snap], destinations: list[Snap]) -> NDArray[np.int32]:
        """Rounded up once; `UNREACHABLE_S` where there is no way."""
        ms = fastest_ms(self.graph, self.engine, origins, destinations)
        return np.minimum(-(-ms // 1000), UNREACHABLE_S).astype(np.int32)

    def path(self, origin: Point, destination: Point) -> list[Point]:
        """The line driven, from the origin over the roads to the destination; empty where there is no way."""
        if origin == destination:
            return [origin, destination]
        start, end = self._snap([origin, destination])
        ways = self._ways([start, end])
        return _line(start, self._pieces(start, end, ways), end) if ways.ms[0, 1] < NO_WAY else []

    def route(self, origin: Point, destination: Point, depart: int | None = None) -> Drive | None:
        """The way with its turns, the same at any time; None where there is none. Seconds and metres are those of the matrix."""
        if origin == destination:
            return Drive((origin, destination), 0, 0, ())
        start, end = self._snap([origin, destination])
        ways = self._ways([start, end])
        if ways.ms[0, 1] >= NO_WAY:
            return None
        pieces = self._pieces(start, end, ways)
        metres, seconds = round(self._length_m(start, end, ways, 0, 1)), int(-(-ways.ms[0, 1] // 1000))
        driven = [piece for piece in pieces if piece.metres > 0]
        turns = turns_of(self.graph, driven, destination) if driven else ()
        return Drive(tuple(_line(start, pieces, end)), metres, seconds, turns)

    def _pieces(self, start: Snap, end: Snap, ways: Ways) -> list[Piece]:
        """The edges of the way from the first of two snapped points to the second; of the outer ones the part that is driven."""
        graph, out, into = self.graph, start.spots[ways.out[0, 1]], end.spots[ways.into[0, 1]]
        if ways.stays[0, 1]:
            return [Piece(out.edge, part_of(graph.shapes[start.link], start.share, end.share), into.before_m - out.before_m)]
        between = self.engine.edges(self._head(out), self._tail(into))
        return [
            Piece(out.edge, part_of(graph.shapes[start.link], start.share, 1.0 if graph.along[out.edge] else 0.0), out.after_m),
            *(Piece(edge, graph.edge_shape(edge), float(graph.length_m[edge])) for edge in between),
            Piece(into.edge, part_of(graph.shapes[end.link], 0.0 if graph.along[into.edge] else 1.0, end.share), into.before_m),
        ]

    def _metres(self, snaps: Sequence[Snap], rows: Sequence[int], columns: Sequence[int]) -> list[int]:
        """The metres of the ways between pairs of points."""
        numbers = sorted({*rows, *columns})
        ways, at = self._ways([snaps[number] for number in numbers]), {number: i for i, number in enumerate(numbers)}
        pairs = zip(rows, columns, strict=True)
        return [round(self._length_m(snaps[a], snaps[b], ways, at[a], at[b])) for a, b in pairs]

    def _snap(self, points: Sequence[Point]) -> list[Snap]:
        new = list({point for point in points if point not in self.snaps})
        self.snaps.update(zip(new, self.snapper.snap(new), strict=True))
        return [self.snaps[point] for point in points]

    def _ways(self, snaps: Sequence[Snap]) -> Ways:
        """Try each spot of the origin with each of the destination: two each where the road is two-way."""
        # A one-way road has its spot twice, and so has an unserved point one that is masked below: all rows are as long.
        pairs = [(snap.spots[0], snap.spots[-1]) if snap.spots else (NOWHERE, NOWHERE) for snap in snaps]
        served = np.array([bool(snap.spots) for snap in snaps], dtype=np.bool_)
        edge, before, after = (
            np.array([[spot[i] for spot in pair] for pair in pairs], dtype=np.int64).reshape(-1, 2) for i in (0, 1, 2)
        )
        access = np.array([snap.access_ms for snap in snaps], dtype=np.int64)
        exits, row = np.unique(self.graph.head[edge], return_inverse=True)
        entries, column = np.unique(self.graph.tail[edge], return_inverse=True)
        times = self.engine.times_ms(exits.astype(np.int64), entries.astype(np.int64))
        from_rows, to_columns = row.reshape(edge.shape)[:, None, :, None], column.reshape(edge.shape)[None, :, None, :]
        around = after[:, None, :, None] + times[from_rows, to_columns] + before[None, :, None, :]
        ahead = before[None, :, None, :] - before[:, None, :, None]
        direct = (edge[:, None, :, None] == edge[None, :, None, :]) & (ahead >= 0) & (ahead < around)
        total = np.where(direct, ahead, around).reshape(len(snaps), len(snaps), 4)
        best = total.argmin(axis=2)
        ms = np.take_along_axis(total, best[:, :, None], axis=2)[:, :, 0] + access[:, None] + access[None, :]
        stays = np.take_along_axis(direct.reshape(total.shape), best[:, :, None], axis=2)[:, :, 0]
        ms[~(served[:, None] & served[None, :])] = NO_WAY
        return Ways(ms, best // 2, best % 2, stays)

    def _length_m(self, start: Snap, end: Snap, ways: Ways, a: int, b: int) -> float:
        """Metres of the way from row a to column b, the bits beside the road included."""
        out, into = start.spots[int(ways.out[a, b]) % len(start.spots)], end.spots[int(ways.into[a, b]) % len(end.spots)]
        beside = start.access_m + end.access_m
        if ways.stays[a, b]:
            return beside + (into.before_m - out.before_m)
        ends = self._head(out), self._tail(into)
        if ends not in self.lengths:
            self.lengths[ends] = float(self.graph.length_m[self.engine.edges(*ends)].sum())
        return beside + out.after_m + self.lengths[ends] + into.before_m

    def _head(self, spot: Spot) -> int:
        return int(self.graph.head[spot.edge])

    def _tail(self, spot: Spot) -> int:
        return int(self.graph.tail[spot.edge])


NOWHERE = Spot(edge=0, before_ms=0, after_ms=0, before_m=0.0, after_m=0.0)
"""Stands in for the spot of a point that no road is near."""


def _line(start: Snap, pieces: Sequence[Piece], end: Snap) -> list[Point]:
    """The points of a way, from one snapped point to the other, none twice in a row."""
    driven = [Point(float(lon), float(lat)) for piece in pieces for lon, lat in piece.shape]
    return [start.point, *(after for before, after in pairwise([start.point, *driven, end.point]) if after != before)]
