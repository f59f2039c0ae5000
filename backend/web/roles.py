"""Who is looking at a page."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from bookings.models import Driver, Operator, Passenger, StaffMember


def role_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """`dispatcher`, `agent`, `driver`, `passenger`, or nothing for anybody else."""
    if not user.is_authenticated:
        return ""
    staff = StaffMember.objects.filter(user_id=user.pk).first()
    if staff:
        return str(staff.role)
    if Driver.objects.filter(user_id=user.pk).exists():
        return "driver"
    return "passenger" if Passenger.objects.filter(user_id=user.pk).exists() else ""


def operator_of(user: AbstractBaseUser | AnonymousUser) -> Operator | None:
    """The operator that a member of staff works for."""
    return Operator.objects.filter(staff__user_id=user.pk).first() if user.is_authenticated else None
