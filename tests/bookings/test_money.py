"""Money adds up: whatever becomes of bookings, charges less credits are the fares of those that stand, and fees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bookings import money, queries
from bookings.actions.accept_offer import book_offer, hold_offer
from bookings.actions.confirm_booking import PaymentNeeded
from bookings.actions.give_receipt import NoReceipt, give_receipt
from bookings.actions.send_refunds import send_refunds
from bookings.actions.take_payment import take_payment
from bookings.models import AppendOnly, Booking, LedgerEntry, Receipt, Status
from bookings.money import CantPayThatWay
from tests.bookings.till import Till, entries, paying_desk, school
from tests.bookings.till import open_page as till_page
from tests.bookings.town import Desk

pytestmark = pytest.mark.django_db

OUT = "Mill->Station leave 10:00"


@pytest.fixture
def desk() -> Desk:
    return paying_desk()


def book(desk: Desk, name: str, pay_by: str, text: str = OUT, **party: int) -> Booking:
    """Booked, or held where it's to be paid first."""
    offer = desk.offers(name, text, **party)[0]
    take = hold_offer if pay_by == "online" else book_offer
    return take(offer.pk, planner=desk.planner, by=None, channel="app", passenger=None, pay_by=pay_by, now=desk.now)


def open_page(desk: Desk, booking: Booking, till: Till) -> str:
    return till_page(desk, booking, till).session


# --- Each way to pay ----------------------------------------------------------------------------------------------------------


def test_on_board_is_owed_from_when_it_is_firm_and_by_nobody_who_cancels(desk: Desk) -> None:
    booking = book(desk, "ann", "on_board")
    assert entries(booking) == [("charge", 200)]
    held = desk.hold("bob", OUT)
    desk.cancel(booking)
    assert entries(booking) == [("charge", 200), ("credit", 200)]
    assert entries(held) == []
    desk.confirm(held)
    desk.confirm(held)
    assert entries(held) == [("charge", 200)]
    assert queries.list_money_faults() == []


def test_on_account_goes_by_the_policy(desk: Desk) -> None:
    school(desk, "ann", "bob")
    early, late = book(desk, "ann", "on_account"), book(desk, "bob", "on_account")
    assert early.account
    desk.now = early.pickup_from_at - timedelta(hours=2)
    desk.cancel(early)
    desk.now = late.pickup_from_at - timedelta(hours=2) + timedelta(seconds=1)
    desk.cancel(late)
    assert entries(early) == [("charge", 200), ("credit", 200)]
    assert entries(late) == [("charge", 200), ("credit", 100)]
    assert Booking.objects.get(pk=late.pk).cancel_fee_pence == 100
    assert queries.list_money_faults() == []


def test_who_has_no_account_or_a_closed_one_pays_another_way(desk: Desk) -> None:
    with pytest.raises(CantPayThatWay, match="no account for ann"):
        book(desk, "ann", "on_account")
    account = school(desk, "ann")
    account.active = False
    account.save()
    desk.passenger("ann").refresh_from_db()
    with pytest.raises(CantPayThatWay):
        book(desk, "ann", "on_account")
    assert not Booking.objects.exists()


def test_online_is_held_then_paid_then_firm(desk: Desk) -> None:
    till, booking = Till(), book(desk, "ann", "online")
    with pytest.raises(PaymentNeeded):
        desk.confirm(booking)
    take_payment(till.pay(open_page(desk, booking, till)), now=desk.now)
    assert Booking.objects.get(pk=booking.pk).status == Status.CONFIRMED
    assert entries(booking) == [("payment", 200), ("charge", 200)]
    desk.cancel(booking)
    assert send_refunds(port=till, now=desk.now) == 1
    assert send_refunds(port=till, now=desk.now) == 0
    assert entries(booking)[2:] == [("credit", 200), ("refund", 200)]
    assert list(till.payments.values()) == [0]
    assert queries.list_money_faults() == []


def test_while_nobody_answers_a_refund_stays_due(desk: Desk) -> None:
    till, booking = Till(), book(desk, "ann", "online")
    take_payment(till.pay(open_page(desk, booking, till)), now=desk.now)
    desk.cancel(booking)
    till.broken = True
    assert send_refunds(port=till, now=desk.now) == 0
    assert money.balance(booking).refund_due_pence == 200
    assert queries.list_money_faults() == []


