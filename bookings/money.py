"""The ledger: what bookings owe and what was paid for them.

Everything here is called in the transaction that it belongs to. Whoever moves money of a booking has its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F

from bookings.models import (
    Account,
    Booking,
    Checkout,
    EntryKind,
    LedgerEntry,
    Passenger,
    PayBy,
    Refund,
    RefundStatus,
    Service,
    Status,
)
from bookings.refusals import Unfit
from bookings.words import Listed, Sentences, Words, phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User


PAID_SIGNS = {
    EntryKind.PAYMENT: 1,
    EntryKind.REFUND: -1,
    EntryKind.RETURNED: 1,
    EntryKind.CARRIED: -1,
    EntryKind.BROUGHT: 1,
}
"""What an entry does to what was paid for a booking."""


class CantPayThatWay(Unfit):
    """A way to pay that the service, the passenger or the kind of booking doesn't go with."""

    kind = "cant_pay_that_way"


class Refunding(StrEnum):
    """What is given back when a booking is cancelled: what the service's policy says, or all of it."""

    POLICY = "policy"
    FULL = "full"


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


@dataclass(frozen=True, slots=True)
class Balance:
    """What is owed for a booking, and what was paid; `refund_due_pence` of that is on its way back."""

    owed_pence: int
    paid_pence: int
    refund_due_pence: int


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


def lock(*bookings: Booking) -> None:
    """Have the rows of bookings whose money is to move, so that nobody moves it meanwhile. Before anything is read of it."""
    rows = Booking.objects.filter(pk__in=[booking.pk for booking in bookings]).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def balance(booking: Booking) -> Balance:
    """What is owed and was paid for a booking, by the ledger."""
    return balance_of(booking.ledger.all(), booking.refunds.filter(status=RefundStatus.DUE))


def balance_of(entries: Iterable[LedgerEntry], due: Iterable[Refund]) -> Balance:
    """The same of entries and refunds that were fetched already."""
    sums = dict.fromkeys(EntryKind.values, 0)
    for entry in entries:
        sums[entry.kind] += entry.pence
    paid = sum(sign * sums[kind] for kind, sign in PAID_SIGNS.items())
    return Balance(sums[EntryKind.CHARGE] - sums[EntryKind.CREDIT], paid, sum(refund.pence for refund in due))


def left_to_pay(booking: Booking) -> int:
    """What is still to be paid for a booking that is held or stands."""
    found = balance(booking)
    owed = booking.fare_pence if booking.status == Status.HELD else found.owed_pence
    return owed - found.paid_pence + found.refund_due_pence


def record(
    booking: Booking,
    kind: EntryKind,
    pence: int,
    *,
    at: datetime,
    by: User | None = None,
    note: str = "",
    checkout: Checkout | None = None,
    pay_by: PayBy | None = None,
) -> None:
    """Add an entry about a booking; none for nothing. What came by a payment page, or goes back by it, names it."""
    if not pence:
        return
    LedgerEntry.objects.create(
        operator_id=booking.service.operator_id,
        booking=booking,
        account_id=booking.account_id,
        checkout=checkout,
        kind=kind,
        pence=pence,
        pay_by=pay_by or booking.pay_by,
        at=at,
        by=by,
        note=note[:200],
    )
    if checkout:
        change = PAID_SIGNS[kind] * pence
        Booking.objects.filter(pk=booking.pk).update(paid_online_pence=F("paid_online_pence") + change)
        booking.paid_online_pence += change


def charge(booking: Booking, *, by: User | None, at: datetime) -> None:
    """A booking has become firm: its fare is owed."""
    record(booking, EntryKind.CHARGE, booking.fare_pence, at=at, by=by)


def settle_cancelled(booking: Booking, *, refunding: Refunding, by: User | None, at: datetime) -> None:
    """A booking was cancelled: credit what isn't owed any more, set `cancel_fee_pence`, and have given back what was paid beyond.

    What is paid to the driver is owed by nobody who doesn't travel, nor is what was still to be paid after a change.
    """
    lock(booking)
    before = balance(booking)
    if not before.owed_pence:
        return
    fee = 0 if refunding is Refunding.FULL or booking.pay_by == PayBy.ON_BOARD else _fee(booking, at)
    if booking.pay_by == PayBy.ONLINE:
        fee = min(fee, before.paid_pence - before.refund_due_pence)
    booking.cancel_fee_pence = fee
    record(booking, EntryKind.CREDIT, before.owed_pence - fee, at=at, by=by, note="cancelled")
    give_back_spare(booking, why="cancelled", at=at)


