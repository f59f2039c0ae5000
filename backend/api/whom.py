"""Who is asking, what they are, and what that lets them see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from bookings.models import Channel, Driver, Partner, Passenger, Role, StaffMember
from bookings.words import ENGLISH


class Is(StrEnum):
    """What a caller can be; nobody has a role by being signed in alone."""

    PASSENGER = "passenger"
    AGENT = "agent"
    DISPATCHER = "dispatcher"
    DRIVER = "driver"
    PARTNER = "partner"


EVERYBODY = frozenset(Is)
DESK = frozenset({Is.AGENT, Is.DISPATCHER})


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in user with their rows; a person may be a passenger and a driver at once."""

    user: Any
    staff: StaffMember | None = None
    driver: Driver | None = None
    passenger: Passenger | None = None
    partner: Partner | None = None

    @property
    def roles(self) -> frozenset[Is]:
        found = set()
        if self.passenger:
            found.add(Is.PASSENGER)
        if self.driver:
            found.add(Is.DRIVER)
        if self.partner:
            found.add(Is.PARTNER)
        if self.staff:
            # A dispatcher may do whatever an agent may.
            found |= DESK if self.staff.role == Role.DISPATCHER else {Is.AGENT}
        return frozenset(found)

    @property
    def operators(self) -> frozenset[int]:
        """The ids of the operators that the caller has to do with."""
        return frozenset(each.operator_id for each in (self.staff, self.driver, self.passenger, self.partner) if each is not None)

    def operator_as(self, *roles: Is) -> int | None:
        """The id of the operator where the caller has one of these roles; None without one."""
        desk = {Is.AGENT: self.staff, Is.DISPATCHER: self.staff}
        rows = {Is.PASSENGER: self.passenger, Is.DRIVER: self.driver, Is.PARTNER: self.partner, **desk}
        found = [rows[role] for role in roles if role in self.roles]
        return found[0].operator_id if found and found[0] else None

    @property
    def language(self) -> str:
        """In which they are answered: a passenger's own; staff read English."""
        return self.passenger.language if self.passenger and not self.staff else ENGLISH

    @property
    def channel(self) -> Channel:
        return Channel.PHONE if self.staff else Channel.PARTNER if self.partner else Channel.APP


def whom(request: Request) -> Caller:
    """The caller of a request, looked up once."""
    if not hasattr(request, "drover_caller"):
        request.drover_caller = caller_of(request.user)  # type: ignore[attr-defined]
    return cast(Caller, request.drover_caller)  # type: ignore[attr-defined]


def caller_of(user: AbstractBaseUser | AnonymousUser) -> Caller:
    """The caller that a user is."""
    if not user.is_authenticated:
        return Caller(user)
    with_rows = User.objects.select_related("staff_member__operator", "driver", "passenger", "partner")
    found = with_rows.filter(pk=user.pk).first() or user  # one query: every call makes it
    return Caller(found, *(getattr(found, name, None) for name in ("staff_member", "driver", "passenger", "partner")))


class HasRole(BasePermission):
    """Lets those in whom the view's `roles` names for the method; a view without the method in `roles` lets nobody in."""

    message = _("Nobody with your role can do this here.")

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.user is None or not request.user.is_authenticated:
            return False
        # Preflight and descriptions tell nothing that the OpenAPI document doesn't.
        method = {"HEAD": "GET"}.get(request.method or "", request.method)
        allowed: Iterable[Is] = view.roles.get(method, EVERYBODY)
        return not whom(request).roles.isdisjoint(allowed)
