from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from bookings import money
from bookings.actions.close_checkouts import close_page, pays_until
from bookings.actions.find import find_legs, get_booking, held_too_long
from bookings.actions.placing import writing
from bookings.models import Booking, Checkout, CheckoutPart, CheckoutStatus, PayBy, Status
from bookings.payment_port import Order, PaymentFailed, PaymentPort
from bookings.refusals import Conflict, DomainError, Gone
from bookings.states import STANDING
from bookings.words import Words, phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)


class CantPay(Conflict):
    """There is nothing to pay online for this booking."""

    kind = "cant_pay"


class HeldTooLong(Gone):
    """The hold has run out before it was paid."""

    kind = "hold_expired"


class PaymentUnavailable(DomainError):
    """The payment provider doesn't answer, or not with a page (HTTP 503)."""

    kind = "payment_unavailable"


def start_payment(reference: str, *, port: PaymentPort, return_url: str, by: User | None, now: datetime) -> Checkout:
    """The page on which a held booking is paid, both ways of a return at once; or what is left to pay after a change.

    It's the one that is open already, if that's for the same, or a new one. Whoever asks for a page while it's held pays online
    from then on, whatever was said before. Call it outside of transactions, as it waits for the provider.
    Raises NoSuchBooking, CantPay, HeldTooLong, PaymentUnavailable, money.CantPayThatWay, plans.DayBusy.
    """
    booking = get_booking(reference)
    try:
        checkout = _row(booking, port, now)
        if checkout.session:
            return checkout
        page = port.open_page(_order(checkout, return_url))
    except PaymentFailed as error:
        log.warning("the payment page of %s can't be opened: %s", booking.reference, error)
        raise PaymentUnavailable(_say(error)) from error
    Checkout.objects.filter(pk=checkout.pk).update(session=page.session, url=page.url)
    checkout.session, checkout.url = page.session, page.url
    return checkout


def _order(checkout: Checkout, return_url: str) -> Order:
    bookings = [part.booking for part in checkout.parts.select_related("booking__service")]
    first = bookings[0]
    names = " and ".join(each.reference for each in bookings)
    return Order(
        key=str(checkout.pk),
        reference=first.reference,
        pence=checkout.pence,
        title=f"{first.service.name}: {'journey' if len(bookings) == 1 else 'journeys'} {names}",
        return_url=return_url,
        expires_at=pays_until(first, checkout),
    )


def _row(booking: Booking, port: PaymentPort, now: datetime) -> Checkout:
    """The open checkout of a booking; of two who ask at once, one makes it. Raises CantPay, HeldTooLong, PaymentFailed."""
    wanted = _to_pay(booking, now)
    for found in Checkout.objects.filter(status=CheckoutStatus.OPEN, parts__booking__in=list(wanted)).distinct():
        same = {part.booking: part.pence for part in found.parts.select_related("booking")} == wanted
        if same and now < pays_until(booking, found):
            return found
        close_page(found, port=port, now=now)  # it's for more or less than is to be paid by now, or its time is over
        wanted = _to_pay(booking, now)
    first = next(iter(wanted))
    try:
        with transaction.atomic():
            return _create(first, wanted, now)
    except IntegrityError:
        return Checkout.objects.get(booking=first, status=CheckoutStatus.OPEN)


def _create(first: Booking, wanted: Mapping[Booking, int], now: datetime) -> Checkout:
    checkout = Checkout.objects.create(booking=first, pence=sum(wanted.values()), created_at=now)
    CheckoutPart.objects.bulk_create(CheckoutPart(checkout=checkout, booking=leg, pence=each) for leg, each in wanted.items())
    return checkout


def _pay_online(held: list[Booking]) -> None:
    """Have what is held paid online, if it's still held."""
    with writing(held[0].service, (leg.date for leg in held)):
        for leg in held:
            leg.refresh_from_db(fields=["status"])
        if all(leg.status == Status.HELD for leg in held):
            money.pay_another_way(held, PayBy.ONLINE)


def _to_pay(booking: Booking, now: datetime) -> dict[Booking, int]:
    """What is to be paid online for a journey and for the way back booked with it. Raises CantPay, HeldTooLong."""
    booking.refresh_from_db(fields=["status", "held_until", "pay_by"])
    if booking.status == Status.EXPIRED or (booking.status == Status.HELD and booking.held_until and booking.held_until <= now):
        raise HeldTooLong(held_too_long(booking))
    legs = find_legs(booking)
    held = [leg for leg in legs if leg.status == Status.HELD]
    if any(leg.pay_by != PayBy.ONLINE for leg in held) and PayBy.ONLINE in booking.service.payment_methods:
        _pay_online(held)
    payable = [leg for leg in legs if leg.pay_by == PayBy.ONLINE and leg.status in (Status.HELD, Status.CONFIRMED)]
    wanted = {leg: money.left_to_pay(leg) for leg in payable}
    wanted = {leg: pence for leg, pence in wanted.items() if pence > 0}
    if not wanted:
        said = phrase("There is nothing to pay online for {reference}, which is {status}.", reference=booking.reference)
        raise CantPay(said.with_values(status=STANDING[Status(booking.status)]))
    return wanted


def _say(error: PaymentFailed) -> Words:
    """What it was says nothing to people where it passes; else the provider has a sentence for them, such as a least amount."""
    if error.passing:
        return phrase("The payment page can't be opened just now. Try again, or pay another way.")
    return phrase("This can't be paid online ({why}). Pay another way.", why=error)
