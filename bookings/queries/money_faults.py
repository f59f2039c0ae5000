"""Whether the money adds up: the ledger against what bookings say of themselves, receipts against the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Sum

from bookings.models import (
    Booking,
    Checkout,
    EntryKind,
    LedgerEntry,
    PayBy,
    Receipt,
    ReceiptCounter,
    Refund,
    RefundStatus,
    Status,
)
from bookings.money import Balance, balance_of

KEPT = (Status.CONFIRMED, Status.ABOARD, Status.COMPLETED, Status.NO_SHOW)


@dataclass(frozen=True, slots=True)
class MoneyTotals:
    """Of all bookings. What was charged, less what was credited, is what kept bookings cost and cancelled ones still owe."""

    charged_pence: int
    credited_pence: int
    kept_fares_pence: int
    fees_pence: int
    paid_pence: int
    refunded_pence: int
    refunds_due_pence: int


def money_totals() -> MoneyTotals:
    """The sums of the whole ledger, and of what bookings say of themselves."""
    sums: dict[str, int] = defaultdict(int)
    sums |= dict(LedgerEntry.objects.order_by().values_list("kind").annotate(total=Sum("pence")))
    kept = Booking.objects.filter(status__in=KEPT).aggregate(total=Sum("fare_pence"))["total"]
    fees = Booking.objects.filter(status=Status.CANCELLED).aggregate(total=Sum("cancel_fee_pence"))["total"]
    due = Refund.objects.filter(status=RefundStatus.DUE).aggregate(total=Sum("pence"))["total"]
    refunded = sums[EntryKind.REFUND] - sums[EntryKind.RETURNED]
    charged, credited, paid = sums[EntryKind.CHARGE], sums[EntryKind.CREDIT], sums[EntryKind.PAYMENT]
    return MoneyTotals(charged, credited, kept or 0, fees or 0, paid, refunded, due or 0)


def list_money_faults() -> list[str]:
    """What doesn't add up, a sentence each, in order of bookings; empty where all does."""
    return [*_faults_of_bookings(), *_faults_of_receipts()]


def _faults_of_bookings() -> Iterator[str]:
    due: dict[int, list[Refund]] = defaultdict(list)
    for refund in Refund.objects.filter(status=RefundStatus.DUE).select_related("checkout"):
        due[refund.checkout.booking_id].append(refund)
    columns = ("reference", "status", "fare_pence", "cancel_fee_pence", "pay_by")
    rows = Booking.objects.only(*columns).prefetch_related("ledger").order_by("pk")
    for booking in rows.iterator(chunk_size=1000):
        found = balance_of(booking.ledger.all(), due[booking.pk])
        yield from (f"{booking.reference} ({booking.status}) {fault}" for fault in _faults(booking, found))


def _faults(booking: Booking, found: Balance) -> Iterator[str]:
    owed = _should_owe(booking)
    if found.owed_pence != owed:
        yield f"owes {found.owed_pence}p by the ledger and {owed}p by its fare and status"
    left = found.paid_pence - found.refund_due_pence
    if booking.pay_by == PayBy.ONLINE and left != owed:
        yield f"has {left}p paid online and owes {owed}p"
    if booking.pay_by == PayBy.ON_BOARD and left not in (0, owed):
        yield f"has {left}p paid on board and owes {owed}p"
    if booking.pay_by == PayBy.ON_ACCOUNT and found.paid_pence:
        yield f"is on account and has {found.paid_pence}p paid for itself"


def _should_owe(booking: Booking) -> int:
    if booking.status in KEPT:
        return booking.fare_pence
    return booking.cancel_fee_pence if booking.status == Status.CANCELLED else 0


def _faults_of_receipts() -> Iterator[str]:
    last = dict(ReceiptCounter.objects.values_list("operator_id", "last"))
    for row in Receipt.objects.order_by().values("operator__slug", "operator_id").annotate(count=Count("pk"), most=Max("number")):
        if not row["count"] == row["most"] == last.get(row["operator_id"]):
            yield f"{row['operator__slug']} has {row['count']} receipts up to number {row['most']}: there are gaps"
    told = dict(Receipt.objects.order_by().values_list("booking").annotate(total=Sum("pence")))
    for checkout in Checkout.objects.exclude(payment="").select_related("booking"):
        entries = checkout.booking.ledger.filter(kind__in=(EntryKind.PAYMENT, EntryKind.REFUND))
        paid = sum(entry.pence if entry.kind == EntryKind.PAYMENT else -entry.pence for entry in entries)
        if told.get(checkout.booking_id, 0) != paid:
            yield f"{checkout.booking.reference} has receipts for {told.get(checkout.booking_id, 0)}p and {paid}p paid"
