from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from bookings import events, money, receipts
from bookings.actions.find import find_legs
from bookings.actions.placing import writing
from bookings.fares import cap_when_firm, lock_if_capped
from bookings.models import Booking, Checkout, CheckoutStatus, EntryKind, PayBy, Status
from bookings.payment_port import Paid
from bookings.states import Fact, after

log = logging.getLogger(__name__)


def take_payment(paid: Paid, *, now: datetime) -> Booking | None:
    """Money has come in: what is held and was paid with it becomes firm, both ways of a return or neither.

    Gives the first of the bookings it is for, or None where it's for nothing known. If a hold has run out meanwhile, or anything
    else isn't as it was, what isn't owed goes back, and an event tells. Told twice of one payment, nothing changes.
    Raises plans.DayBusy.
    """
    checkout = Checkout.objects.filter(pk=paid.key).select_related("booking__service").first()
    if checkout is None:
        log.error("a payment of %d pence is for no checkout that is known: %s", paid.pence, paid.payment)
        return None
    parts = {part.booking: part.pence for part in checkout.parts.select_related("booking__service", "booking__passenger")}
    legs = list({leg.pk: leg for booking in parts for leg in (booking, *find_legs(booking))}.values())
    with writing(checkout.booking.service, (leg.date for leg in legs)):
        lock_if_capped(legs[0])
        checkout = Checkout.objects.select_for_update().get(pk=checkout.pk)
        if checkout.status == CheckoutStatus.PAID:
            return next(iter(parts))
        money.lock(*legs)
        for leg in (*legs, *parts):
            leg.refresh_from_db(fields=["status", "held_until", "pay_by", "account", "paid_online_pence", "cap_pence"])
        if paid.pence != checkout.pence:
            parts = {next(iter(parts)): paid.pence}  # what one is to make of that isn't known, and it goes back
        _take(checkout, paid, parts, now)
        _confirm(legs, now)
        for booking, pence in parts.items():
            _keep_or_give_back(booking, pence, now)
    return next(iter(parts))


def _take(checkout: Checkout, paid: Paid, parts: dict[Booking, int], now: datetime) -> None:
    checkout.status, checkout.session, checkout.payment = CheckoutStatus.PAID, paid.session, paid.payment
    checkout.paid_at, checkout.pence = now, paid.pence
    checkout.save(update_fields=["status", "session", "payment", "paid_at", "pence"])
    for booking, pence in parts.items():
        money.record(booking, EntryKind.PAYMENT, pence, at=now, note=paid.payment, checkout=checkout, pay_by=PayBy.ONLINE)
        receipts.issue_receipt(booking, pence, at=now, checkout=checkout)
        _record("payment.received", booking, pence, now)


def _confirm(legs: Sequence[Booking], now: datetime) -> None:
    """Make firm what is held, once nothing of it is left to pay."""
    held = [leg for leg in legs if leg.status == Status.HELD and leg.held_until is not None and leg.held_until > now]
    if all(leg.pay_by == PayBy.ONLINE and money.left_to_pay(leg) == 0 for leg in held):
        for leg in held:
            leg.status, leg.held_until = after(Status(leg.status), Fact.CONFIRMED), None
            leg.cap_pence = cap_when_firm(leg)
            leg.save(update_fields=["status", "held_until", "cap_pence"])
            money.charge(leg, by=None, at=now)
            events.record("booking.confirmed", service=leg.service, date=leg.date, at=now, booking=leg)


def _keep_or_give_back(booking: Booking, pence: int, now: datetime) -> None:
    """Where there is no journey, there is nothing to pay; and what is paid in another way isn't paid twice."""
    booking.refresh_from_db(fields=["status"])
    why = "it came too late"
    if booking.pay_by == PayBy.ONLINE:
        back = money.give_back_spare(booking, why=why, at=now)
    else:
        back = money.give_back(booking, pence, why=why, at=now)
    if back:
        _record("payment.too_late", booking, back, now)


def _record(kind: str, booking: Booking, pence: int, now: datetime) -> None:
    data = {"pence": pence, "status": booking.status}
    events.record(kind, service=booking.service, date=booking.date, at=now, booking=booking, data=data)