def let_off(booking: Booking, *, why: str, by: User | None, at: datetime) -> None:
    """What of a fare was kept though its passenger did not travel isn't owed: it was no fault of theirs."""
    lock(booking)
    record(booking, EntryKind.CREDIT, balance(booking).owed_pence, at=at, by=by, note=why)
    booking.cancel_fee_pence = 0
    booking.save(update_fields=["cancel_fee_pence"])
    give_back_spare(booking, why=why, at=at)


def settle_changed(old: Booking, new: Booking, *, by: User | None, at: datetime) -> None:
    """A booking was changed to another, which is charged already.

    Nothing is owed for the old one any more. What was paid for it counts for the new one, and what is more than that costs goes
    back; what is less is left to pay. Raises CantPayThatWay where an account that was closed since would have to pay more.
    """
    if old.account and not old.account.active and new.fare_pence > old.fare_pence:
        said = phrase(
            "{account} is closed and pays no more than it does already. Cancel, and pay another way.", account=old.account
        )
        raise CantPayThatWay(said)
    lock(old)
    record(old, EntryKind.CREDIT, balance(old).owed_pence, at=at, by=by, note=f"changed to {new.reference}")
    wanted = new.fare_pence
    for checkout, pence in _funds(old):
        part = min(pence, wanted)
        record(old, EntryKind.CARRIED, part, at=at, by=by, note=f"to {new.reference}", checkout=checkout)
        record(new, EntryKind.BROUGHT, part, at=at, by=by, note=f"from {old.reference}", checkout=checkout)
        wanted -= part
    give_back_spare(old, why="changed to a cheaper journey", at=at)


def give_back_spare(booking: Booking, *, why: str, at: datetime) -> int:
    """Have given back what was paid beyond what is owed; how much that is."""
    found = balance(booking)
    return give_back(booking, found.paid_pence - found.refund_due_pence - found.owed_pence, why=why, at=at)


def give_back(booking: Booking, pence: int, *, why: str, at: datetime) -> int:
    """Have so much of what was paid online given back; the provider is told after the transaction (`actions.send_refunds`)."""
    left = pence
    for checkout, paid in _funds(booking):
        part = min(left, paid)
        if part > 0:
            Refund.objects.create(checkout=checkout, booking=booking, pence=part, why=why, created_at=at)
            left -= part
    return pence - left


def _funds(booking: Booking) -> list[tuple[Checkout, int]]:
    """By which payment pages the money of a booking came, and how much of each is still here; the newest first."""
    sums: dict[Checkout, int] = defaultdict(int)
    for entry in booking.ledger.exclude(checkout=None).select_related("checkout"):
        assert entry.checkout
        sums[entry.checkout] += PAID_SIGNS[EntryKind(entry.kind)] * entry.pence
    for refund in booking.refunds.filter(status=RefundStatus.DUE).select_related("checkout"):
        sums[refund.checkout] -= refund.pence
    return sorted(((page, pence) for page, pence in sums.items() if pence > 0), key=lambda each: each[0].created_at, reverse=True)


def settle_account(account: Account, pence: int, *, at: datetime, by: User | None, note: str) -> LedgerEntry:
    """An account's holder has paid."""
    return LedgerEntry.objects.create(
        operator=account.operator,
        account=account,
        kind=EntryKind.PAYMENT,
        pence=pence,
        pay_by=PayBy.ON_ACCOUNT,
        at=at,
        by=by,
        note=note[:200],
    )


def _fee(booking: Booking, at: datetime) -> int:
    """What of a fare stays owed by the policy of the service; halves of pence are the passenger's.

    Nothing where the vehicle should have come already and has not, and no more than that is a strike.
    """
    service = booking.service
    if at > booking.pickup_until_at or (booking.pickup_from_at - at).total_seconds() >= service.refund_full_before_s:
        return 0
    return booking.fare_pence * (100 - service.refund_late_percent) // 100
