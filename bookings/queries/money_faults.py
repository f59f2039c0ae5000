"""Whether the money adds up: the ledger against what bookings say of themselves, and against payment pages and receipts.

It judges what `bookings.money` wrote, so it takes nothing from there: the rules are said here once more, in other words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, Sum

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

TRAVELS = Q(status__in=(Status.CONFIRMED, Status.ABOARD, Status.COMPLETED))
MISSED = Q(status=Status.NO_SHOW, strike__isnull=False, strike__reversed_at=None)
"""Who was not there owes the fare, unless it was no fault of theirs."""
IN, OUT = ("payment", "returned", "brought"), ("refund", "carried")
Sums = Mapping[str, int]


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
    refunds_failed_pence: int


def money_totals() -> MoneyTotals:
    """The sums of the whole ledger, and of what bookings say of themselves."""
    sums: dict[str, int] = defaultdict(int)
    sums |= dict(LedgerEntry.objects.order_by().values_list("kind").annotate(total=Sum("pence")))
    kept = Booking.objects.filter(TRAVELS | MISSED).aggregate(total=Sum(F("fare_pence") + F("cap_pence")))["total"]
    fees = Booking.objects.filter(status=Status.CANCELLED).aggregate(total=Sum("cancel_fee_pence"))["total"]
    going = dict(Refund.objects.order_by().values_list("status").annotate(total=Sum("pence")))
    due, failed = going.get(RefundStatus.DUE, 0), going.get(RefundStatus.FAILED, 0)
    refunded = sums[EntryKind.REFUND] - sums[EntryKind.RETURNED]
    charged, credited, paid = sums[EntryKind.CHARGE] + sums[EntryKind.UNCAPPED], sums[EntryKind.CREDIT], sums[EntryKind.PAYMENT]
    return MoneyTotals(charged, credited, kept or 0, fees or 0, paid, refunded, due, failed)


def list_money_faults() -> list[str]:
    """What doesn't add up, a sentence each, in order of bookings; empty where all does."""
    return [*_faults_of_bookings(), *_faults_of_pages(), *_faults_of_receipts(), *_failed_refunds()]


def _faults_of_bookings() -> Iterator[str]:
    ledger, online, handed = _sums("booking"), _sums("booking", online=True), _handed()
    to_go = Refund.objects.filter(status__in=(RefundStatus.DUE, RefundStatus.FAILED))
    due = dict(to_go.order_by().values_list("booking").annotate(Sum("pence")))
    told = dict(Receipt.objects.order_by().values_list("booking").annotate(Sum("pence")))
    kept = set(Booking.objects.filter(TRAVELS | MISSED).values_list("pk", flat=True))
    rows = Booking.objects.order_by("pk")
    for booking in rows.iterator(chunk_size=1000):
        found, paid = ledger[booking.pk], _here(online[booking.pk])
        faults = [*_faults(booking, booking.pk in kept, found, due.get(booking.pk, 0)), *_faults_of_carrying(booking, handed)]
        if paid != booking.paid_online_pence:
            faults.append(f"says {booking.paid_online_pence}p were paid online and the ledger {paid}p")
        if told.get(booking.pk, 0) != found["payment"] - found["refund"]:
            faults.append(f"has receipts for {told.get(booking.pk, 0)}p and {found['payment'] - found['refund']}p paid")
        yield from (f"{booking.reference} ({booking.status}) {fault}" for fault in faults)


def _faults(booking: Booking, kept: bool, found: Sums, due: int) -> Iterator[str]:
    fee = booking.cancel_fee_pence if booking.status == Status.CANCELLED else 0
    owed, owes = booking.fare_pence + booking.cap_pence if kept else fee, found["charge"] + found["uncapped"] - found["credit"]
    if owes != owed:
        yield f"owes {owes}p by the ledger and {owed}p by its fare and status"
    left = _here(found) - due
    # After a change to something dearer the difference is paid later, or to the driver; so is what a cap had taken off.
    open_to_pay = kept and (booking.changed_from_id or found["uncapped"]) and 0 <= left < owed
    if booking.pay_by == PayBy.ONLINE and left != owed and not open_to_pay:
        yield f"has {left}p paid online and owes {owed}p"
    if booking.pay_by == PayBy.ON_BOARD and left not in (0, owed) and not open_to_pay:
        yield f"has {left}p paid on board and owes {owed}p"
    if booking.pay_by == PayBy.ON_ACCOUNT and left:
        yield f"is on account and has {left}p paid for itself"
    if (booking.pay_by == PayBy.ON_ACCOUNT) != (booking.account_id is not None):
        yield f"is paid {booking.pay_by} and has {'an' if booking.account_id else 'no'} account"


