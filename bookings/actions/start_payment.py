from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from bookings.actions.find import get_booking
from bookings.models import Booking, Checkout, CheckoutStatus, PayBy, Status
from bookings.payment_port import Order, PaymentFailed, PaymentPort
from bookings.refusals import Conflict, DomainError, Gone

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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
    """The page on which a held booking is paid: the one that is open already, or a new one.

    Call it outside of transactions, as it waits for the provider. Raises NoSuchBooking, CantPay, HeldTooLong, PaymentUnavailable.
    """
    booking = get_booking(reference)
    checkout = _row(booking, now)
    if checkout.session:
        return checkout
    assert booking.held_until
    order = Order(
        key=str(checkout.pk),
        reference=booking.reference,
        pence=checkout.pence,
        title=f"{booking.service.name}: journey {booking.reference}",
        return_url=return_url,
        expires_at=booking.held_until,
    )
    try:
        page = port.open_page(order)
    except PaymentFailed as error:
        raise PaymentUnavailable(
            f"The payment page can't be opened just now ({error}). Try again, or pay another way."
        ) from error
    Checkout.objects.filter(pk=checkout.pk).update(session=page.session, url=page.url)
    checkout.session, checkout.url = page.session, page.url
    return checkout


def _row(booking: Booking, now: datetime) -> Checkout:
    """The open checkout of a booking; of two who ask at once, one makes it. Raises CantPay, HeldTooLong."""
    if booking.status == Status.EXPIRED or (booking.status == Status.HELD and booking.held_until and booking.held_until <= now):
        raise HeldTooLong(f"{booking.reference} was held too long, and its seat was given back. Ask for the journey again.")
    if booking.pay_by != PayBy.ONLINE or not booking.fare_pence:
        raise CantPay(f"There is nothing to pay online for {booking.reference}.")
    if booking.status != Status.HELD:
        raise CantPay(f"{booking.reference} is {booking.get_status_display().lower()}: there is nothing to pay any more.")
    asked = {"booking": booking, "status": CheckoutStatus.OPEN}
    try:
        with transaction.atomic():
            return Checkout.objects.get_or_create(**asked, defaults={"pence": booking.fare_pence, "created_at": now})[0]
    except IntegrityError:
        return Checkout.objects.get(**asked)
