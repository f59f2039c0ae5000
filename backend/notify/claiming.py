"""Taking up what is due, one at a time, so that of several at it each takes another; and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Q, QuerySet

from bookings.models import Delivery, State

T = TypeVar("T", bound=Delivery)
M = TypeVar("M", bound=models.Model)

LEASE = timedelta(minutes=2)
"""Longer than anything takes to be handed over. Whoever has claimed it and says nothing for so long is taken to have died."""


def due(rows: QuerySet[T], *, now: datetime) -> QuerySet[T]:
    """What is to be tried now and nobody else is at, the longest due first."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return rows.filter(free, state=State.QUEUED, due_at__lte=now, expires_at__gt=now).order_by("due_at", "pk")


def claim(rows: QuerySet[T], *, now: datetime) -> T | None:
    """The first of what's due, claimed and with its attempt counted; None where there's nothing.

    Committed before it's tried: nothing is locked while others are talked to.
    """
    if not rows.exists():  # without a transaction, which on SQLite would wait for every writer
        return None
    with transaction.atomic():
        row = locked(rows).first()
        if row is not None:
            row.claimed_until, row.attempts = now + LEASE, row.attempts + 1
            row.save(update_fields=["claimed_until", "attempts"])
    return row


def locked(rows: QuerySet[M]) -> QuerySet[M]:
    """The rows that nobody else has locked, locked. On SQLite the whole database is, since the transaction began."""
    return rows.select_for_update(skip_locked=True, of=("self",))


def settle(row: Delivery, state: State, *, now: datetime, reason: str = "", **columns: object) -> None:
    """Note what became of it, for good; a row that others have settled since stays as it is."""
    said = {"state": state, "reason": reason[:200], "done_at": now, "claimed_until": None, **columns}
    type(row)._default_manager.filter(pk=row.pk, state=State.QUEUED).update(**said)


def put_off(row: Delivery, until: datetime, *, reason: str = "", uncounted: bool = False) -> None:
    """Leave it for later, unless somebody else has taken it up since."""
    mine = type(row)._default_manager.filter(pk=row.pk, state=State.QUEUED, claimed_until=row.claimed_until)
    attempts = row.attempts - 1 if uncounted else row.attempts
    mine.update(due_at=until, reason=reason[:200], attempts=attempts, claimed_until=None)


def give_up_late(rows: QuerySet[T], *, now: datetime) -> int:
    """Settle what it's too late for: given up where it was tried, else suppressed; how many."""
    late = rows.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), state=State.QUEUED, expires_at__lte=now)
    if not late.exists():
        return 0
    tried = late.filter(attempts__gt=0).update(state=State.GIVEN_UP, done_at=now, claimed_until=None)
    untried = late.filter(attempts=0).update(state=State.SUPPRESSED, reason="too late", done_at=now)
    return tried + untried
