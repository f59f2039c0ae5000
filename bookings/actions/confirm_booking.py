from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bookings import events, money
from bookings.actions.find import find_way_back, get_booking, held_too_long
from bookings.actions.placing import writing
from bookings.fares import cap_when_firm, lock_if_capped
from bookings.models import Booking, PayBy, Status
from bookings.refusals import Conflict, Gone
from bookings.states import Fact, ImpossibleStep, after
from bookings.words import phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class HoldOver(Gone):
    """The hold has run out and its seat was given back."""

    kind = "hold_expired"


class CantConfirm(Conflict):
    kind = "cant_confirm"


class PaymentNeeded(Conflict):
    """It's confirmed by paying for it."""

    kind = "payment_needed"


def confirm_booking(reference: str, *, by: User | None, pay_by: str | None = None, now: datetime) -> Booking:
    """Make a held booking firm; its seat is in the plan already, so there is always room. Confirming twice changes nothing.

    What was held with it, as the way there or back, is confirmed with it. With `pay_by` it's paid in another way than
    was said when it was held. What is paid online is confirmed by its payment alone. Raises NoSuchBooking, HoldOver, CantConfirm,
    PaymentNeeded, money.CantPayThatWay, plans.DayBusy.
    """
    booking = get_booking(reference)
    other = booking.return_of or find_way_back(booking)
    legs = [booking, *([other] if other else [])]
    with writing(booking.service, (leg.date for leg in legs)):
        lock_if_capped(booking)
        for leg in legs:
            leg.refresh_from_db(fields=["status", "held_until", "pay_by", "account", "cap_pence"])
        if booking.status == Status.CONFIRMED:
            return booking
        over = booking.status == Status.HELD and booking.held_until is not None and booking.held_until <= now
        if over or booking.status == Status.EXPIRED:
            raise HoldOver(held_too_long(booking))
        firm = [leg for leg in legs if leg is booking or leg.status == Status.HELD]
        if pay_by is not None:
            money.pay_another_way(firm, pay_by)
        for leg in firm:
            _confirm(leg, by, now)
    return booking


def _confirm(booking: Booking, by: User | None, now: datetime) -> None:
    try:
        booking.status = after(Status(booking.status), Fact.CONFIRMED)
    except ImpossibleStep as error:
        raise CantConfirm(phrase("{reference}: {why}.", reference=booking.reference, why=error)) from error
    booking.cap_pence = cap_when_firm(booking)
    if booking.pay_by == PayBy.ONLINE and booking.due_pence:
        raise PaymentNeeded(
            phrase("{reference} is confirmed once it's paid: open its payment page.", reference=booking.reference)
        )
    booking.held_until = None
    booking.save(update_fields=["status", "held_until", "cap_pence"])
    money.charge(booking, by=by, at=now)
    events.record("booking.confirmed", service=booking.service, date=booking.date, at=now, booking=booking, by=by)
