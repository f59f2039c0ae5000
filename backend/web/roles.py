"""Who is looking at a page."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.shortcuts import resolve_url

from bookings.models import Driver, Operator, Passenger, StaffMember

STARTS = {"administrator": "admin:index", "dispatcher": "web:dispatch", "driver": "web:drive"}


def start_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """The address where somebody's work is."""
    return resolve_url(STARTS.get(role_of(user), "web:landing"))


def role_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """`administrator`, `dispatcher`, `agent`, `driver`, `passenger`, or nothing for anybody else."""
    if not user.is_authenticated:
        return ""
    if getattr(user, "is_superuser", False):
        return "administrator"
    staff = StaffMember.objects.filter(user_id=user.pk).first()
    if staff:
        return str(staff.role)
    if Driver.objects.filter(user_id=user.pk).exists():
        return "driver"
    return "passenger" if Passenger.objects.filter(user_id=user.pk).exists() else ""


def operators_of(user: AbstractBaseUser | AnonymousUser) -> set[int]:
    """The ids of the operators that somebody has to do with, in whatever role; the API shows them the services of these."""
    if not user.is_authenticated:
        return set()
    rows = (model.objects.filter(user_id=user.pk) for model in (StaffMember, Driver, Passenger))
    return {operator for each in rows for operator in each.values_list("operator", flat=True)}


def runs(user: AbstractBaseUser | AnonymousUser, operator: int) -> bool:
    """Whether somebody works for an operator, in an office or at a wheel."""
    if not user.is_authenticated:
        return False
    rows = (model.objects.filter(user_id=user.pk, operator=operator) for model in (StaffMember, Driver))
    return any(each.exists() for each in rows)


def operator_of(user: AbstractBaseUser | AnonymousUser) -> Operator | None:
    """The operator that a member of staff works for."""
    return Operator.objects.filter(staff__user_id=user.pk).first() if user.is_authenticated else None
