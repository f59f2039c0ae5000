"""How often somebody's seat went empty, whether they may book all the same, and whose fault it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.models import Booking, Passenger, Service, Strike


@dataclass(frozen=True, slots=True)
class Standing:
    """How a passenger stands with a service: strikes that count by now, and until when they are suspended, if they are."""

    strikes: int
    suspended_until: datetime | None


def standing(passenger: Passenger, service: Service, now: datetime) -> Standing:
    """How a passenger stands: strikes count for `strikes_days`, and the one too many suspends for `suspension_days`."""
    since = now - timedelta(days=service.strikes_days)
    rows = Strike.objects.filter(passenger=passenger, booking__service=service, reversed_at=None, at__gt=since)
    if passenger.reinstated_at:
        rows = rows.filter(at__gt=passenger.reinstated_at)
    found = list(rows.order_by("at").values_list("at", flat=True))
    until = found[-1] + timedelta(days=service.suspension_days) if found else now
    suspended = 0 < service.strikes_suspend <= len(found) and now < until
    return Standing(len(found), until if suspended else None)


def is_kept_waiting(booking: Booking, came_at: datetime | None, now: datetime) -> bool:
    """Whether its vehicle is late by now: promised by `pickup_until_at`, it came later, or nobody has told that it came."""
    return now > booking.pickup_until_at and (came_at is None or came_at > booking.pickup_until_at)
