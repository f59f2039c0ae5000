"""Who may see what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from bookings.models import Booking, Role, Shift, StaffMember

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def list_bookings(user: User) -> QuerySet[Booking]:
    """The bookings that a user may see: a passenger's own; for staff, those of the operator. Newest first."""
    own = Q(passenger__user=user.pk)
    return Booking.objects.filter(own | Q(service__operator__in=_operators(user))).order_by("-pk")


def list_shifts(user: User) -> QuerySet[Shift]:
    """The shifts that a user may see: a driver's own; for dispatchers, those of the operator. In order of time."""
    own = Q(driver__user=user.pk)
    desks = _operators(user, Role.DISPATCHER)
    return Shift.objects.filter(own | Q(service__operator__in=desks)).order_by("date", "starts_s", "pk")


def _operators(user: User, *roles: Role) -> list[int]:
    rows = StaffMember.objects.filter(user=user.pk, role__in=roles or list(Role))
    return list(rows.values_list("operator_id", flat=True))
