from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from bookings import events, money, receipts
from bookings.models import EntryKind, PayBy, Refund, RefundStatus
from bookings.payment_port import PaymentFailed, PaymentPort

log = logging.getLogger(__name__)


def send_refunds(*, port: PaymentPort, now: datetime) -> int:
    """Have the provider give back what is due; how many refunds went out.

    At least once for each, with its own key, by which the provider does it once. What fails for now stays due.
    """
    sent = 0
    for refund in Refund.objects.filter(status=RefundStatus.DUE).select_related("checkout", "booking__service"):
        try:
            name = port.refund(payment=refund.checkout.payment, pence=refund.pence, key=str(refund.pk))
        except PaymentFailed as error:
            log.log(logging.WARNING if error.passing else logging.ERROR, "refund %s: %s", refund.pk, error)
            if not error.passing:
                fail_refund(refund, str(error), now=now)
            continue
        sent += _sent(refund, name, now)
    return sent


def fail_refund(refund: Refund, why: str, *, now: datetime) -> None:
    """A refund will not arrive: somebody has to see to it. If the money had gone out already, it's back."""
    with transaction.atomic():
        money.lock(refund.booking)
        refund = Refund.objects.select_for_update().get(pk=refund.pk)
        if refund.status not in (RefundStatus.DUE, RefundStatus.SENT):
            return
        booking = refund.booking
        if refund.status == RefundStatus.SENT:
            note = str(refund.pk)
            money.record(
                booking, EntryKind.RETURNED, refund.pence, at=now, note=note, checkout=refund.checkout, pay_by=PayBy.ONLINE
            )
        refund.status, refund.fault = RefundStatus.FAILED, why[:300]
        refund.save(update_fields=["status", "fault"])
        data = {"pence": refund.pence}
        events.record("payment.refund_failed", service=booking.service, date=booking.date, at=now, booking=booking, data=data)


def _sent(refund: Refund, name: str, now: datetime) -> int:
    """Write down that it went out; 0 where somebody else did."""
    with transaction.atomic():
        money.lock(refund.booking)
        found = Refund.objects.filter(pk=refund.pk, status=RefundStatus.DUE)
        if not found.update(status=RefundStatus.SENT, provider_id=name, sent_at=now):
            return 0
        booking = refund.booking
        money.record(booking, EntryKind.REFUND, refund.pence, at=now, note=name, checkout=refund.checkout, pay_by=PayBy.ONLINE)
        receipts.issue_receipt(booking, -refund.pence, at=now, refund=refund)
        data = {"pence": refund.pence, "why": refund.why}
        events.record("payment.refunded", service=booking.service, date=booking.date, at=now, booking=booking, data=data)
    return 1
