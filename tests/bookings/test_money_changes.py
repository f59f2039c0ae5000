"""A change settles the old fare and charges the new one: nobody is charged twice, and nobody loses what they paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bookings import money, queries
from bookings.actions import change_booking as changing
from bookings.actions.accept_offer import NoLongerPossible, book_offer
from bookings.actions.give_receipt import NoReceipt, give_receipt
from bookings.actions.start_payment import CantPay
from bookings.actions.take_payment import take_payment
from bookings.models import Booking, Checkout, LedgerEntry, Offer, PayBy, Receipt, Refund, Status
from bookings.money import CantPayThatWay
from tests.bookings.till import Till, entries, hold_online, open_page, pay, paying_desk, school, settle
from tests.bookings.town import Desk

pytestmark = pytest.mark.django_db

OUT, LATER = "Mill->Station leave 10:00", "Mill->Station leave 12:00"
EQUAL: dict[str, int] = {"adults": 1}
DEARER, CHEAPER = {"adults": 2}, {"children": 1}  # 400 and 100 pence instead of 200


@pytest.fixture
def desk() -> Desk:
    return paying_desk()


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture(autouse=True)
def _it_adds_up(desk: Desk) -> Any:
    yield
    assert queries.list_money_faults() == []
    assert desk.faults() == []


def paid(desk: Desk, till: Till, name: str = "ann", **party: int) -> Booking:
    return pay(desk, hold_online(desk, desk.offers(name, OUT, **party)[0]), till)


def instead(desk: Desk, booking: Booking, party: dict[str, int], text: str = LATER) -> Offer:
    return desk.ask_instead(booking.passenger.name, desk.wish(text, **party), booking)[0]


def change(desk: Desk, booking: Booking, party: dict[str, int]) -> Booking:
    return change_to(desk, booking, instead(desk, booking, party))


def change_to(desk: Desk, booking: Booking, offer: Offer) -> Booking:
    return changing.change_booking(booking.reference, offer.pk, planner=desk.planner, by=None, channel="app", now=desk.now)


def balance(booking: Booking) -> tuple[int, int, int]:
    """Owed, paid, and of that on its way back."""
    found = money.balance(booking)
    return found.owed_pence, found.paid_pence, found.refund_due_pence


# --- Paid online --------------------------------------------------------------------------------------------------------------


def test_to_what_costs_the_same(desk: Desk, till: Till) -> None:
    booking = paid(desk, till)
    changed = change(desk, booking, EQUAL)
    assert entries(booking)[2:] == [("credit", 200), ("carried", 200)]
    assert entries(changed) == [("charge", 200), ("brought", 200)]
    assert (changed.pay_by, changed.fare_to_collect) == ("online", 0)
    settle(desk, till)
    assert (balance(booking), balance(changed), till.here) == ((0, 0, 0), (200, 200, 0), 200)


def test_to_what_is_cheaper(desk: Desk, till: Till) -> None:
    booking = paid(desk, till)
    changed = change(desk, booking, CHEAPER)
    # 100 of the 200 pence count for the new booking, and 100 go back.
    assert (balance(booking), balance(changed)) == ((0, 100, 100), (100, 100, 0))
    assert till.here == 200
    settle(desk, till)
    assert (balance(booking), balance(changed), till.here) == ((0, 0, 0), (100, 100, 0), 100)
    assert [(row.pence, row.booking) for row in Receipt.objects.all()] == [(200, booking), (-100, booking)]


def test_to_what_is_free(desk: Desk, till: Till) -> None:
    booking = paid(desk, till)
    changed = change(desk, booking, {"under5": 1, "concessions": 1})
    assert (changed.fare_pence, entries(changed)) == (0, [])
    settle(desk, till)
    assert till.here == 0


def test_to_what_is_dearer_and_the_driver_takes_the_rest(desk: Desk, till: Till) -> None:
    booking = paid(desk, till)
    changed = change(desk, booking, DEARER)
    assert (balance(booking), balance(changed)) == ((0, 0, 0), (400, 200, 0))
    assert changed.fare_to_collect == 200
    desk.now = desk.at("11:55")
    assert sum(desk.manifest(van).fares_pence for van in ("van1", "van2")) == 200
    desk.now = desk.at("12:10")
    route = desk.plan().find_route_of(changed.request_id)
    assert route
    shift = next(row for row in desk.service.shifts.all() if row.routing_id == route.shift)
    desk.report("boarded", changed, shift=shift)
    receipts = [give_receipt(changed.reference, now=desk.now) for _ in range(2)]
    assert [(row.pence, row.lines) for row in receipts] == [(200, [{"kind": "part", "pence": 200}])] * 2
    assert entries(changed)[2:] == [("payment", 200)]
    assert LedgerEntry.objects.filter(booking=changed).last().pay_by == PayBy.ON_BOARD  # type: ignore[union-attr]


def test_to_what_is_dearer_and_the_rest_is_paid_online(desk: Desk, till: Till) -> None:
    changed = change(desk, paid(desk, till), DEARER)
    checkout = open_page(desk, changed, till)
    assert (checkout.pence, checkout.booking) == (200, changed)
    assert open_page(desk, changed, till) == checkout
    changed = pay(desk, changed, till)
    assert (changed.status, changed.fare_to_collect, till.here) == ("confirmed", 0, 400)
    with pytest.raises(CantPay):
        open_page(desk, changed, till)
    with pytest.raises(NoReceipt):
        give_receipt(changed.reference, now=desk.now)
    # Of two payments all goes back, each by the page that it came by.
    desk.cancel(changed)
    settle(desk, till)
    assert (balance(changed), till.here) == ((0, 0, 0), 0)
    assert sorted(till.refunds.values()) == [200, 200]


def test_a_page_for_the_rest_closes_when_its_time_is_over_or_one_is_on_board(desk: Desk, till: Till) -> None:
    changed = change(desk, paid(desk, till), DEARER)
    page = open_page(desk, changed, till)
    settle(desk, till)
    assert not till.closed
    desk.now += timedelta(minutes=30)
    settle(desk, till)
    assert till.closed == {page.session}
    again = open_page(desk, changed, till)
    Booking.objects.filter(pk=changed.pk).update(status=Status.ABOARD)
    settle(desk, till)
    assert till.closed == {page.session, again.session}
    Booking.objects.filter(pk=changed.pk).update(status=Status.CONFIRMED)


def test_what_is_paid_for_the_old_booking_after_the_change_goes_back(desk: Desk, till: Till) -> None:
    booking = change(desk, paid(desk, till), DEARER)
    page = open_page(desk, booking, till)
    changed = change_to(desk, booking, instead(desk, booking, EQUAL, "Mill->Station leave 14:00"))
    take_payment(till.pay(page.session), now=desk.now)
    settle(desk, till)
    assert (balance(booking), balance(changed), till.here) == ((0, 0, 0), (200, 200, 0), 200)


def test_from_what_was_free(desk: Desk, till: Till) -> None:
    offer = desk.offers("ann", OUT, concessions=1)[0]
    booking = book_offer(offer.pk, planner=desk.planner, by=None, channel="app", passenger=None, pay_by="online", now=desk.now)
    changed = change(desk, booking, EQUAL)
    assert (balance(changed), changed.fare_to_collect) == ((200, 0, 0), 200)
    assert pay(desk, changed, till).fare_to_collect == 0


def test_change_after_change(desk: Desk, till: Till) -> None:
    first = paid(desk, till)
    second = change(desk, first, DEARER)
    third = change_to(desk, second, instead(desk, second, CHEAPER, "Mill->Station leave 14:00"))
    settle(desk, till)
    assert [balance(row) for row in (first, second, third)] == [(0, 0, 0), (0, 0, 0), (100, 100, 0)]
    assert till.here == 100
    desk.cancel(third)
    settle(desk, till)
    assert till.here == 0


@pytest.mark.parametrize(("party", "kept"), [(EQUAL, 100), (CHEAPER, 50), (DEARER, 200), ({"adults": 3}, 200)])
def test_what_is_cancelled_late_after_a_change_goes_by_the_policy(
    desk: Desk, till: Till, party: dict[str, int], kept: int
) -> None:
    changed = change(desk, paid(desk, till), party)
    desk.now = desk.at("11:00")
    desk.cancel(changed)
    settle(desk, till)
    # Half of 200, of 100, of 400; and of 600, of which 200 were paid, and no more is asked of who doesn't travel.
    assert (balance(changed), till.here) == ((kept, kept, 0), kept)


# --- Paid in other ways -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("party", [EQUAL, DEARER, CHEAPER])
def test_on_board_nothing_was_paid_and_the_new_fare_is_owed(desk: Desk, party: dict[str, int]) -> None:
    booking = desk.book("ann", OUT)
    changed = change(desk, booking, party)
    assert entries(booking) == [("charge", 200), ("credit", 200)]
    assert entries(changed) == [("charge", changed.fare_pence)]
    assert changed.fare_to_collect == changed.fare_pence
    assert not Refund.objects.exists()


@pytest.mark.parametrize("party", [EQUAL, DEARER, CHEAPER])
def test_on_account_the_statement_has_the_old_fare_taken_off_and_the_new_one(desk: Desk, party: dict[str, int]) -> None:
    account = school(desk, "ann")
    offer = desk.offers("ann", OUT)[0]
    booking = book_offer(
        offer.pk, planner=desk.planner, by=None, channel="app", passenger=None, pay_by="on_account", now=desk.now
    )
    changed = change(desk, booking, party)
    assert (changed.pay_by, changed.account) == ("on_account", account)
    lines = queries.statement(account, desk.now.date()).lines
    assert [(line.kind, line.pence) for line in lines if line.reference == booking.reference] == [
        ("charge", 200),
        ("credit", -200),
    ]
    assert sum(line.pence for line in lines) == changed.fare_pence
    assert changed.fare_to_collect == 0


def test_an_account_that_was_closed_pays_no_more_than_before(desk: Desk) -> None:
    account = school(desk, "ann")
    offer = desk.offers("ann", OUT)[0]
    booking = book_offer(
        offer.pk, planner=desk.planner, by=None, channel="app", passenger=None, pay_by="on_account", now=desk.now
    )
    account.active = False
    account.save()
    with pytest.raises(CantPayThatWay, match="Town School is closed"):
        change(desk, booking, DEARER)
    assert entries(booking) == [("charge", 200)]
    assert entries(change(desk, booking, EQUAL)) == [("charge", 200)]


# --- When it fails half-way ---------------------------------------------------------------------------------------------------


def everything() -> list[object]:
    tables: list[Any] = [LedgerEntry, Refund, Receipt, Checkout, Booking]
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("name", ["charge", "record", "settle_changed", "give_back_spare", "the event"])
@pytest.mark.parametrize("pay_by", ["online", "on_board"])
def test_if_it_fails_half_way_no_money_moves(
    desk: Desk, till: Till, monkeypatch: pytest.MonkeyPatch, name: str, pay_by: str
) -> None:
    booking = paid(desk, till) if pay_by == "online" else desk.book("ann", OUT)
    offer, before = instead(desk, booking, CHEAPER), everything()
    done: list[str] = []

    class Fault(Exception):
        pass

    def after(call: Callable[..., object]) -> Callable[..., object]:
        def fail(*args: object, **options: object) -> object:
            call(*args, **options)
            done.append(name)
            raise Fault

        return fail

    with monkeypatch.context() as patched:
        if name == "the event":  # which is the last that happens
            patched.setattr(changing, "_record", after(changing._record))
        else:
            patched.setattr(money, name, after(getattr(money, name)))
        with pytest.raises(Fault):
            change_to(desk, booking, offer)
    assert done, "it never came so far"
    assert everything() == before
    assert change_to(desk, booking, offer).fare_pence == 100


def test_if_the_new_place_has_gone_no_money_moves(desk: Desk, till: Till) -> None:
    booking = paid(desk, till)
    offer = instead(desk, booking, EQUAL)
    for shift in ("van1", "van2"):
        desk.book(f"crowd of {shift}", LATER, adults=8)
    before = everything()
    with pytest.raises(NoLongerPossible):
        change_to(desk, booking, offer)
    assert everything() == before


def test_a_change_that_is_asked_for_twice_moves_money_once(desk: Desk, till: Till) -> None:
    booking = paid(desk, till)
    offer = instead(desk, booking, CHEAPER)
    assert change_to(desk, booking, offer) == change_to(desk, booking, offer)
    settle(desk, till)
    assert till.here == 100
