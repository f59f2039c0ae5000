"""Speed by time of day: a factor on the speed of each class of road in each hour, put on a graph without preparing it anew."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from routing.model import Point
from routing.travel.directions import Drive
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.matrix import TravelMatrix
from routing.travel.osm_tags import CROSSINGS
from routing.travel.road_graph import RoadGraph

log = logging.getLogger(__name__)

ANY_CLASS: Final = "*"
LEAST, MOST = 0.1, 2.0
HOURS: Final = 24

Factors = tuple[tuple[str, float], ...]
"""The factor of each class of road at one time, sorted by class; that of `ANY_CLASS` goes for the others. Empty: all are 1."""


class BadSpeeds(ValueError):
    """A table of speeds that can't be used; the message says what is wrong and how to write it."""


@dataclass(frozen=True, slots=True)
class Rush:
    """The factor on the speed of each class of road, hour by hour: 24 for each, the first from midnight to one."""

    hourly: Mapping[str, tuple[float, ...]]

    def at(self, time_s: int) -> Factors:
        """The factors at so many seconds after the service day began."""
        return self._of([time_s // 3600 % HOURS])

    def slowest(self, hours: Iterable[int] = range(HOURS)) -> Factors:
        """The least factor of each class in any of these hours (0 to 23): nothing takes longer than that at any time in them."""
        return self._of(list(hours) or range(HOURS))

    def _of(self, hours: Sequence[int]) -> Factors:
        found = {kind: min(each[hour] for hour in hours) for kind, each in self.hourly.items()}
        if all(factor == 1 for factor in found.values()):
            return ()
        return tuple(sorted(found.items()))


def read_speeds(table: object) -> Rush:
    """The rush of a table such as `{"*": 0.9, "primary": {"7-9": 0.6, "15-18": 0.7}}`.

    A class of road has one factor on its speed, or some by hours: "7-9" is from seven to nine. An hour that none names goes by
    "*", and by 1 where that names none either. Classes are those of OpenStreetMap's `highway`, or of a hand-made network.
    Raises BadSpeeds.
    """
    if not isinstance(table, dict):
        raise BadSpeeds(f'speeds are a table such as {{"primary": {{"7-9": 0.6}}}}, not {table!r}')
    others = _day(ANY_CLASS, table.get(ANY_CLASS, 1.0), (1.0,) * HOURS)
    rest = {kind: value for kind, value in table.items() if kind != ANY_CLASS}
    return Rush({ANY_CLASS: others, **{kind: _day(kind, value, others) for kind, value in rest.items()}})


def _day(kind: str, value: object, others: tuple[float, ...]) -> tuple[float, ...]:
    if not isinstance(value, dict):
        return (_factor(kind, value),) * HOURS
    day = list(others)
    for span, factor in value.items():
        match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", str(span))
        begin, end = map(int, match.groups()) if match else (0, 0)
        if not begin < end <= HOURS:
            raise BadSpeeds(f'speeds of {kind!r}: write hours like "7-9", from 0 to 24, not {span!r}')
        day[begin:end] = [_factor(kind, factor)] * (end - begin)
    return tuple(day)


def _factor(kind: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not LEAST <= value <= MOST:
        raise BadSpeeds(f"speeds of {kind!r}: a factor is a number from {LEAST} to {MOST}, not {value!r}")
    return float(value)


def reweighted(graph: RoadGraph, factors: Factors) -> RoadGraph:
    """The same graph driven at other speeds; itself where all factors are 1. Ferries keep theirs unless they are named.

    Whoever stands at a light or a gate stands there as long as ever.
    """
    if not factors:
        return graph
    table = dict(factors)
    others = table.get(ANY_CLASS, 1.0)
    by_kind = np.array([table.get(kind, 1.0 if kind in CROSSINGS else others) for kind in graph.kinds], dtype=np.float64)
    driven_s = (graph.seconds - graph.wait_s) / by_kind[graph.kind[graph.link]]
    return replace(graph, seconds=graph.wait_s + driven_s)


class RushTimes:
    """Travel times at a time of day; at no time in particular those of the slowest of `hours`, good for a plan of them all.

    `times` gives a provider for factors; the latest few are kept.
    """

    def __init__(self, times: Callable[[Factors], RoadGraphTimes], rush: Rush, hours: Iterable[int] = range(HOURS)) -> None:
        self.rush, self.slowest = rush, rush.slowest(hours)
        self.times = lru_cache(maxsize=4)(times)
        unknown = rush.hourly.keys() - {ANY_CLASS, *self.times(self.slowest).graph.kinds}
        if unknown:
            log.warning("speeds are given for %s, of which there are no roads", ", ".join(sorted(unknown)))

    def at(self, depart: int | None = None) -> RoadGraphTimes:
        """The provider for those who set off so many seconds after the service day began; None: at any time."""
        return self.times(self.slowest if depart is None else self.rush.at(depart))

    def matrix(self, points: Sequence[Point], depart: int | None = None) -> TravelMatrix:
        """Seconds and metres, shape (n, n), as `RoadGraphTimes.matrix` has them; `depart` as for `at`."""
        return self.at(depart).matrix(points)

    def extended(self, known: TravelMatrix, points: Sequence[Point]) -> TravelMatrix:
        """The matrix of no time in particular with more points, as `RoadGraphTimes.extended` makes it."""
        return self.at().extended(known, points)

    def route(self, origin: Point, destination: Point, depart: int | None = None) -> Drive | None:
        """The way with its turns; None where there is none. `depart` as for `at`."""
        return self.at(depart).route(origin, destination)

    def path(self, origin: Point, destination: Point) -> list[Point]:
        """The line driven at no time in particular; empty where there is no way."""
        return self.at().path(origin, destination)