def test_the_ledger_is_added_to_and_nothing_else(desk: Desk) -> None:
    entry = LedgerEntry.objects.get(booking=book(desk, "ann", "on_board"))
    entry.pence = 1
    changes: list[Callable[[], object]] = [
        *(entry.save, entry.delete, LedgerEntry.objects.all().delete, lambda: LedgerEntry.objects.update(pence=1)),
    ]
    for change in changes:
        with pytest.raises(AppendOnly):
            change()
    assert LedgerEntry.objects.get().pence == 200


# --- Receipts -----------------------------------------------------------------------------------------------------------------


def test_receipts_of_payments_and_refunds_are_numbered_without_gaps(desk: Desk) -> None:
    till = Till()
    for name in ("ann", "bob"):
        booking = book(desk, name, "online")
        take_payment(till.pay(open_page(desk, booking, till)), now=desk.now)
    desk.cancel(booking)
    send_refunds(port=till, now=desk.now)
    found = [(row.number, row.pence, row.booking.passenger.name) for row in Receipt.objects.all()]
    assert found == [(1, 200, "ann"), (2, 200, "bob"), (3, -200, "bob")]
    assert Receipt.objects.get(number=1).lines == booking.fare_lines
    assert Receipt.objects.get(number=3).lines == [{"kind": "refund", "pence": -200, "name": "cancelled"}]


def test_what_was_paid_to_the_driver_has_a_receipt_once_one_has_travelled(desk: Desk) -> None:
    booking = book(desk, "ann", "on_board")
    with pytest.raises(NoReceipt, match="Nothing was paid"):
        give_receipt(booking.reference, now=desk.now)
    desk.now = desk.at("10:05")
    desk.report("boarded", booking)
    receipts = [give_receipt(booking.reference, now=desk.now) for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert (receipts[0].number, receipts[0].pence) == (1, 200)
    assert money.balance(booking).paid_pence == 200
    assert queries.list_money_faults() == []


def test_a_receipt_that_comes_to_nothing_leaves_no_gap(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    till, booking = Till(), book(desk, "ann", "online")
    paid = till.pay(open_page(desk, booking, till))

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("after the receipt was made")

    with monkeypatch.context() as patched:
        patched.setattr("bookings.money.charge", fail)
        with pytest.raises(RuntimeError):
            take_payment(paid, now=desk.now)
    assert not Receipt.objects.exists()
    take_payment(paid, now=desk.now)
    assert Receipt.objects.get().number == 1


# --- What doesn't add up is found ---------------------------------------------------------------------------------------------


def test_control_each_thing_that_is_wrong_is_told(desk: Desk) -> None:
    till, school_account = Till(), school(desk, "cat")
    cash, online, account = book(desk, "ann", "on_board"), book(desk, "bob", "online"), book(desk, "cat", "on_account")
    take_payment(till.pay(open_page(desk, online, till)), now=desk.now)
    assert queries.list_money_faults() == []
    assert school_account == account.account

    def faults_with(row: Booking, kind: str, pence: int) -> list[str]:
        entry = LedgerEntry.objects.create(
            operator=desk.service.operator, booking=row, kind=kind, pence=pence, pay_by=row.pay_by, at=desk.now
        )
        found = queries.list_money_faults()
        LedgerEntry.objects.filter(pk=entry.pk)._raw_delete("default")  # type: ignore[attr-defined]
        return [fault.removeprefix(f"{row.reference} ") for fault in found]

    assert faults_with(cash, "credit", 1) == ["(confirmed) owes 199p by the ledger and 200p by its fare and status"]
    assert faults_with(cash, "payment", 1) == [
        "(confirmed) has 1p paid on board and owes 200p",
        "(confirmed) has receipts for 0p and 1p paid",
    ]
    assert faults_with(account, "payment", 1)[0] == "(confirmed) is on account and has 1p paid for itself"
    assert faults_with(online, "refund", 1)[0] == "(confirmed) has 199p paid online and owes 200p"
    Booking.objects.filter(pk=cash.pk).update(status="cancelled")
    assert "owes 200p by the ledger and 0p" in queries.list_money_faults()[0]
    Booking.objects.filter(pk=cash.pk).update(status="confirmed")
    Receipt.objects.update(number=3)
    assert queries.list_money_faults() == ["town has 1 receipts up to number 3: there are gaps"]
