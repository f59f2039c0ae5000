"""A dispatcher's view of a day: every shift with its calls and its line on the map, every booking, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from itertools import pairwise

from bookings.models import Booking, Service, Shift
from bookings.planner import Planner
from bookings.queries.figures import Kpis, kpis_of
from bookings.queries.journeys import Journey, journeys
from bookings.queries.manifests import StopCall, calls_of
from bookings.queries.rows import Place, Row, ShiftRows, timetable
from routing.model import Point


@dataclass(frozen=True, slots=True)
class BoardShift:
    """A shift: `rows` are its visits one by one, `calls` the same by stop; `path` is the line that it drives."""

    shift: Shift
    start: Place
    end: Place
    leaves_at: datetime | None
    ends_at: datetime | None
    rows: tuple[Row, ...]
    calls: tuple[StopCall, ...]
    path: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class BoardBooking:
    """A booking of the day, with its journey as it stands; None where it has left the plan."""

    booking: Booking
    journey: Journey | None


@dataclass(frozen=True, slots=True)
class DayBoard:
    service: Service
    date: Date
    revision: int
    generated_at: datetime
    shifts: tuple[BoardShift, ...]
    bookings: tuple[BoardBooking, ...]
    figures: Kpis


def day_board(service: Service, date: Date, *, planner: Planner, now: datetime) -> DayBoard:
    """The board of a day; a day that nobody has opened has no shifts yet."""
    day = timetable(service, date, planner=planner, now=now)
    expected = journeys(day)
    return DayBoard(
        service,
        date,
        day.revision,
        day.generated_at,
        tuple(_board_shift(each, planner) for each in day.shifts),
        tuple(BoardBooking(booking, expected.get(booking.pk)) for booking in day.bookings),
        kpis_of(day),
    )


def _board_shift(each: ShiftRows, planner: Planner) -> BoardShift:
    return BoardShift(
        each.shift, each.start, each.end, each.leaves_at, each.ends_at, each.rows, calls_of(each), _path(each, planner)
    )


def _path(each: ShiftRows, planner: Planner) -> tuple[Point, ...]:
    """The line driven, from the start over all calls to the end; empty for a shift that need not go."""
    if not each.rows:
        return ()
    line = [each.start.point]
    for here, there in pairwise([each.start.point, *(row.place.point for row in each.rows), each.end.point]):
        if here != there:
            line += planner.path(here, there)[1:]
    return tuple(line)
