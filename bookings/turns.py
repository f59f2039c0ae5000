"""Whose turn it is for what was given back: those who wait come before those who ask now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as Date
from datetime import datetime

from django.db.models import QuerySet

from bookings import plan_reasons
from bookings.models import Booking, Service, Status, Waiting, WaitState
from bookings.plans import DayBusy
from bookings.words import phrase

PATIENCE_S = 9
"""How long one waits for the day and for those whose turn it is, before one is told to try again."""


class OthersFirst(DayBusy):
    """Somebody waits for one of these days who has not been tried since room was given back."""

    def __init__(self, service: Service, dates: list[Date]) -> None:
        self.service, self.dates = service, dates
        super().__init__(phrase("somebody who waits for a place comes first; try again in a moment"))


def list_waiting() -> QuerySet[Waiting]:
    """Who waits for a place, in the order in which they came; nobody who was erased."""
    return Waiting.objects.filter(state=WaitState.WAITING, passenger__erased_at=None)


def check_turn(service: Service, dates: Iterable[Date], *, since: datetime | None, now: datetime) -> None:
    """Raises OthersFirst where it's somebody else's turn than of whoever has waited since then (None: asks now).

    With the days locked, nothing is given back between this and what is taken.
    """
    if behind := [date for date in dates if others_first(service, date, since=since, now=now)]:
        raise OthersFirst(service, behind)


def others_first(service: Service, date: Date, *, since: datetime | None, now: datetime) -> bool:
    """Whether somebody waits, longer than since then, who has not been tried in what was given back of a day."""
    waiting = list_waiting().filter(service=service, date=date)
    if since is not None:
        waiting = waiting.filter(created_at__lt=since)
    tried = list(waiting.values_list("tried_revision", flat=True))
    if not tried:
        return False
    over = Booking.objects.filter(service=service, date=date, status=Status.HELD, held_until__lte=now)
    return over.exists() or plan_reasons.gave_back(service, date, after=min(number or 0 for number in tried))
