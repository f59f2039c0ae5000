"""How a booking is paid: on board, on account or online, as goes with its service and its passenger."""

from __future__ import annotations

from typing import NamedTuple

from bookings.models import Account, Booking, Passenger, PayBy, Service, Status
from bookings.refusals import Unfit
from bookings.words import Listed, Sentences, Words, phrase


class CantPayThatWay(Unfit):
    """A way to pay that the service, the passenger or the kind of booking doesn't go with."""

    kind = "cant_pay_that_way"


class Way(NamedTuple):
    """How a booking is paid, and by whose account."""

    pay_by: PayBy
    account: Account | None


ON_BOARD = Way(PayBy.ON_BOARD, None)

WAYS = {
    PayBy.ON_BOARD: phrase("to the driver"),
    PayBy.ON_ACCOUNT: phrase("by monthly statement"),
    PayBy.ONLINE: phrase("online"),
}
"""What people call them."""

NOT_TAKEN = {
    PayBy.ON_BOARD: phrase("{service} isn't paid to the driver. Ways to pay: {ways}."),
    PayBy.ON_ACCOUNT: phrase("{service} isn't paid by monthly statement. Ways to pay: {ways}."),
    PayBy.ONLINE: phrase("{service} isn't paid before travel, to a payment provider. Ways to pay: {ways}."),
}


def way_to_pay(service: Service, passenger: Passenger, fare_pence: int, status: Status, wanted: str | None) -> Way:
    """How a booking is to be paid: as wanted, or by the first of the service's ways that goes. Raises CantPayThatWay."""
    if wanted is not None:
        if fault := _fault(PayBy(wanted), service, passenger, fare_pence, status):
            raise CantPayThatWay(fault)
        return _way(PayBy(wanted), passenger)
    faults = {PayBy(each): _fault(PayBy(each), service, passenger, fare_pence, status) for each in service.payment_methods}
    found = next((each for each, fault in faults.items() if fault is None), None)
    if found is None:
        raise CantPayThatWay(Sentences(tuple(filter(None, faults.values()))))
    return _way(found, passenger)


def _fault(pay_by: PayBy, service: Service, passenger: Passenger, fare_pence: int, status: Status) -> Words | None:
    """Why a booking can't be paid in a way."""
    if pay_by not in service.payment_methods:
        ways = Listed(tuple(WAYS[PayBy(each)] for each in service.payment_methods))
        return NOT_TAKEN[pay_by].with_values(service=service.name, ways=ways)
    if pay_by == PayBy.ON_ACCOUNT and not (passenger.account and passenger.account.active):
        return phrase("There is no account for {passenger}. Pay another way, or telephone the operator.", passenger=passenger)
    if pay_by == PayBy.ONLINE and fare_pence and status != Status.HELD:
        return phrase("What is paid online is held first, then paid: book with hold.")
    return None


def _way(pay_by: PayBy, passenger: Passenger) -> Way:
    return Way(pay_by, passenger.account if pay_by == PayBy.ON_ACCOUNT else None)


def pay_another_way(legs: list[Booking], pay_by: str) -> None:
    """Have bookings that are held paid in another way. Raises CantPayThatWay."""
    fare_pence = sum(leg.fare_pence for leg in legs)
    way = way_to_pay(legs[0].service, legs[0].passenger, fare_pence, Status.HELD, pay_by)
    for leg in legs:
        leg.pay_by, leg.account = way
        leg.save(update_fields=["pay_by", "account"])
