"""What a routing problem is made of: frozen values, no clock, no database.

Following the dial-a-ride problem of Cordeau & Laporte (2003), with several vehicles, layouts with fold-up seats, shifts with
breaks, and observed times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, NewType

from routing.units import DAY_S, ServiceDay, ServiceTime

if TYPE_CHECKING:
    from routing.plan import Visit
    from routing.travel.matrix import TravelMatrix

RequestId = NewType("RequestId", str)
ShiftId = NewType("ShiftId", str)
BreakId = NewType("BreakId", str)

FOREVER = ServiceTime(4 * DAY_S)
"""Later than anything in a service day: the open end of a window."""


class Point(NamedTuple):
    """A place on the earth, WGS 84 degrees; lon before lat, as in GeoJSON."""

    lon: float
    lat: float


class Load(NamedTuple):
    """What a party takes up in a vehicle: ordinary seats and wheelchair places."""

    seats: int
    wheelchairs: int = 0

    def plus(self, other: Load) -> Load:
        return Load(self.seats + other.seats, self.wheelchairs + other.wheelchairs)

    def minus(self, other: Load) -> Load:
        return Load(self.seats - other.seats, self.wheelchairs - other.wheelchairs)

    def within(self, other: Load) -> bool:
        return self.seats <= other.seats and self.wheelchairs <= other.wheelchairs

    @property
    def people(self) -> int:
        return self.seats + self.wheelchairs


EMPTY = Load(0, 0)


class TimeWindow(NamedTuple):
    """A closed interval of service time in which something must begin."""

    earliest: ServiceTime
    latest: ServiceTime

    def __contains__(self, at: object) -> bool:
        return isinstance(at, int) and self.earliest <= at <= self.latest


ANY_TIME = TimeWindow(ServiceTime(-DAY_S), FOREVER)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle and the ways its inside can be arranged: a load fits if one layout covers it."""

    id: str
    layouts: tuple[Load, ...]
    last_in_first_out: bool = False
    """Who boarded last alights first, as where wheelchairs stand behind one another (Cordeau et al. 2010, the TSPPDL)."""

    def __post_init__(self) -> None:
        if not self.layouts:
            raise ValueError(f"vehicle {self.id} has no layout: give it at least one Load")

    def fits(self, load: Load) -> bool:
        return any(load.within(layout) for layout in self.layouts)


@dataclass(frozen=True, slots=True)
class Break:
    """A driver's break: begun within `window` at `place`, with nobody on board, for `duration_s`."""

    id: BreakId
    place: Point
    window: TimeWindow
    duration_s: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A vehicle and a driver for a stretch of the day, from `start` to `end` within `window`.

    It may set off late: from setting off to being back it takes `max_duration_s` at most, None for as long as the window.
    """

    id: ShiftId
    vehicle: Vehicle
    start: Point
    end: Point
    window: TimeWindow
    breaks: tuple[Break, ...] = ()
    max_duration_s: int | None = None

    def get_break(self, break_id: str) -> Break:
        for each in self.breaks:
            if each.id == break_id:
                return each
        raise KeyError(f"shift {self.id} has no break {break_id}")


@dataclass(frozen=True, slots=True)
class Request:
    """A wish as hard windows. Windows hold the begin of boarding and of alighting.

    Ride time counts from the end of boarding to the begin of alighting (Cordeau & Laporte 2003), at most `max_ride_s`.
    """

    id: RequestId
    pickup: Point
    dropoff: Point
    pickup_window: TimeWindow
    dropoff_window: TimeWindow
    load: Load
    max_ride_s: int
    boarding_s: int = 0
    alighting_s: int = 0


@dataclass(frozen=True, slots=True)
class Actual:
    """What was observed of one visit; None where not (yet) observed."""

    arrive: ServiceTime | None = None
    begin: ServiceTime | None = None
    depart: ServiceTime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a plan of one service day is judged against.

    `now` is the instant of deciding: no visit outside a frozen prefix can have been set off for before it. `actuals` override
    estimated times. `travel` knows every point that occurs in requests, shifts and breaks.
    """

    day: ServiceDay
    now: ServiceTime
    requests: Mapping[RequestId, Request]
    shifts: Mapping[ShiftId, Shift]
    travel: TravelMatrix
    actuals: Mapping[Visit, Actual] = field(default_factory=dict)

    def places(self) -> Iterator[Point]:
        """Where requests begin and end."""
        for request in self.requests.values():
            yield from (request.pickup, request.dropoff)
