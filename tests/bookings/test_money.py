"""Money adds up: whatever becomes of bookings, charges less credits are the fares of those that stand, and fees."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from bookings import money, queries
from bookings.actions.accept_offer import book_offer, hold_offer
from bookings.actions.cancel_booking import cancel_booking
from bookings.actions.close_checkouts import close_checkouts
from bookings.actions.confirm_booking import PaymentNeeded
from bookings.actions.give_receipt import NoReceipt, give_receipt
from bookings.actions.send_refunds import send_refunds
from bookings.actions.start_payment import start_payment
from bookings.actions.take_payment import take_payment
from bookings.models import AppendOnly, Booking, LedgerEntry, PayBy, Receipt, Refund, Service, Status
from bookings.money import CantPayThatWay, Refunding
from bookings.refusals import DomainError
from tests.bookings.till import Till, page_of, paying_desk, school
from tests.bookings.town import WEDNESDAY, Desk

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
    found = start_payment(booking.reference, port=till, return_url="https://town.example", by=None, now=desk.now)
    return found.session


def entries(booking: Booking) -> list[tuple[str, int]]:
    return [(entry.kind, entry.pence) for entry in LedgerEntry.objects.filter(booking=booking)]


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
    desk.cancel(early)
    desk.now = desk.at("9:00")
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
    assert faults_with(cash, "payment", 1) == ["(confirmed) has 1p paid on board and owes 200p"]
    assert faults_with(account, "payment", 1) == ["(confirmed) is on account and has 1p paid for itself"]
    assert faults_with(online, "refund", 1)[0] == "(confirmed) has 199p paid online and owes 200p"
    Booking.objects.filter(pk=cash.pk).update(status="cancelled")
    assert "owes 200p by the ledger and 0p" in queries.list_money_faults()[0]
    Booking.objects.filter(pk=cash.pk).update(status="confirmed")
    Receipt.objects.update(number=3)
    assert queries.list_money_faults() == ["town has 1 receipts up to number 3: there are gaps"]


# --- A life of many bookings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_money_adds_up(seed: int) -> None:
    rng, desk, till = random.Random(seed), paying_desk(), Till()
    Service.objects.update(one_at_a_time=False, duplicate_m=0)
    school(desk, "ann", "bob")
    desk.now = desk.at("7:00", on=WEDNESDAY)
    steps: dict[str, int] = {}
    for _ in range(80):
        step = rng.choice([_book, _book, _book, _pay, _pay, _cancel, _confirm, _travel, _wait, _settle, _receipt])
        try:
            done = step(rng, desk, till)
        except DomainError:
            done = False
        steps[step.__name__] = steps.get(step.__name__, 0) + bool(done)
        assert queries.list_money_faults() == []
    assert all(steps[name] for name in ("_book", "_pay", "_cancel")), steps
    totals = queries.money_totals()
    assert totals.charged_pence - totals.credited_pence == totals.kept_fares_pence + totals.fees_pence
    assert totals.charged_pence > 0
    desk.now += timedelta(hours=1)
    _settle(rng, desk, till)
    totals = queries.money_totals()
    online = Booking.objects.filter(pay_by=PayBy.ONLINE)
    owed = sum(money.balance(row).owed_pence for row in online)
    # What the provider has is what it was paid, less what it gave back, and just what is owed online.
    assert sum(till.payments.values()) == owed
    assert Refund.objects.filter(status="due").count() == 0
    assert desk.faults() == []


def _some(rng: random.Random, *status: str, **more: object) -> Booking | None:
    rows = list(Booking.objects.filter(status__in=status, **more).order_by("pk"))
    return rng.choice(rows) if rows else None


def _book(rng: random.Random, desk: Desk, till: Till) -> bool:
    at = desk.now + timedelta(minutes=rng.randrange(30, 300))
    if not 8 <= at.hour < 17:
        return False
    way = rng.choice(["Mill->Station", "Station->Mill", "School->Mill"])
    wish, who = desk.wish(f"{way} leave {at:%H:%M}", adults=rng.choice([1, 2])), rng.choice(["ann", "bob", "cat"])
    answer = desk.ask(who, wish)
    if not isinstance(answer, list):
        return False
    pay_by = rng.choice(["on_board", "online", "online", "on_account"])
    take = hold_offer if pay_by == "online" or rng.random() < 0.3 else book_offer
    take(answer[0].pk, planner=desk.planner, by=None, channel="app", passenger=None, pay_by=pay_by, now=desk.now)
    return True


def _pay(rng: random.Random, desk: Desk, till: Till) -> bool:
    booking = _some(rng, "held", pay_by="online")
    if booking is None:
        return False
    session = open_page(desk, booking, till)
    assert page_of(booking) == session
    if rng.random() < 0.3:
        desk.now += timedelta(minutes=rng.choice([5, 11]))  # at the page, perhaps for longer than it's held
    paid = till.pay(session)
    for _ in range(rng.choice([0, 1, 2])):  # no notice may come, or two
        take_payment(paid, now=desk.now)
    return True


def _cancel(rng: random.Random, desk: Desk, till: Till) -> bool:
    booking = _some(rng, "held", "confirmed", "cancelled")
    if booking is None:
        return False
    refunding = rng.choice(list(Refunding))
    cancel_booking(booking.reference, planner=desk.planner, by=None, refunding=refunding, now=desk.now)
    return True


def _confirm(rng: random.Random, desk: Desk, till: Till) -> bool:
    booking = _some(rng, "held")
    return booking is not None and desk.confirm(booking).status == "confirmed"


def _travel(rng: random.Random, desk: Desk, till: Till) -> bool:
    booking = _some(rng, "confirmed")
    if booking is None or booking.pickup_from_at > desk.now:
        return False
    plan = desk.plan()
    route = plan.find_route_of(booking.request_id)
    assert route is not None
    shift = next(row for row in desk.service.shifts.all() if row.routing_id == route.shift)
    desk.report(rng.choice(["boarded", "no_show"]), booking, shift=shift)
    return True


def _wait(rng: random.Random, desk: Desk, till: Till) -> bool:
    desk.now += timedelta(minutes=rng.randrange(1, 25))
    return desk.expire() > 0


def _settle(rng: random.Random, desk: Desk, till: Till) -> bool:
    desk.expire()
    return close_checkouts(port=till, now=desk.now) + send_refunds(port=till, now=desk.now) > 0


def _receipt(rng: random.Random, desk: Desk, till: Till) -> bool:
    booking = _some(rng, "aboard", "completed", pay_by="on_board")
    return booking is not None and give_receipt(booking.reference, now=desk.now).pence > 0
