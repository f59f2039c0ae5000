"""What somebody wrote when they changed a plan, forgotten. Nothing else of a plan ever changes."""

from __future__ import annotations

from bookings.models import Booking
from bookings.models.plan_tables import PlanRevision


def forget_reasons(booking: Booking) -> None:
    """Of what was written about a booking, only its reference stays."""
    written = PlanRevision.objects.filter(day__service=booking.service_id, day__date=booking.date)
    written.filter(why__startswith=f"{booking.reference} ").update(why=booking.reference)
