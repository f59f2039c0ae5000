from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bookings import money, receipts
from bookings.actions.find import get_booking
from bookings.models import EntryKind, PayBy, Receipt, Status
from bookings.refusals import Conflict
from bookings.words import phrase

TRAVELLED = (Status.ABOARD, Status.COMPLETED)


class NoReceipt(Conflict):
    """Nothing was paid for which there could be a receipt."""

    kind = "no_receipt"


def give_receipt(reference: str, *, now: datetime) -> Receipt:
    """The receipt of what was paid to the driver, made where there is none yet: the fare, or what of it was not paid online.

    What is paid online has one as soon as it's paid, and accounts have statements. Raises NoSuchBooking, NoReceipt.
    """
    booking = get_booking(reference)
    if booking.pay_by == PayBy.ON_ACCOUNT or (booking.pay_by == PayBy.ONLINE and not booking.fare_to_collect):
        said = phrase("{reference} isn't paid to the driver: see its receipts, or the statement of the account.")
        raise NoReceipt(said.with_values(reference=booking.reference))
    if booking.status not in TRAVELLED or not booking.fare_to_collect:
        raise NoReceipt(phrase("Nothing was paid for {reference} yet.", reference=booking.reference))
    with transaction.atomic():
        money.lock(booking)  # of two who ask, one makes it
        found = booking.receipts.filter(refund=None, checkout=None).first()
        if found:
            return found
        booking.refresh_from_db(fields=["paid_online_pence", "cap_pence"])
        pence = booking.fare_to_collect
        money.record(booking, EntryKind.PAYMENT, pence, at=now, note="paid on board", pay_by=PayBy.ON_BOARD)
        return receipts.issue_receipt(booking, pence, at=now)
