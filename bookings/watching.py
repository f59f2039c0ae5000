"""Looking at a running day for what its passengers should know: reminders that fall due, buses that are late, other vehicles.

Each finding is an event, so that it's told like everything else, and so that the next look knows what was told. What to find is
decided of values (`findings`); it's decided again with the booking locked, so of two who look at once one records it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date as Date
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from bookings import events
from bookings.models import Booking, Event, Service, Status
from bookings.planner import Planner
from bookings.queries.journeys import Journey, journeys
from bookings.queries.rows import timetable
from bookings.telling import told_time

DUE_TOMORROW, DUE_SOON = "booking.due_tomorrow", "booking.due_soon"
DELAYED, ON_TIME_AGAIN, VEHICLE_CHANGED = "booking.delayed", "booking.on_time_again", "booking.vehicle_changed"
FOUND = (DUE_TOMORROW, DUE_SOON, DELAYED, ON_TIME_AGAIN, VEHICLE_CHANGED)

AHEAD = timedelta(hours=2)
"""So long before the pick-up passengers begin to be told of delays and other vehicles: what is farther off may still change."""

FRESH = timedelta(minutes=30)
"""Whoever booked so lately needs no reminder."""

LATEST = timedelta(hours=4)
"""Whom no bus has fetched so long after what was promised is not told of delays any more."""


class Finding(NamedTuple):
    kind: str
    data: dict[str, Any]


def watch_day(service: Service, date: Date, *, planner: Planner, now: datetime) -> int:
    """Record what there is to be told of the bookings of a day; how many events that made."""
    if not _worth_a_look(service, date, now):
        return 0
    day = timetable(service, date, planner=planner, now=now)
    expected = journeys(day)
    told = _told(service, date)
    made = 0
    for booking in day.bookings:
        journey = expected.get(booking.pk)
        if journey and list(findings(booking, journey, told.get(booking.pk, []), service=service, now=now)):
            made += _record(booking, journey, service, now)
    return made


def findings(booking: Booking, journey: Journey, told: Sequence[Event], *, service: Service, now: datetime) -> Iterator[Finding]:
    """What the passenger of a booking should know by now and has not been told; `told` are the findings so far, oldest first."""
    if booking.status != Status.CONFIRMED or journey.pickup_at <= now:
        return
    data = _data(booking, journey, now)
    kinds = {event.kind for event in told}
    if DUE_TOMORROW not in kinds and _is_evening_before(booking, service, now):
        yield Finding(DUE_TOMORROW, data)
    lead = timedelta(seconds=service.remind_before_s)
    if DUE_SOON not in kinds and now >= journey.pickup_at - (lead or AHEAD):
        yield Finding(DUE_SOON, {**data, "remind": data["remind"] and bool(lead)})
    if now >= journey.pickup_at - AHEAD:
        yield from _estimate(booking, journey, told, data, timedelta(seconds=service.delay_told_s))
        yield from _vehicle(told, data)


def _estimate(
    booking: Booking, journey: Journey, told: Sequence[Event], data: dict[str, Any], enough: timedelta
) -> Iterator[Finding]:
    """Later than promised by more than enough, or than last told; or earlier than last told."""
    times = [told_time(event, "expected_pickup_at") for event in told if event.kind in (DELAYED, ON_TIME_AGAIN)]
    last = times[-1] if times else None
    if journey.pickup_at > max(last or booking.pickup_until_at, booking.pickup_until_at) + enough:
        yield Finding(DELAYED, data)
    elif last is not None and journey.pickup_at < last - enough:
        yield Finding(ON_TIME_AGAIN, data)


def _vehicle(told: Sequence[Event], data: dict[str, Any]) -> Iterator[Finding]:
    """Another vehicle than was told last; which comes was told first when the pick-up was near."""
    known = [event.data["vehicle_id"] for event in told if event.kind in (DUE_SOON, VEHICLE_CHANGED)]
    if known and known[-1] != data["vehicle_id"]:
        yield Finding(VEHICLE_CHANGED, data)


def _data(booking: Booking, journey: Journey, now: datetime) -> dict[str, Any]:
    vehicle = journey.shift.vehicle
    return {
        "expected_pickup_at": journey.pickup_at.isoformat(),
        "vehicle": vehicle.name,
        "registration": vehicle.registration,
        "vehicle_id": vehicle.pk,
        "remind": now - booking.created_at >= FRESH,
    }


def _is_evening_before(booking: Booking, service: Service, now: datetime) -> bool:
    local = now.astimezone(service.tz)
    evening = service.remind_evening_at
    return evening is not None and local.date() == booking.date - timedelta(days=1) and local.time() >= evening


def _worth_a_look(service: Service, date: Date, now: datetime) -> bool:
    """Whether there may be something to find, before the whole day is timed."""
    rows = Booking.objects.filter(service=service, date=date, status=Status.CONFIRMED)
    if now.astimezone(service.tz).date() < date:
        evening = service.remind_evening_at
        return (
            evening is not None
            and now.astimezone(service.tz).time() >= evening
            and rows.exclude(events__kind=DUE_TOMORROW).exists()
        )
    soon = max(AHEAD, timedelta(seconds=service.remind_before_s))
    return rows.filter(pickup_from_at__lte=now + soon, pickup_until_at__gte=now - LATEST).exists()


def _told(service: Service, date: Date) -> dict[int, list[Event]]:
    """What was found so far, by booking."""
    found: dict[int, list[Event]] = {}
    for event in Event.objects.filter(service=service, date=date, kind__in=FOUND).order_by("pk"):
        if event.booking_id:
            found.setdefault(event.booking_id, []).append(event)
    return found


def told_of(booking: Booking) -> list[Event]:
    return list(booking.events.filter(kind__in=FOUND).order_by("pk"))


def _record(booking: Booking, journey: Journey, service: Service, now: datetime) -> int:
    """Decide once more, with the booking locked: whoever else looks at it now leaves it to us."""
    with transaction.atomic():
        row = Booking.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=booking.pk).first()
        if row is None:
            return 0
        told = told_of(row)
        found = list(findings(row, journey, told, service=service, now=now))
        for finding in found:
            events.record(finding.kind, service=service, date=row.date, at=now, booking=row, data=finding.data)
    return len(found)
