"""The ledger: what bookings owe and what was paid for them.

Everything here is called in the transaction that it belongs to. Whoever moves money of a booking has its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import F

from bookings import events
from bookings.models import (
    Account,
    Booking,
    Checkout,
    EntryKind,
    LedgerEntry,
    PayBy,
    Refund,
    RefundStatus,
    Status,
)
from bookings.strikes import is_kept_waiting
from bookings.ways_to_pay import ON_BOARD, CantPayThatWay, Way, pay_another_way, way_to_pay
from bookings.words import phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User


__all__ = [
    "ON_BOARD",
    "Balance",
    "CantPayThatWay",
    "Refunding",
    "Way",
    "balance",
    "balance_of",
    "charge",
    "give_back",
    "give_back_spare",
    "left_to_pay",
    "let_off",
    "lock",
    "pay_another_way",
    "record",
    "settle_account",
    "settle_cancelled",
    "settle_changed",
    "way_to_pay",
]

PAID_SIGNS = {
    EntryKind.PAYMENT: 1,
    EntryKind.REFUND: -1,
    EntryKind.RETURNED: 1,
    EntryKind.CARRIED: -1,
    EntryKind.BROUGHT: 1,
}
"""What an entry does to what was paid for a booking."""
TO_GO = (RefundStatus.DUE, RefundStatus.FAILED)
"""Refunds whose money is still here, and isn't to be given back once more."""


class Refunding(StrEnum):
    """What is given back when a booking is cancelled: what the service's policy says, or all of it."""

    POLICY = "policy"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Balance:
    """What is owed for a booking, and what was paid; `refund_due_pence` of that is on its way back."""

    owed_pence: int
    paid_pence: int
    refund_due_pence: int


def lock(*bookings: Booking) -> None:
    """Have the rows of bookings whose money is to move, so that nobody moves it meanwhile. Before anything is read of it."""
    rows = Booking.objects.filter(pk__in=[booking.pk for booking in bookings]).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def balance(booking: Booking) -> Balance:
    """What is owed and was paid for a booking, by the ledger."""
    return balance_of(booking.ledger.all(), booking.refunds.filter(status__in=TO_GO))


def balance_of(entries: Iterable[LedgerEntry], due: Iterable[Refund]) -> Balance:
    """The same of entries and refunds that were fetched already."""
    sums = dict.fromkeys(EntryKind.values, 0)
    for entry in entries:
        sums[entry.kind] += entry.pence
    paid = sum(sign * sums[kind] for kind, sign in PAID_SIGNS.items())
    owed = sums[EntryKind.CHARGE] + sums[EntryKind.UNCAPPED] - sums[EntryKind.CREDIT]
    return Balance(owed, paid, sum(refund.pence for refund in due))


def left_to_pay(booking: Booking) -> int:
    """What is still to be paid for a booking that is held or stands."""
    found = balance(booking)
    owed = booking.due_pence if booking.status == Status.HELD else found.owed_pence
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
    record(booking, EntryKind.CHARGE, booking.due_pence, at=at, by=by)


def settle_cancelled(
    booking: Booking,
    *,
    refunding: Refunding,
    came_at: datetime | None,
    others: Callable[[int], Mapping[Booking, int]],
    by: User | None,
    at: datetime,
) -> None:
    """A booking was cancelled: credit what isn't owed any more, set `cancel_fee_pence`, and have given back what was paid beyond.

    What is paid to the driver is owed by nobody who doesn't travel, nor is what was still to be paid after a change. `came_at` is
    when the vehicle came, as far as drivers have told; `others` is what comes due for other journeys where so much is kept.
    """
    lock(booking)
    before = balance(booking)
    if not before.owed_pence:
        _come_due(booking, others(0), by=by, at=at)
        return
    fee = 0 if refunding is Refunding.FULL or booking.pay_by == PayBy.ON_BOARD else _fee(booking, came_at, at)
    if booking.pay_by == PayBy.ONLINE:
        fee = min(fee, before.paid_pence - before.refund_due_pence)
    booking.cancel_fee_pence = fee
    record(booking, EntryKind.CREDIT, before.owed_pence - fee, at=at, by=by, note="cancelled")
    _come_due(booking, others(fee), by=by, at=at)
    give_back_spare(booking, why="cancelled", at=at)


def let_off(booking: Booking, *, why: str, by: User | None, at: datetime) -> None:
    """What of a fare was kept though its passenger did not travel isn't owed: it was no fault of theirs."""
    lock(booking)
    record(booking, EntryKind.CREDIT, balance(booking).owed_pence, at=at, by=by, note=why)
    booking.cancel_fee_pence = 0
    booking.save(update_fields=["cancel_fee_pence"])
    give_back_spare(booking, why=why, at=at)


def settle_changed(old: Booking, new: Booking, *, others: Mapping[Booking, int], by: User | None, at: datetime) -> None:
    """A booking was changed to another, which is charged already.

    Nothing is owed for the old one any more. What was paid for it counts for the new one, and what is more than that costs goes
    back; what is less is left to pay. Raises CantPayThatWay where an account that was closed since would have to pay more.
    """
    if old.account and not old.account.active and new.due_pence > old.due_pence:
        said = phrase(
            "{account} is closed and pays no more than it does already. Cancel, and pay another way.", account=old.account
        )
        raise CantPayThatWay(said)
    lock(old)
    record(old, EntryKind.CREDIT, balance(old).owed_pence, at=at, by=by, note=f"changed to {new.reference}")
    _carry(old, new, new.due_pence, by=by, at=at)
    _come_due(old, others, by=by, at=at)
    give_back_spare(old, why="changed to a cheaper journey", at=at)


def _come_due(gone: Booking, others: Mapping[Booking, int], *, by: User | None, at: datetime) -> None:
    """Caps took so much off other journeys for the sake of one that is given up: it's owed, and its money pays for that first."""
    lock(*others)
    for other, pence in others.items():
        other.cap_pence += pence
        other.save(update_fields=["cap_pence"])
        if other.status != Status.HELD:  # what is held is charged when it becomes firm
            record(other, EntryKind.UNCAPPED, pence, at=at, by=by, note=f"without {gone.reference}")
            if other.pay_by != PayBy.ON_ACCOUNT:
                _carry(gone, other, pence, by=by, at=at)
        data = {"pence": pence, "without": gone.reference}
        events.record("booking.came_due", service=other.service, date=other.date, at=at, booking=other, by=by, data=data)


def _carry(old: Booking, new: Booking, pence: int, *, by: User | None, at: datetime) -> None:
    """Have so much of what was paid for one booking, and isn't owed for it, count for another."""
    found = balance(old)
    left = min(pence, found.paid_pence - found.refund_due_pence - found.owed_pence)
    for checkout, here in _funds(old):
        part = min(here, left)
        if part > 0:
            record(old, EntryKind.CARRIED, part, at=at, by=by, note=f"to {new.reference}", checkout=checkout)
            record(new, EntryKind.BROUGHT, part, at=at, by=by, note=f"from {old.reference}", checkout=checkout)
            left -= part


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
    for refund in booking.refunds.filter(status__in=TO_GO).select_related("checkout"):
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


def _fee(booking: Booking, came_at: datetime | None, at: datetime) -> int:
    """What of a fare stays owed by the policy of the service; halves of pence are the passenger's.

    Nothing where the vehicle is late, and no more than that is a strike.
    """
    service = booking.service
    if is_kept_waiting(booking, came_at, at) or (booking.pickup_from_at - at).total_seconds() >= service.refund_full_before_s:
        return 0
    return booking.due_pence * (100 - service.refund_late_percent) // 100
