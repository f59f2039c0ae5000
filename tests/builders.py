"""Small towns, shifts and requests from one line of text each, so that a test reads as a dispatcher would tell it.

town = line_town("Depot 4m Mill 6m School 5m Station")
problem = town.problem("van1 Depot 8:00-12:00 seats 8", "ann Mill->Station from 8:00 until 8:15 by 8:40 ride 20m")
plan = read_plan("van1 8:00 | 8:04 +ann@Mill | 8:15 -ann@Station", DAY)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from routing.model import (
    ANY_TIME,
    FOREVER,
    Actual,
    Break,
    BreakId,
    Load,
    Point,
    Problem,
    Request,
    RequestId,
    Shift,
    ShiftId,
    TimeWindow,
    Vehicle,
)
from routing.notation import read_plan, show
from routing.plan import Plan, Visit
from routing.travel.matrix import UNREACHABLE_S, TravelMatrix, matrix_of
from routing.units import ServiceDay, ServiceTime, parse_clock

DAY = ServiceDay(date(2027, 6, 2), ZoneInfo("Europe/London"))


def minutes(text: str) -> int:
    """Seconds of `4m`, `30s` or `1h`."""
    found = re.fullmatch(r"(\d+)([smh])", text)
    if not found:
        raise ValueError(f"{text!r} is not a duration such as 4m, 30s or 1h")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


def span(text: str) -> TimeWindow:
    """The window of `8:00-12:00`."""
    earliest, _, latest = text.partition("-")
    return TimeWindow(parse_clock(earliest), parse_clock(latest))


@dataclass(frozen=True)
class Town:
    """Places with names and the driving times among them."""

    places: Mapping[str, Point]
    travel: TravelMatrix

    @property
    def names(self) -> dict[Point, str]:
        return {point: name for name, point in self.places.items()}

    def request(self, text: str) -> Request:
        """`ann Mill->Station from 8:00 until 8:15 after 8:20 by 8:40 ride 20m party 2 wheelchairs 1 boarding 30s alighting 30s`.

        from/until bound the boarding, after/by the alighting. Words may be left out: what is not said is not bounded, and the
        party is one with a seat.
        """
        name, way, *words = text.split()
        origin, _, destination = way.partition("->")
        said = dict(zip(words[::2], words[1::2], strict=True))
        wheelchairs = int(said.pop("wheelchairs", "0"))
        made = Request(
            id=RequestId(name),
            pickup=self.places[origin],
            dropoff=self.places[destination],
            pickup_window=TimeWindow(
                parse_clock(said.pop("from")) if "from" in said else ANY_TIME.earliest,
                parse_clock(said.pop("until")) if "until" in said else FOREVER,
            ),
            dropoff_window=TimeWindow(
                parse_clock(said.pop("after")) if "after" in said else ANY_TIME.earliest,
                parse_clock(said.pop("by")) if "by" in said else FOREVER,
            ),
            load=Load(int(said.pop("party", "0" if wheelchairs else "1")), wheelchairs),
            max_ride_s=minutes(said.pop("ride")) if "ride" in said else FOREVER,
            boarding_s=minutes(said.pop("boarding", "0s")),
            alighting_s=minutes(said.pop("alighting", "0s")),
        )
        if said:
            raise ValueError(f"{text!r}: what is {', '.join(said)}?")
        return made

    def shift(self, text: str) -> Shift:
        """`van1 Depot 8:00-12:00 [to Station] [seats 8] [layouts 8+1/5+2] [lasting 2h] [lifo] [break 10:00-11:00 30m Depot]...`.

        `layouts 8+1/5+2` is 8 seats and 1 wheelchair place, or 5 and 2; `lasting` is at most, from setting off to being back;
        `lifo` empties last in, first out. Breaks are called van1-1, van1-2, ...
        """
        name, start, hours, *words = text.split()
        end, max_duration_s, lifo = start, None, False
        layouts: tuple[Load, ...] = (Load(8),)
        breaks: list[Break] = []
        while words:
            match words:
                case ["to", place, *words]:
                    end = place
                case ["seats", seats, *words]:
                    layouts = (Load(int(seats)),)
                case ["layouts", several, *words]:
                    layouts = tuple(Load(*map(int, layout.split("+"))) for layout in several.split("/"))
                case ["lasting", duration, *words]:
                    max_duration_s = minutes(duration)
                case ["lifo", *words]:
                    lifo = True
                case ["break", window, duration, place, *words]:
                    pause = Break(BreakId(f"{name}-{len(breaks) + 1}"), self.places[place], span(window), minutes(duration))
                    breaks.append(pause)
                case _:
                    raise ValueError(f"{text!r}: what is {words[0]}?")
        vehicle, ends = Vehicle(name, layouts, lifo), (self.places[start], self.places[end])
        return Shift(ShiftId(name), vehicle, *ends, span(hours), tuple(breaks), max_duration_s)

    def problem(self, *lines: str, now: str = "0:00", actuals: Mapping[Visit, Actual] | None = None) -> Problem:
        """The problem of lines that are requests (with `->`) or shifts; at 0:00 nothing has begun."""
        shifts = [self.shift(line) for line in lines if "->" not in line]
        requests = [self.request(line) for line in lines if "->" in line]
        return problem_of(self.travel, shifts, requests, now=parse_clock(now), actuals=actuals or {})

    def show(self, plan: Plan, problem: Problem) -> str:
        return show(plan, problem, self.names)


def line_town(text: str) -> Town:
    """A town along one road: `Depot 4m Mill 6m School`, driven in both directions."""
    words = text.split()
    places, positions, at = {}, [], 0
    for name, leg in zip(words[::2], [*words[1::2], "0s"], strict=True):
        places[name] = Point(at / 100_000, 54.0)
        positions.append(at)
        at += minutes(leg)
    return Town(places, matrix_of(list(places.values()), [[abs(a - b) for b in positions] for a in positions]))


def town_of(times: Mapping[str, Mapping[str, str]]) -> Town:
    """A town from a table of times, `{"Depot": {"Mill": "4m"}}`; the way back takes as long, and what is not said has no way."""
    names = sorted({*times, *(name for row in times.values() for name in row)})
    places = {name: Point(index / 100, 54.0) for index, name in enumerate(names)}

    def leg(origin: str, destination: str) -> int:
        if origin == destination:
            return 0
        said = times.get(origin, {}).get(destination) or times.get(destination, {}).get(origin)
        return minutes(said) if said else UNREACHABLE_S

    return Town(places, matrix_of(list(places.values()), [[leg(a, b) for b in names] for a in names]))


def problem_of(
    travel: TravelMatrix,
    shifts: Iterable[Shift],
    requests: Iterable[Request],
    now: ServiceTime | int = 0,
    actuals: Mapping[Visit, Actual] | None = None,
) -> Problem:
    """A problem on `DAY`."""
    return Problem(
        day=DAY,
        now=ServiceTime(now),
        requests={request.id: request for request in requests},
        shifts={shift.id: shift for shift in shifts},
        travel=travel,
        actuals=actuals or {},
    )


def with_requests(problem: Problem, *requests: Request) -> Problem:
    """The problem with more requests, or with others by the same id."""
    return replace(problem, requests={**problem.requests, **{request.id: request for request in requests}})


def plan_of(text: str) -> Plan:
    """The plan of a text in the notation, on `DAY`."""
    return read_plan(text, DAY)
