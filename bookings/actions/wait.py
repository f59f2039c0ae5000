"""Waiting for a place: a refused wish is kept, and leaves the list when its passenger says so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from bookings import events, travellers
from bookings.models import Passenger, Refusal, Waiting, WaitState
from bookings.refusals import Conflict, Unfit
from bookings.rules import RULES
from bookings.words import Sentences, phrase, spoken

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class NothingToWaitFor(Unfit):
    kind = "nothing_to_wait_for"


class NotWaiting(Conflict):
    kind = "not_waiting"


def join_waitlist(refusal: Refusal, *, passenger: Passenger, by: User | None, channel: str, now: datetime) -> Waiting:
    """Wait for a place for a wish that the plan had no room for. A second time changes nothing; who has left waits anew.

    Raises NothingToWaitFor, also where the waiting is over; PassengerErased.
    """
    if refusal.date is None or refusal.kind in {rule.__name__ for rule in RULES}:
        why = refusal.said_in(spoken()).detail
        raise NothingToWaitFor(Sentences((why, phrase("No place that is given back would change that."))))
    asked = {"passenger": passenger, "asked_by": by, "channel": channel, "created_at": now}
    with transaction.atomic():
        left = Waiting.objects.filter(refusal=refusal, state=WaitState.WITHDRAWN)
        again = left.exists() and left.update(**asked, state=WaitState.WAITING, tried_revision=None)  # before the passenger
        travellers.lock_known(passenger)
        of = {"service": refusal.service, "date": refusal.date}
        waiting, new = Waiting.objects.get_or_create(refusal=refusal, defaults=asked | of)
        if waiting.status in (WaitState.LAPSED, WaitState.TOO_LATE, WaitState.WITHDRAWN):
            raise NothingToWaitFor(phrase("The waiting for this journey is over. Ask for it again."))
        if new or again:
            _record("waitlist.joined", waiting, by, now)
    return waiting


def leave_waitlist(waiting: Waiting, *, by: User | None, now: datetime) -> Waiting:
    """Wait no longer. Leaving twice changes nothing. Raises NotWaiting once a place was offered: cancel that, or let it lapse."""
    with transaction.atomic():
        row = Waiting.objects.select_for_update(of=("self",)).select_related("service", "booking").get(pk=waiting.pk)
        if row.state == WaitState.OFFERED:
            assert row.booking is not None
            said = phrase("A place has been found: {reference}. Confirm or cancel that.", reference=row.booking.reference)
            raise NotWaiting(said)
        if row.state == WaitState.WAITING:
            row.state = WaitState.WITHDRAWN
            row.save(update_fields=["state"])
            _record("waitlist.left", row, by, now)
    return row


def _record(kind: str, waiting: Waiting, by: User | None, now: datetime) -> None:
    events.record(
        kind,
        service=waiting.service,
        date=waiting.date,
        at=now,
        by=by,
        data={"waiting": waiting.pk, "passenger": waiting.passenger_id},
    )
