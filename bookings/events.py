"""Facts, as they are told to Drover; also the outbox of what must happen after a commit."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bookings.models import Booking, Event, Service, Shift

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def record(
    kind: str,
    *,
    service: Service,
    date: Date | None,
    at: datetime,
    recorded_at: datetime | None = None,
    booking: Booking | None = None,
    shift: Shift | None = None,
    by: User | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Add a fact; `at` is when it happened, `recorded_at` when Drover learnt of it (the same unless said)."""
    return Event.objects.create(
        kind=kind,
        service=service,
        date=date,
        at=at,
        recorded_at=recorded_at or at,
        booking=booking,
        shift=shift,
        by=by,
        data=data or {},
    )


def claim(event: Event, *, at: datetime) -> bool:
    """Note that what the event calls for is sent at this instant; False where somebody else noted so since `event` was read."""
    return Event.objects.filter(pk=event.pk, sent_at=event.sent_at).update(sent_at=at) == 1
