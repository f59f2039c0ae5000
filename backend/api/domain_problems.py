"""What the errors of `bookings` are in HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError

from backend.api import problem_types as types
from backend.api.offer_json import offers_json
from backend.api.problem_types import ProblemType
from bookings.refusals import Conflict, DomainError, DomainNotFound, Gone, NotAllowed, Unfit
from bookings.words import worded

BY_CLASS: dict[type[DomainError], ProblemType] = {
    DomainNotFound: types.NOT_FOUND,
    Gone: types.GONE,
    Conflict: types.CONFLICT,
    NotAllowed: types.FORBIDDEN,
    Unfit: types.REFUSED,
}

BY_KIND = {
    "no_such_offer": types.NOT_FOUND,
    "no_such_booking": types.NOT_FOUND,
    "no_such_revision": types.NOT_FOUND,
    "no_strike": types.NOT_FOUND,
    "no_such_refund": types.NOT_FOUND,
    "day_busy": types.BUSY,
    "plan_moved": types.BUSY,
}
"""Where the type isn't simply called as the kind."""

POINTERS = {
    "no_such_offer": "#/offer",
    "offer_expired": "#/offer",
    "offer_taken": "#/offer",
    "unfit_pattern": "#/repeat",
    "nothing_to_wait_for": "#/refusal",
    "part_of_return": "#/offer",
    "meant_as_change": "#/offer",
    "other_booking": "#/offer",
    "no_longer_possible": "#/offer",
    "promotion_used_up": "#/offer",
    "fare_moved": "#/offer",
    "cant_pay_that_way": "#/pay_by",
    "too_many_bookings": "#/passenger",
    "duplicate_booking": "#/offer",
    "overlapping_trip": "#/offer",
    "passenger_needed": "#/passenger",
    "passenger_erased": "#/passenger",
    "not_entitled": "#/passenger",
    "other_operator": "#/passenger",
    "unfit_report": "#/at",
    "code_refused": "#/code",
    "name_needed": "#/name",
    "too_vague": "#/q",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The parts of a problem."""

    kind: ProblemType
    detail: str
    pointer: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


def problem_of(exc: Exception) -> Found | None:
    """The problem that an error of `bookings` or a lock held by others is; None for any other exception."""
    if isinstance(exc, OperationalError) and lock_not_had(exc):
        return Found(types.BUSY, worded("Others are changing the same just now. Try again in a moment."))
    if not isinstance(exc, DomainError):
        return None
    alternatives = getattr(exc, "alternatives", None)
    more = {} if alternatives is None else {"alternatives": offers_json(alternatives)}
    return Found(_kind_of(exc), str(exc), POINTERS.get(exc.kind), more)


def _kind_of(exc: DomainError) -> ProblemType:
    known = BY_KIND.get(exc.kind) or types.ALL.get(types.slug_of(exc.kind))
    return known or next((general for cls, general in BY_CLASS.items() if isinstance(exc, cls)), types.CONFLICT)


def lock_not_had(exc: OperationalError) -> bool:
    """PostgreSQL's lock_not_available and deadlock_detected, and SQLite's busy."""
    return getattr(exc.__cause__, "sqlstate", None) in ("55P03", "40P01") or "database is locked" in str(exc)
