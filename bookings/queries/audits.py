from __future__ import annotations

from django.db.models import Q, QuerySet

from bookings.models import Audit, Booking, Passenger, Refusal
from bookings.queries.doers import doers


def list_audit(passenger: Passenger) -> QuerySet[Audit]:
    """What was done about a passenger, and who of their operator looked: at them, or at all who travel on a day of theirs."""
    rows = (model.objects.filter(passenger=passenger) for model in (Booking, Refusal))
    days = {f"{slug} {date}" for each in rows for slug, date in each.values_list("service__slug", "date").distinct()}
    mine = Q(passenger=passenger) | Q(day__in=days)
    return Audit.objects.filter(mine, operator=passenger.operator_id).prefetch_related(doers("user")).order_by("-pk")
