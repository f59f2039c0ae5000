"""From the numbers of a file to a `Problem` of whole ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np

from routing.formats.stated import Node, Pair, Stated
from routing.model import Load, Point, Problem, Request, RequestId, Shift, ShiftId, TimeWindow, Vehicle
from routing.travel.matrix import UNREACHABLE_S, TravelMatrix
from routing.units import ServiceDay, ServiceTime

NO_DAY = ServiceDay(date(2003, 1, 1), ZoneInfo("UTC"))
"""Instances know no calendar."""

LATEST = 2**30 - 1
"""No time of a problem is beyond it, so that the sum of two still is a 32-bit int."""


class TooLarge(ValueError):
    """Numbers that don't fit a problem even in whole units of the file."""


def scale_of(stated: Stated) -> int:
    """How many units of the problem make one of the file. Raises TooLarge.

    1 where the file has whole numbers alone, else the largest that keeps every leg below `UNREACHABLE_S`.
    """
    longest, latest = float(stated.times.max()), max(map(abs, _limits(stated)))
    if longest >= UNREACHABLE_S - 1 or latest > LATEST:
        raise TooLarge(
            f"legs have to be below {UNREACHABLE_S - 1} and times at most {LATEST}; here are {longest:g} and {latest:g}"
        )
    if (stated.times % 1 == 0).all() and all(value % 1 == 0 for value in _limits(stated)):
        return 1
    return min(int((UNREACHABLE_S - 1) / max(longest, 1)), int(LATEST / max(latest, 1)))


def problem_of(stated: Stated, scale: int) -> Problem:
    """The problem in units of 1/scale of the file's unit.

    Legs and services are rounded up and limits down, so that what is feasible here is feasible in the file's own numbers. Windows
    are cut to what the ride limit, the depot's hours and the legs leave of them, which changes nothing about what is feasible.
    """
    legs = np.ceil(stated.times * scale).astype(np.int32)
    units = _Units(stated, scale, legs.tolist())
    shifts = [units.shift(number) for number in range(1, stated.vehicles + 1)]
    requests = [units.request(pair) for pair in stated.pairs]
    return Problem(
        day=NO_DAY,
        now=units.hours().earliest,
        requests={request.id: request for request in requests},
        shifts={shift.id: shift for shift in shifts},
        travel=TravelMatrix(tuple(point_of(node) for node in range(len(stated.nodes))), legs, legs),
    )


def point_of(node: int) -> Point:
    """The place of a node in the problem: its number for a longitude, as two nodes may be in the same place on the map."""
    return Point(float(node), 0.0)


def request_id(pair: Pair) -> RequestId:
    """Requests are called by their pickup node."""
    return RequestId(str(pair.pickup))


@dataclass(frozen=True, slots=True)
class _Units:
    """The numbers of a file in units of a problem; `legs[i][j]` are there already."""

    stated: Stated
    scale: int
    legs: list[list[int]]

    def up(self, value: float) -> int:
        return math.ceil(_exactly(value) * self.scale)

    def down(self, value: float) -> int:
        return math.floor(_exactly(value) * self.scale)

    def window(self, node: Node) -> TimeWindow:
        return TimeWindow(ServiceTime(self.up(node.earliest)), ServiceTime(self.down(node.latest)))

    def hours(self) -> TimeWindow:
        """From the opening of the depot where vehicles start to the closing of the one where they end."""
        nodes, start, end = self.stated.nodes, self.stated.start, self.stated.end
        return TimeWindow(self.window(nodes[start]).earliest, self.window(nodes[end]).latest)

    def shift(self, number: int) -> Shift:
        stated = self.stated
        return Shift(
            id=ShiftId(str(number)),
            vehicle=Vehicle(str(number), (Load(stated.capacity),)),
            start=point_of(stated.start),
            end=point_of(stated.end),
            window=self.hours(),
            max_duration_s=None if stated.max_duration is None else self.down(stated.max_duration),
        )

    def request(self, pair: Pair) -> Request:
        up, down = (self.stated.nodes[node] for node in pair)
        boarding_s, alighting_s, hours = self.up(up.service), self.up(down.service), self.hours()
        ride_s = self.legs[pair.pickup][pair.delivery]
        longest_s = hours.latest - hours.earliest + 1  # more than anybody can ride: no limit
        max_ride_s = longest_s if self.stated.max_ride is None else self.down(self.stated.max_ride)
        first, last = self.window(up), self.window(down)
        first = _cut(first, hours.earliest + self.legs[self.stated.start][pair.pickup], hours.latest)
        last = _cut(last, hours.earliest, hours.latest - alighting_s - self.legs[pair.delivery][self.stated.end])
        last = _cut(last, first.earliest + boarding_s + ride_s, first.latest + boarding_s + max_ride_s)
        first = _cut(first, last.earliest - boarding_s - max_ride_s, last.latest - boarding_s - ride_s)
        return Request(
            id=request_id(pair),
            pickup=point_of(pair.pickup),
            dropoff=point_of(pair.delivery),
            pickup_window=first,
            dropoff_window=last,
            load=Load(up.demand),
            max_ride_s=max_ride_s,
            boarding_s=boarding_s,
            alighting_s=alighting_s,
        )


def _cut(window: TimeWindow, earliest: int, latest: int) -> TimeWindow:
    """What two bounds leave of a window; where they leave nothing, the window as it was, for nobody can keep it anyway."""
    cut = TimeWindow(ServiceTime(max(window.earliest, earliest)), ServiceTime(min(window.latest, latest)))
    return cut if cut.earliest <= cut.latest else window


def _exactly(value: float) -> Fraction:
    """The decimal that the file has, not the nearest binary number."""
    return Fraction(repr(float(value)))


def _limits(stated: Stated) -> Iterator[float]:
    """Every time and duration of a file but the legs."""
    for node in stated.nodes:
        yield from (node.earliest, node.latest, node.service)
    yield from (value for value in (stated.max_ride, stated.max_duration) if value is not None)
