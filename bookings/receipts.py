"""Receipts of what was paid and given back, numbered without gaps for each operator."""

from __future__ import annotations

from datetime import datetime

from bookings.models import Booking, Checkout, Operator, Receipt, ReceiptCounter, Refund


def issue_receipt(
    booking: Booking, pence: int, *, at: datetime, checkout: Checkout | None = None, refund: Refund | None = None
) -> Receipt:
    """A receipt with the operator's next number. A transaction that comes to nothing gives its number back: there are no gaps."""
    operator_id = booking.service.operator_id
    changed = [{"kind": "recapped", "pence": booking.cap_pence}] if booking.cap_pence else []
    lines = [*booking.fare_lines, *changed] if pence == booking.due_pence else [{"kind": "part", "pence": pence}]
    if refund:
        lines = [{"kind": "refund", "pence": pence, "name": refund.why}]
    return Receipt.objects.create(
        operator_id=operator_id,
        number=_next_number(operator_id),
        booking=booking,
        checkout=checkout,
        refund=refund,
        pence=pence,
        pay_by=booking.pay_by,
        lines=lines,
        issued_at=at,
    )


def _next_number(operator_id: int) -> int:
    counter, _ = ReceiptCounter.objects.get_or_create(operator=Operator(pk=operator_id))
    counter = ReceiptCounter.objects.select_for_update().get(pk=counter.pk)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
