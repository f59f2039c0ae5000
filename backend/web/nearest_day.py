"""Which day a dispatcher most likely wants to see."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime

from bookings.models import Booking, Operator, Service


def find_nearest_day(operator: Operator, now: datetime, slug: str | None = None) -> tuple[Service, Date] | None:
    """The service and day with bookings nearest to today, a coming one first; today where there is none at all.

    None where the operator has no such service.
    """
    services = operator.services.filter(slug=slug) if slug else operator.services.all()
    first = services.order_by("pk").first()
    if first is None:
        return None
    today = now.astimezone(first.tz).date()
    bookings = Booking.objects.filter(service__in=services).select_related("service")
    coming = bookings.filter(date__gte=today).order_by("date", "service_id").first()
    past = bookings.filter(date__lt=today).order_by("-date", "service_id").first()
    near = [each for each in (coming, past) if each]
    if not near:
        return first, today
    best = min(near, key=lambda each: abs(each.date - today))
    return best.service, best.date
