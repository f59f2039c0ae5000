from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bookings import plans
from bookings.models import GONE, Booking, Shift
from bookings.planner import Planner
from bookings.queries.rows import Timetable
from routing.plan import Action
from routing.schedule import schedule


@dataclass(frozen=True, slots=True)
class Journey:
    """When and with what a booking is expected to travel, as the plan stands; `ride_s` from boarded to arrived."""

    shift: Shift
    pickup_at: datetime
    arrival_at: datetime
    ride_s: int


def find_journey(booking: Booking, *, planner: Planner, now: datetime) -> Journey | None:
    """The expected journey of a booking; None once it has left the plan, or where nobody was there to board."""
    if booking.status in GONE:
        return None
    found = plans.load_route(booking, travel=planner.travel, now=now)
    if found is None:
        return None
    route, problem, shift = found
    timed = schedule(route, problem)
    pickup, arrival = timed.find_call(Action.BOARD, booking.request_id), timed.find_call(Action.ALIGHT, booking.request_id)
    if pickup is None or arrival is None:
        return None
    instant = problem.day.instant
    return Journey(shift, instant(pickup.begin), instant(arrival.begin), arrival.begin - pickup.depart)


def journeys(day: Timetable) -> dict[int, Journey]:
    """The expected journeys of a day, by the primary key of the booking."""
    found = {}
    for each in day.shifts:
        boarded = {row.booking.pk: row for row in each.rows if row.action == "board" and row.booking}
        for row in each.rows:
            if row.action == "alight" and row.booking and row.booking.pk in boarded:
                start = boarded[row.booking.pk]
                ride_s = int((row.begin_at - start.depart_at).total_seconds())
                found[row.booking.pk] = Journey(each.shift, start.begin_at, row.begin_at, ride_s)
    return found
