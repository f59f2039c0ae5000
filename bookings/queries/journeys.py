from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bookings.models import GONE, Booking, Shift
from bookings.planner import Planner
from bookings.queries.rows import Timetable, timetable


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
    return journeys(timetable(booking.service, booking.date, planner=planner, now=now)).get(booking.pk)


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
