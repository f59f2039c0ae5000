"""A refund that failed is sent once more, or was given back by hand. Who did so and why stays with it, and is an event."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from bookings import events, money, receipts
from bookings.models import EntryKind, PayBy, Refund, RefundStatus
from bookings.refusals import Conflict, DomainNotFound

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class NoSuchRefund(DomainNotFound):
    kind = "no_such_refund"


class NotFailed(Conflict):
    """There is nothing to see to: it's on its way, has arrived, or somebody has seen to it."""

    kind = "refund_not_failed"


def send_refund_again(refund_id: UUID, *, by: User | None, why: str, now: datetime) -> Refund:
    """Another refund in place of one that failed, due from now on. Raises NoSuchRefund, NotFailed.

    The provider does each refund once, by its key, and would only say again that this one has failed.
    """
    return _in_place_of(refund_id, RefundStatus.DUE, by, why, now)


def settle_refund(refund_id: UUID, *, by: User | None, why: str, now: datetime) -> Refund:
    """Write down that the money of a refund that failed was given back by hand: a refund in its place, which has arrived.

    Raises NoSuchRefund, NotFailed.
    """
    with transaction.atomic():
        refund = _in_place_of(refund_id, RefundStatus.SETTLED, by, why, now)
        booking, note = refund.booking, f"by hand: {why}"
        money.record(
            booking, EntryKind.REFUND, refund.pence, at=now, by=by, note=note, checkout=refund.checkout, pay_by=PayBy.ONLINE
        )
        receipts.issue_receipt(booking, -refund.pence, at=now, refund=refund)
    return refund


def _in_place_of(refund_id: UUID, status: RefundStatus, by: User | None, why: str, now: datetime) -> Refund:
    with transaction.atomic():
        failed = _failed(refund_id)
        booking = failed.booking
        made = Refund.objects.create(
            checkout=failed.checkout,
            booking=booking,
            pence=failed.pence,
            why=failed.why,
            status=status,
            created_at=now,
            sent_at=now if status == RefundStatus.SETTLED else None,
            in_place_of=failed,
        )
        failed.status, failed.seen_to_at, failed.seen_to_by, failed.seen_to_because = RefundStatus.AGAIN, now, by, why[:200]
        failed.save(update_fields=["status", "seen_to_at", "seen_to_by", "seen_to_because"])
        data = {"pence": made.pence, "why": why, "how": made.status}
        events.record(
            "payment.refund_seen_to", service=booking.service, date=booking.date, at=now, booking=booking, by=by, data=data
        )
    return made


def _failed(refund_id: UUID) -> Refund:
    """The refund, locked with its booking."""
    found = Refund.objects.select_related("booking__service", "checkout").filter(pk=refund_id).first()
    if found is None:
        raise NoSuchRefund("There is no such refund.")
    money.lock(found.booking)
    found.refresh_from_db(fields=["status"], from_queryset=Refund.objects.select_for_update())
    if found.status != RefundStatus.FAILED:
        raise NotFailed(f"This refund of {found.booking.reference} is {found.status}: only one that failed is to be seen to.")
    return found