def _faults_of_carrying(booking: Booking, handed: Mapping[tuple[str, str], Sums]) -> Iterator[str]:
    """What was carried from one booking has to be what was brought to the other; only what was given up hands on anything."""
    for (giver, taker), found in handed.items():
        if taker == booking.reference and found["brought"] != found["carried"]:
            yield f"was brought {found['brought']}p of {found['carried']}p that were carried on from {giver}"
        if giver == booking.reference and booking.status not in (Status.CHANGED, Status.CANCELLED):
            yield f"has {found['carried']}p carried on though it was not given up"


def _handed() -> Mapping[tuple[str, str], Sums]:
    """What was carried from which booking to which, by the notes of both."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = LedgerEntry.objects.filter(kind__in=(EntryKind.CARRIED, EntryKind.BROUGHT)).order_by()
    for kind, pence, reference, note in rows.values_list("kind", "pence", "booking__reference", "note"):
        other = note.partition(" ")[2]
        found[(reference, other) if kind == EntryKind.CARRIED else (other, reference)][kind] += pence
    return found


def _faults_of_pages() -> Iterator[str]:
    """What came by a payment page has to be with bookings, or to have gone back by it."""
    pages = _sums("checkout")
    rows = Refund.objects.filter(status__in=(RefundStatus.SENT, RefundStatus.SETTLED))
    gone = dict(rows.order_by().values_list("checkout").annotate(Sum("pence")))
    for checkout in Checkout.objects.select_related("booking"):
        found, paid = pages[checkout.pk], checkout.pence if checkout.payment else 0
        name = f"The payment page of {checkout.booking.reference}"
        if found["payment"] != paid:
            yield f"{name} took {paid}p, and the ledger has {found['payment']}p of it"
        if found["brought"] != found["carried"]:
            yield f"{name}: {found['carried']}p were carried on and {found['brought']}p arrived"
        if found["refund"] - found["returned"] != gone.get(checkout.pk, 0):
            sent = found["refund"] - found["returned"]
            yield f"{name}: {gone.get(checkout.pk, 0)}p went back, and {sent}p by the ledger"


def _faults_of_receipts() -> Iterator[str]:
    last = dict(ReceiptCounter.objects.values_list("operator_id", "last"))
    for row in Receipt.objects.order_by().values("operator__slug", "operator_id").annotate(count=Count("pk"), most=Max("number")):
        if not row["count"] == row["most"] == last.get(row["operator_id"]):
            yield f"{row['operator__slug']} has {row['count']} receipts up to number {row['most']}: there are gaps"


def _failed_refunds() -> Iterator[str]:
    """What should have gone back and has not: nothing is wrong with the books, but somebody is waiting for their money."""
    for refund in Refund.objects.filter(status=RefundStatus.FAILED).select_related("booking"):
        said = f"A refund of {refund.pence}p for {refund.booking.reference} failed ({refund.fault})"
        yield f"{said}: send it again ({refund.pk}), or settle it by hand"


def _sums(by: str, *, online: bool = False) -> Mapping[object, Sums]:
    """The entries of each booking or page, added up by their kind."""
    found: dict[object, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = LedgerEntry.objects.exclude(checkout=None) if online else LedgerEntry.objects.all()
    for key, kind, pence in rows.order_by().values_list(by, "kind").annotate(Sum("pence")):
        found[key][kind] = pence
    return found


def _here(found: Sums) -> int:
    return sum(found[kind] for kind in IN) - sum(found[kind] for kind in OUT)
