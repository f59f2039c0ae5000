"""Why plans were changed, by whom; whether it gave room back; what somebody wrote, forgotten. Nothing else of a plan changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from typing import TYPE_CHECKING

from bookings.models import Booking, Service
from bookings.models.plan_tables import PlanRevision
from routing.model import ShiftId

if TYPE_CHECKING:
    from django.contrib.auth.models import User

GIVING_BACK = ("cancelled", "changed", "expired", "driver.no_show", "reoptimised")
"""The causes of revisions that may have room for somebody whom the one before had none for."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An entry in the history of a day's plans; `shifts` are those whose routes it changed."""

    number: int
    cause: str
    why: str
    who: User | None
    at: datetime
    shifts: tuple[ShiftId, ...]


def history(service: Service, date: Date) -> list[Revision]:
    """Every published plan of a day, oldest first: who, why, when, and which shifts it changed."""
    rows = PlanRevision.objects.filter(day__service=service, day__date=date).select_related("who").prefetch_related("routes")
    return [
        Revision(
            row.number,
            row.cause,
            row.why,
            row.who,
            row.created_at,
            tuple(ShiftId(f"s{route.shift_id}") for route in row.routes.all()),
        )
        for row in rows.order_by("number")
    ]


def gave_back(service: Service, date: Date, *, after: int) -> bool:
    """Whether a revision of a day after that number may have made room."""
    later = PlanRevision.objects.filter(day__service=service, day__date=date, number__gt=after)
    return later.filter(cause__in=GIVING_BACK).exists()


def forget_reasons(booking: Booking) -> None:
    """Of what was written about a booking, only its reference stays."""
    written = PlanRevision.objects.filter(day__service=booking.service_id, day__date=booking.date)
    written.filter(why__startswith=f"{booking.reference} ").update(why=booking.reference)
