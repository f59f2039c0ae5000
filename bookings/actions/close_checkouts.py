from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bookings import money
from bookings.actions.take_payment import take_payment
from bookings.models import Booking, Checkout, CheckoutStatus, PayBy, Status
from bookings.payment_port import PaymentFailed, PaymentPort
from bookings.plans import DayBusy

log = logging.getLogger(__name__)

LONGEST = timedelta(hours=20)
"""No page is open for longer, however long a place is held: providers close it after a day."""
OPEN_FOR = timedelta(minutes=30)
"""How long what is left to pay after a change can be paid on one page."""


def close_checkouts(*, port: PaymentPort, now: datetime) -> int:
    """Close the payment pages of what isn't to be paid any more; how many. What was paid meanwhile is taken as paid.

    So nobody pays for a seat that was given back, and a payment is found of which no notice ever came.
    """
    closed = 0
    for checkout in Checkout.objects.filter(status=CheckoutStatus.OPEN):
        if _is_wanted(checkout, now):
            continue
        try:
            closed += close_page(checkout, port=port, now=now)
        except DayBusy:
            continue  # the next time
        except PaymentFailed as error:
            log.warning("the payment page of %s can't be closed: %s", checkout.pk, error)
    return closed


def pays_until(booking: Booking, checkout: Checkout) -> datetime:
    """Until when a booking can be paid on a page; after that there may be another."""
    if booking.status == Status.HELD and booking.held_until is not None:
        return min(booking.held_until, checkout.created_at + LONGEST)
    return checkout.created_at + OPEN_FOR


def close_page(checkout: Checkout, *, port: PaymentPort, now: datetime) -> int:
    """Close a page; 0 where it was paid, which is taken, or closed meanwhile. Raises PaymentFailed, plans.DayBusy."""
    paid = port.close_page(checkout.session) if checkout.session else None
    if paid:
        take_payment(paid, now=now)
        return 0
    return close_checkout(checkout)


def close_checkout(checkout: Checkout) -> int:
    """Note that a page is closed; 0 where it has been paid or closed meanwhile."""
    return Checkout.objects.filter(pk=checkout.pk, status=CheckoutStatus.OPEN).update(status=CheckoutStatus.CLOSED)


def _is_wanted(checkout: Checkout, now: datetime) -> bool:
    """Whether all that a page is for is to be paid yet."""
    return all(
        part.pence == money.left_to_pay(part.booking) and _is_payable(part.booking, checkout, now)
        for part in checkout.parts.select_related("booking")
    )


def _is_payable(booking: Booking, checkout: Checkout, now: datetime) -> bool:
    payable = booking.pay_by == PayBy.ONLINE and booking.status in (Status.HELD, Status.CONFIRMED)
    return payable and now < pays_until(booking, checkout)
