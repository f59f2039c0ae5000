"""How a day goes, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

from bookings.models import Booking, Refusal, Service, Status
from bookings.planner import Planner
from bookings.queries.journeys import Journey, journeys
from bookings.queries.rows import Row, ShiftRows, Timetable, timetable


@dataclass(frozen=True, slots=True)
class Kpis:
    """The figures of a day, as the plan stands. Shares are from 0 to 1; None where there is nothing to take a mean of."""

    bookings: int
    passengers: int
    held: int
    cancelled: int
    expired: int
    no_shows: int
    refused: int
    shared_share: float | None
    """Of the bookings, those that have another party on board for some of the way."""
    driven_m: int
    vehicle_hours: float
    """Hours of all shifts, breaks included."""
    passengers_per_vehicle_hour: float | None
    mean_detour_s: int | None
    """Ride time beyond the direct time."""
    mean_wait_s: int | None
    """From the time asked for (leaving the door, plus the walk) to the expected pick-up, of those who asked when to leave."""
    promises_kept_share: float | None
    """Of the bookings, those expected (or seen) to board within the promised window and to arrive in time."""
    fares_pence: int


def kpis(service: Service, date: Date, *, planner: Planner, now: datetime) -> Kpis:
    """The figures of a day."""
    return kpis_of(timetable(service, date, planner=planner, now=now))


def kpis_of(day: Timetable) -> Kpis:
    """The figures of a day that is timed already."""
    expected = journeys(day)
    travelling = [booking for booking in day.bookings if booking.pk in expected]
    passengers = sum(booking.people for booking in travelling)
    hours = sum(each.shift.ends_s - each.shift.starts_s for each in day.shifts) / 3600
    shared = set().union(*(_sharing(each) for each in day.shifts))
    detours = [max(0, expected[booking.pk].ride_s - booking.direct_s) for booking in travelling]
    waits = [wait for booking in travelling if (wait := _wait_s(booking, expected[booking.pk])) is not None]
    kept = [_kept(booking, expected[booking.pk]) for booking in travelling]

    def count(status: Status) -> int:
        return sum(1 for booking in day.bookings if booking.status == status)

    return Kpis(
        bookings=len(travelling),
        passengers=passengers,
        held=count(Status.HELD),
        cancelled=count(Status.CANCELLED),
        expired=count(Status.EXPIRED),
        no_shows=count(Status.NO_SHOW),
        refused=Refusal.objects.filter(service=day.service, date=day.date).count(),
        shared_share=_mean([booking.pk in shared for booking in travelling]),
        driven_m=sum(sum(row.drive_m for row in each.rows) + each.home_m for each in day.shifts if each.rows),
        vehicle_hours=round(hours, 2),
        passengers_per_vehicle_hour=round(passengers / hours, 2) if hours else None,
        mean_detour_s=_whole(_mean(detours)),
        mean_wait_s=_whole(_mean(waits)),
        promises_kept_share=_mean(kept),
        fares_pence=sum(booking.due_pence for booking in travelling),
    )


def _sharing(each: ShiftRows) -> set[int]:
    """The bookings that are on board together with another one."""
    aboard: set[int] = set()
    found: set[int] = set()
    for row in each.rows:
        if row.booking is None:
            continue
        aboard = _aboard_after(aboard, row, row.booking.pk)
        if len(aboard) > 1:
            found |= aboard
    return found


def _aboard_after(aboard: set[int], row: Row, pk: int) -> set[int]:
    return aboard | {pk} if row.action == "board" else aboard - {pk}


def _wait_s(booking: Booking, journey: Journey) -> int | None:
    leave_at = booking.offer.wish.get("leave_at")
    if leave_at is None:
        return None
    return max(0, int((journey.pickup_at - datetime.fromisoformat(leave_at)).total_seconds()) - booking.pickup_walk_s)


def _kept(booking: Booking, journey: Journey) -> bool:
    return journey.pickup_at <= booking.pickup_until_at and journey.arrival_at <= booking.arrive_by_at


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
