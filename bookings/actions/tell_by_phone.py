from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from bookings import events
from bookings.models import Message

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def tell_by_phone(message: Message, *, by: User, now: datetime) -> Message:
    """Note that somebody has told a passenger by telephone what no message has. Whoever did so first stays on record."""
    with transaction.atomic():
        related = Message.objects.select_for_update(of=("self",)).select_related("event__service", "booking", "told_by")
        row = related.get(pk=message.pk)
        if row.told_at is None:
            row.told_at, row.told_by = now, by
            row.save(update_fields=["told_at", "told_by"])
            event, data = row.event, {"message": row.pk, "kind": row.kind}
            events.record("passenger.told", service=event.service, date=event.date, at=now, booking=row.booking, by=by, data=data)
    return row
