"""Who may see what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery

from bookings.models import Booking, Refusal, Role, Series, Shift, StaffMember, Waiting

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def list_bookings(user: User) -> QuerySet[Booking]:
    """The bookings that a user may see: a passenger's own; a partner's passengers'; for staff, the operator's. Newest first."""
    own = Q(passenger__user=user.pk) | Q(passenger__partner__user=user.pk)
    return Booking.objects.filter(own | Q(service__operator__in=_operators(user))).order_by("-pk")


def list_waiting(user: User) -> QuerySet[Waiting]:
    """The wishes that wait and that a user may see, as `list_bookings`. Newest first."""
    return Waiting.objects.filter(Q(passenger__user=user.pk) | Q(service__operator__in=_operators(user))).order_by("-pk")


def list_series(user: User) -> QuerySet[Series]:
    """The journeys that come again each week and that a user may see, as `list_bookings`. Newest first."""
    return Series.objects.filter(Q(passenger__user=user.pk) | Q(service__operator__in=_operators(user))).order_by("-pk")


def list_refusals(user: User) -> QuerySet[Refusal]:
    """The refusals that a user may see, as `list_bookings`. Newest first."""
    return Refusal.objects.filter(Q(passenger__user=user.pk) | Q(service__operator__in=_operators(user))).order_by("-pk")


def with_links(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With the references of those that belong to each: the way back, the way there, and what it was changed from and to.

    By subqueries: PostgreSQL took longer to think about four more joins of bookings with themselves than to answer.
    """
    return bookings.annotate(
        return_reference=_reference(return_of=OuterRef("pk")),
        outward_reference=_reference(pk=OuterRef("return_of")),
        changed_from_reference=_reference(pk=OuterRef("changed_from")),
        changed_to_reference=_reference(changed_from=OuterRef("pk")),
    )


def _reference(**which: OuterRef) -> Subquery:
    return Subquery(Booking.objects.filter(**which).values("reference")[:1])


def list_shifts(user: User) -> QuerySet[Shift]:
    """The shifts whose passengers a user may see: a driver's own; for dispatchers, those of the operator. In order of time."""
    return _shifts(user, Role.DISPATCHER)


def list_duties(user: User) -> QuerySet[Shift]:
    """The shifts of which a user may see vehicle and driver: the same, and for agents those of the operator, too."""
    return _shifts(user, *Role)


def _shifts(user: User, *roles: Role) -> QuerySet[Shift]:
    own = Q(driver__user=user.pk)
    desks = _operators(user, *roles)
    return Shift.objects.filter(own | Q(service__operator__in=desks)).order_by("date", "starts_s", "pk")


def _operators(user: User, *roles: Role) -> list[int]:
    rows = StaffMember.objects.filter(user=user.pk, role__in=roles or list(Role))
    return list(rows.values_list("operator_id", flat=True))
