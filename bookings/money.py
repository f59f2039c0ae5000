"""The ledger: what bookings owe and what was paid for them. Everything here is called in the transaction that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bookings.models import (
    Account,
    Booking,
    EntryKind,
    LedgerEntry,
    Operator,
    Passenger,
    PayBy,
    Receipt,
    ReceiptCounter,
    Refund,
    RefundStatus,
    Service,
    Status,
)
from bookings.models.money import Checkout
from bookings.refusals import Unfit

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CantPayThatWay(Unfit):
    """A way to pay that the service, the passenger or the kind of booking doesn't go with."""

    kind = "cant_pay_that_way"


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


def way_to_pay(service: Service, passenger: Passenger, fare_pence: int, status: Status, wanted: str | None) -> PayBy:
    """How a booking is to be paid: as wanted, or as is usual. Raises CantPayThatWay."""
    pay_by = PayBy(wanted or service.payment_methods[0])
    if pay_by not in service.payment_methods:
        raise CantPayThatWay(f"{service.name} isn't paid {pay_by.label}. Use {' or '.join(service.payment_methods)}.")
    if pay_by == PayBy.ON_ACCOUNT and not (passenger.account and passenger.account.active):
        raise CantPayThatWay(f"There is no account for {passenger}. Pay another way, or telephone the operator.")
    if pay_by == PayBy.ONLINE and fare_pence and status != Status.HELD:
        raise CantPayThatWay("What is paid online is held first, then paid: book with hold.")
    return pay_by


def balance(booking: Booking) -> Balance:
    """What is owed and was paid for a booking, by the ledger."""
    online = booking.pay_by == PayBy.ONLINE
    due = Refund.objects.filter(checkout__booking=booking, status=RefundStatus.DUE) if online else ()
    return balance_of(booking.ledger.all(), due)


def balance_of(entries: Iterable[LedgerEntry], due: Iterable[Refund]) -> Balance:
    """The same of entries and refunds that were fetched already."""
    sums = dict.fromkeys(EntryKind.values, 0)
    for entry in entries:
        sums[entry.kind] += entry.pence
    return Balance(
        sums[EntryKind.CHARGE] - sums[EntryKind.CREDIT],
        sums[EntryKind.PAYMENT] - sums[EntryKind.REFUND] + sums[EntryKind.RETURNED],
        sum(refund.pence for refund in due),
    )


def record(booking: Booking, kind: EntryKind, pence: int, *, at: datetime, by: User | None = None, note: str = "") -> None:
    """Add an entry about a booking; none for nothing."""
    if pence:
        LedgerEntry.objects.create(
            operator_id=booking.service.operator_id,
            booking=booking,
            account_id=booking.account_id,
            kind=kind,
            pence=pence,
            pay_by=booking.pay_by,
            at=at,
            by=by,
            note=note[:200],
        )


def charge(booking: Booking, *, by: User | None, at: datetime) -> None:
    """A booking has become firm: its fare is owed."""
    record(booking, EntryKind.CHARGE, booking.fare_pence, at=at, by=by)


def settle_cancelled(booking: Booking, *, refunding: Refunding, by: User | None, at: datetime) -> None:
    """A booking was cancelled: credit what isn't owed any more, set `cancel_fee_pence`, and have given back what was paid beyond.

    What is paid to the driver is owed by nobody who doesn't travel.
    """
    before = balance(booking)
    if not before.owed_pence:
        return
    fee = 0 if refunding is Refunding.FULL or booking.pay_by == PayBy.ON_BOARD else _fee(booking, at)
    booking.cancel_fee_pence = fee
    record(booking, EntryKind.CREDIT, before.owed_pence - fee, at=at, by=by, note="cancelled")
    give_back(booking, before.paid_pence - before.refund_due_pence - fee, why="cancelled", at=at)


def give_back(booking: Booking, pence: int, *, why: str, at: datetime) -> None:
    """Have so much of what was paid online given back; the provider is told after the transaction (`actions.send_refunds`)."""
    for checkout in booking.checkouts.exclude(payment="").order_by("-paid_at"):
        paid_back = sum(each.pence for each in checkout.refunds.exclude(status=RefundStatus.FAILED))
        part = min(pence, checkout.pence - paid_back)
        if part > 0:
            Refund.objects.create(checkout=checkout, pence=part, why=why, created_at=at)
            pence -= part


def issue_receipt(
    booking: Booking, pence: int, *, at: datetime, checkout: Checkout | None = None, refund: Refund | None = None
) -> Receipt:
    """A receipt with the operator's next number. A transaction that comes to nothing gives its number back: there are no gaps."""
    operator_id = booking.service.operator_id
    lines = [{"kind": "refund", "pence": pence, "name": refund.why}] if refund else booking.fare_lines
    return Receipt.objects.create(
        operator_id=operator_id,
        number=_next_number(operator_id),
        booking=booking,
        checkout=checkout,
        refund=refund,
        pence=pence,
        pay_by=booking.pay_by,
        lines=lines,
        issued_at=at,
    )


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
    """What of a fare stays owed by the policy of the service; halves of pence are the passenger's."""
    service = booking.service
    if (booking.pickup_from_at - at).total_seconds() >= service.refund_full_before_s:
        return 0
    return booking.fare_pence * (100 - service.refund_late_percent) // 100


def _next_number(operator_id: int) -> int:
    counter, _ = ReceiptCounter.objects.get_or_create(operator=Operator(pk=operator_id))
    counter = ReceiptCounter.objects.select_for_update().get(pk=counter.pk)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
