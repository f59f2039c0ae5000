from __future__ import annotations

import logging
from datetime import datetime

from bookings import events, money, plans
from bookings.models import Booking, Checkout, CheckoutStatus, EntryKind, Status
from bookings.payment_port import Paid
from bookings.states import Fact, after

log = logging.getLogger(__name__)


def take_payment(paid: Paid, *, now: datetime) -> Booking | None:
    """Money has come in: the held booking it is for becomes firm; the booking, or None where the payment is for nothing known.

    If its hold has run out meanwhile, or anything else isn't as it was, all of it goes back, and the passenger is told. Told
    twice of one payment, nothing changes. Raises plans.DayBusy.
    """
    checkout = Checkout.objects.filter(pk=paid.key).select_related("booking__service", "booking__passenger").first()
    if checkout is None:
        log.error("a payment of %d pence is for no checkout that is known: %s", paid.pence, paid.payment)
        return None
    booking = checkout.booking
    with plans.writing(booking.service, booking.date):
        checkout = Checkout.objects.select_for_update().get(pk=checkout.pk)
        if checkout.status == CheckoutStatus.PAID:
            return booking
        booking.refresh_from_db(fields=["status", "held_until"])
        expected, checkout.pence = checkout.pence, paid.pence
        checkout.status, checkout.session, checkout.payment = CheckoutStatus.PAID, paid.session, paid.payment
        checkout.paid_at = now
        checkout.save(update_fields=["status", "session", "payment", "paid_at", "pence"])
        money.record(booking, EntryKind.PAYMENT, paid.pence, at=now, note=paid.payment)
        money.issue_receipt(booking, paid.pence, at=now, checkout=checkout)
        held = booking.status == Status.HELD and booking.held_until is not None and booking.held_until > now
        if held and paid.pence == expected == booking.fare_pence:
            _confirm(booking, now)
        else:
            _give_back(booking, paid, now)
    return booking


def _confirm(booking: Booking, now: datetime) -> None:
    booking.status, booking.held_until = after(Status(booking.status), Fact.CONFIRMED), None
    booking.save(update_fields=["status", "held_until"])
    money.charge(booking, by=None, at=now)
    told = {"service": booking.service, "date": booking.date, "at": now, "booking": booking}
    events.record("payment.received", **told, data={"pence": booking.fare_pence})  # type: ignore[arg-type]
    events.record("booking.confirmed", **told)  # type: ignore[arg-type]


def _give_back(booking: Booking, paid: Paid, now: datetime) -> None:
    """For the passenger there is no journey, so there is nothing to pay."""
    money.give_back(booking, paid.pence, why="paid after the hold had run out", at=now)
    data = {"pence": paid.pence, "status": booking.status}
    events.record("payment.too_late", service=booking.service, date=booking.date, at=now, booking=booking, data=data)
