"""Why plans were changed: whether it gave room back; and what somebody wrote, forgotten. Nothing else of a plan ever changes."""

from __future__ import annotations

from datetime import date as Date

from bookings.models import Booking, Service
from bookings.models.plan_tables import PlanRevision

GIVING_BACK = ("cancelled", "changed", "expired", "driver.no_show", "reoptimised")
"""The causes of revisions that may have room for somebody whom the one before had none for."""


def gave_back(service: Service, date: Date, *, after: int) -> bool:
    """Whether a revision of a day after that number may have made room."""
    later = PlanRevision.objects.filter(day__service=service, day__date=date, number__gt=after)
    return later.filter(cause__in=GIVING_BACK).exists()


def forget_reasons(booking: Booking) -> None:
    """Of what was written about a booking, only its reference stays."""
    written = PlanRevision.objects.filter(day__service=booking.service_id, day__date=booking.date)
    written.filter(why__startswith=f"{booking.reference} ").update(why=booking.reference)
