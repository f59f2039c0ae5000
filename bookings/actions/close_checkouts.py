from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Q

from bookings.actions.take_payment import take_payment
from bookings.models import Checkout, CheckoutStatus, Status
from bookings.payment_port import PaymentFailed, PaymentPort
from bookings.plans import DayBusy

log = logging.getLogger(__name__)


def close_checkouts(*, port: PaymentPort, now: datetime) -> int:
    """Close the payment pages of bookings that aren't held any more; how many. What was paid meanwhile is taken as paid.

    So nobody pays for a seat that was given back, and a payment is found of which no notice ever came.
    """
    gone = ~Q(booking__status=Status.HELD) | Q(booking__held_until__lte=now)
    closed = 0
    for checkout in Checkout.objects.filter(gone, status=CheckoutStatus.OPEN):
        try:
            paid = port.close_page(checkout.session) if checkout.session else None
            if paid:
                take_payment(paid, now=now)
                continue
        except DayBusy:
            continue  # the next time
        except PaymentFailed as error:
            log.warning("the payment page of %s can't be closed: %s", checkout.pk, error)
            continue
        closed += close_checkout(checkout)
    return closed


def close_checkout(checkout: Checkout) -> int:
    """Note that a page is closed; 0 where it has been paid or closed meanwhile."""
    return Checkout.objects.filter(pk=checkout.pk, status=CheckoutStatus.OPEN).update(status=CheckoutStatus.CLOSED)
