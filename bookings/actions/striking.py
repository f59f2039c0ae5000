"""Noting that a seat went empty because of its passenger, and taking that back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from bookings import events, limits, money, travellers
from bookings.actions.find import get_booking
from bookings.models import Booking, Passenger, Service, Status, Strike, StrikeKind
from bookings.refusals import Conflict, DomainNotFound
from bookings.strikes import is_kept_waiting, standing

if TYPE_CHECKING:
    from django.contrib.auth.models import User

REVERSIBLE = timedelta(hours=1)
"""So long a strike can be taken back one by one; later, the passenger can be reinstated."""


class NoStrike(DomainNotFound):
    kind = "no_strike"


class TooLateToReverse(Conflict):
    kind = "too_late_to_reverse"


def is_late(booking: Booking, came_at: datetime | None, now: datetime) -> bool:
    """Whether cancelling a confirmed booking now is too late for others to have the seat; not where the vehicle itself is late.

    `came_at` is when that came, as far as drivers have told.
    """
    late_from = booking.pickup_from_at - timedelta(seconds=booking.service.late_cancel_s)
    return booking.status == Status.CONFIRMED and late_from < now and not is_kept_waiting(booking, came_at, now)


def strike(booking: Booking, kind: StrikeKind, *, by: User | None, now: datetime) -> Strike:
    """Count it, and warn or suspend where that makes it too many. Within a transaction."""
    service, passenger = booking.service, limits.lock(booking.passenger)  # of two at once, one is the last straw
    before = standing(passenger, service, now)
    made = Strike.objects.create(booking=booking, passenger=passenger, kind=kind, at=now)
    after = standing(passenger, service, now)
    if after.suspended_until and not before.suspended_until:
        data = {"strikes": after.strikes, "until": after.suspended_until.isoformat()}
        events.record("passenger.suspended", service=service, date=booking.date, at=now, booking=booking, by=by, data=data)
    elif after.strikes == service.strikes_warn:
        data = {"strikes": after.strikes}
        if service.strikes_suspend:
            data["more"] = service.strikes_suspend - after.strikes
        events.record("passenger.warned", service=service, date=booking.date, at=now, booking=booking, by=by, data=data)
    return made


def reverse_strike(reference: str, *, by: User | None, why: str, now: datetime) -> Strike:
    """Take a strike back, and what of the fare was kept, as staff may for an hour. Twice changes nothing.

    Raises NoSuchBooking, NoStrike, TooLateToReverse.
    """
    booking = get_booking(reference)
    with transaction.atomic():
        row = Strike.objects.select_for_update().filter(booking=booking).first()
        if row is None:
            raise NoStrike(f"{booking.reference} counts neither as a late cancellation nor as a no-show.")
        if row.reversed_at:
            return row
        if now - row.at > REVERSIBLE:
            raise TooLateToReverse(f"{booking.reference} was counted more than an hour ago: reinstate the passenger instead.")
        row.reversed_at, row.reversed_by, row.reversed_because = now, by, why[:200]
        row.save(update_fields=["reversed_at", "reversed_by", "reversed_because"])
        money.let_off(booking, why="it was no fault of the passenger's", by=by, at=now)
        data = {"why": why, "kind": row.kind}
        events.record("strike.reversed", service=booking.service, date=booking.date, at=now, booking=booking, by=by, data=data)
    return row


def reinstate(passenger: Passenger, service: Service, *, by: User | None, why: str, now: datetime) -> Passenger:
    """Let a passenger book again: what was counted until now counts no more. Raises PassengerErased."""
    with transaction.atomic():
        row = travellers.lock_known(passenger)
        row.reinstated_at = now
        row.save(update_fields=["reinstated_at"])
        data = {"passenger": row.pk, "why": why}
        events.record("passenger.reinstated", service=service, date=None, at=now, by=by, data=data)
    return row
