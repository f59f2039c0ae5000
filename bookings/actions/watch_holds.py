from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from bookings import events
from bookings.models import Booking, Service, Status

EXPIRING = "booking.hold_expiring"


def watch_holds(*, now: datetime) -> int:
    """Record of each hold that runs out soon that it does, once; how many there were."""
    made = 0
    for booking in Booking.objects.filter(status=Status.HELD, held_until__gt=now).select_related("service").order_by("pk"):
        if now >= _warned_at(booking, booking.service):
            made += _record(booking, now)
    return made


def _warned_at(booking: Booking, service: Service) -> datetime:
    """When to say so: not before half of the hold is over, and never where the service doesn't want it."""
    assert booking.held_until
    if not service.hold_warning_s:
        return booking.held_until
    return booking.held_until - min(timedelta(seconds=service.hold_warning_s), (booking.held_until - booking.created_at) / 2)


def _record(booking: Booking, now: datetime) -> int:
    with transaction.atomic():
        rows = Booking.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=booking.pk, status=Status.HELD)
        row = rows.first()
        if row is None or row.events.filter(kind=EXPIRING).exists():
            return 0
        data = {"until": row.held_until.isoformat()} if row.held_until else {}
        events.record(EXPIRING, service=booking.service, date=row.date, at=now, booking=row, data=data)
    return 1
