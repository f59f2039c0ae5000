"""From the plan of a day to timed rows: the one place that manifest, board, journeys and figures take their times from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from itertools import pairwise

from bookings import plans
from bookings.models import Booking, Service, Shift
from bookings.planner import Planner
from bookings.queries.doers import with_doers
from bookings.queries.visible import with_links
from routing.model import Load, Point, Problem
from routing.plan import Action, Plan, Route
from routing.schedule import Call, Schedule, schedule
from routing.units import ServiceDay, ServiceTime

NAMES = {Action.BOARD: "board", Action.ALIGHT: "alight", Action.BREAK: "break", Action.MISSED: "missed"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a vehicle calls; `code` is empty where it's not a stop."""

    code: str
    name: str
    settlement: str
    point: Point
    public_code: str = ""

    def __str__(self) -> str:
        told = self.name.startswith(self.settlement)  # as of an empty one, and as in "Ripon Schools"
        return self.name if told else f"{self.settlement}, {self.name}"


@dataclass(frozen=True, slots=True)
class Row:
    """One visit with its times, in the zone of the service. `load` is on board afterwards; `drive_m` and `drive_s` lead to it.

    A vehicle that is early waits at the place before, so it arrives when it begins unless something else was observed.
    """

    action: str
    booking: Booking | None
    place: Place
    arrive_at: datetime
    begin_at: datetime
    depart_at: datetime
    load: Load
    drive_s: int
    drive_m: int
    committed: bool
    arrived: bool
    done: bool


@dataclass(frozen=True, slots=True)
class ShiftRows:
    """A shift with its rows. It sets off at `leaves_at`, as late as it may, and is back at `ends_at`; None if it need not go."""

    shift: Shift
    start: Place
    end: Place
    leaves_at: datetime | None
    ends_at: datetime | None
    rows: tuple[Row, ...]
    home_s: int
    home_m: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """The current plan of a day, timed. `bookings` are all of the day, those that have left the plan too."""

    service: Service
    date: Date
    revision: int
    generated_at: datetime
    shifts: tuple[ShiftRows, ...]
    bookings: tuple[Booking, ...]


def timetable(service: Service, date: Date, *, planner: Planner, now: datetime) -> Timetable:
    """The plan of a day as it stands, timed; without shifts for a day that nobody has opened."""
    plan, problem = plans.load(service, date, travel=planner.travel, now=now)
    bookings = list(
        with_doers(with_links(Booking.objects.filter(service=service, date=date)))
        .select_related("service", "passenger", "pickup_stop", "dropoff_stop", "offer")
        .order_by("pk")
    )
    # All of them: one that the plan still has may have been cancelled since it was read.
    by_subject: dict[str, Booking] = {booking.request_id: booking for booking in bookings}
    shifts = (
        Shift.objects.filter(service=service, date=date).select_related("service", "vehicle", "driver").order_by("starts_s", "pk")
    )
    return Timetable(
        service,
        date,
        plan.revision,
        now.astimezone(service.tz),
        # A day that somebody opens right now has shifts that the plan, read before, does not know.
        tuple(_shift_rows(shift, plan, problem, by_subject) for shift in shifts if shift.routing_id in plan.routes),
        tuple(bookings),
    )


def _shift_rows(shift: Shift, plan: Plan, problem: Problem, bookings: dict[str, Booking]) -> ShiftRows:
    route = plan.routes[shift.routing_id]
    timed, travel, day = schedule(route, problem), problem.travel, problem.day
    start = Place("", shift.start_name, "", problem.shifts[route.shift].start)
    end = Place("", shift.end_name, "", problem.shifts[route.shift].end)
    points = [start.point, *(call.place for call in timed.calls), end.point]
    drives = [(travel(a, b), travel.distance_m(a, b)) for a, b in pairwise(points)]
    rows = tuple(
        _row(index, call, drives[index], _place(call, shift, bookings), bookings, route, problem)
        for index, call in enumerate(timed.calls)
    )
    leaves_at, ends_at = _ends(timed, drives, day)
    return ShiftRows(shift, start, end, leaves_at, ends_at, rows, *drives[-1])


def _ends(timed: Schedule, drives: list[tuple[int, int]], day: ServiceDay) -> tuple[datetime | None, datetime | None]:
    if not timed.calls:
        return None, None
    in_time = ServiceTime(timed.calls[0].begin - drives[0][0])
    return day.instant(max(timed.leaves, in_time)), day.instant(timed.ends)


def _row(
    index: int, call: Call, drive: tuple[int, int], place: Place, bookings: dict[str, Booking], route: Route, problem: Problem
) -> Row:
    actual = problem.actuals.get(call.visit)
    return Row(
        action=NAMES[call.visit.action],
        booking=None if call.visit.action is Action.BREAK else bookings[call.visit.subject],
        place=place,
        arrive_at=problem.day.instant(call.begin if actual is None else call.arrive),
        begin_at=problem.day.instant(call.begin),
        depart_at=problem.day.instant(call.depart),
        load=call.load,
        drive_s=drive[0],
        drive_m=drive[1],
        committed=index < route.frozen,
        arrived=actual is not None and actual.arrive is not None,
        done=actual is not None and actual.depart is not None,
    )


def _place(call: Call, shift: Shift, bookings: dict[str, Booking]) -> Place:
    if call.visit.action is Action.BREAK:
        number = int(call.visit.subject.rpartition("-")[2])
        return Place("", str(shift.breaks[number - 1]["name"]), "", call.place)
    booking = bookings[call.visit.subject]
    alights = call.visit.action is Action.ALIGHT
    stop = booking.dropoff_stop if alights else booking.pickup_stop
    if stop is None:
        return Place("", booking.dropoff_name if alights else booking.pickup_name, "", call.place)
    return Place(stop.code, stop.name, stop.settlement, call.place, stop.public_code)
