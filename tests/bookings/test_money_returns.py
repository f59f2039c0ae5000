"""Both ways of a return are paid on one page: both become firm or neither, and each can be given back by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bookings import money, queries
from bookings.actions.change_booking import change_booking
from bookings.actions.confirm_booking import PaymentNeeded
from bookings.actions.take_payment import take_payment
from bookings.models import Booking, Checkout, Receipt, Refund, Status
from bookings.payment_port import Paid
from tests.bookings.test_returns import ask, there_and_back
from tests.bookings.till import Till, entries, hold_online, open_page, pay, paying_desk, settle
from tests.bookings.town import Desk

pytestmark = pytest.mark.django_db


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


def held(desk: Desk, name: str = "ann") -> tuple[Booking, Booking]:
    there = hold_online(desk, ask(desk, name, there_and_back(desk, "Mill->Station leave 10:00", leave="14:00"))[0])
    return there, there.return_leg


def again(*bookings: Booking) -> list[tuple[str, int]]:
    """How they stand by now, and how much of what was paid is still here and not on its way back."""
    rows = [Booking.objects.get(pk=booking.pk) for booking in bookings]
    return [(row.status, money.balance(row).paid_pence - money.balance(row).refund_due_pence) for row in rows]


def test_both_are_paid_on_one_page_from_either(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    page = open_page(desk, back, till)
    assert open_page(desk, there, till) == page
    order = till.pages[page.session]
    assert (order.pence, len(till.pages)) == (400, 1)
    assert order.title == f"Town: journeys {there.reference} and {back.reference}"
    assert [(part.booking, part.pence) for part in page.parts.all()] == [(there, 200), (back, 200)]
    take_payment(till.pay(page.session), now=desk.now)
    assert again(there, back) == [("confirmed", 200), ("confirmed", 200)]
    for leg in (there, back):
        assert entries(leg) == [("payment", 200), ("charge", 200)]
    assert [(row.pence, row.booking) for row in Receipt.objects.all()] == [(200, there), (200, back)]


def test_neither_is_confirmed_without_having_been_paid(desk: Desk) -> None:
    there, back = held(desk)
    for leg in (there, back):
        with pytest.raises(PaymentNeeded):
            desk.confirm(leg)
    assert again(there, back) == [("held", 0), ("held", 0)]


def test_a_way_that_is_free_becomes_firm_with_the_other(desk: Desk, till: Till) -> None:
    wish = there_and_back(desk, "Mill->Station leave 9:00", leave="11:00")
    wish = wish.at_other_times(leave_at=wish.leave_at, arrive_by=None, back=wish.back)
    offer = ask(desk, "ann", wish)[0]
    back = offer.return_leg
    back.fare_pence, back.fare_lines = 0, []
    back.save()
    there = hold_online(desk, offer)
    Booking.objects.filter(pk=there.return_leg.pk).update(fare_pence=0, fare_own_pence=0, fare_lines=[])
    page = open_page(desk, there, till)
    assert [part.booking for part in page.parts.all()] == [there]
    take_payment(till.pay(page.session), now=desk.now)
    assert again(there, there.return_leg) == [("confirmed", 200), ("confirmed", 0)]


def test_paid_after_the_hold_both_go_back(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    paid = till.pay(open_page(desk, there, till).session)
    assert there.held_until
    desk.now = there.held_until
    take_payment(paid, now=desk.now)
    settle(desk, till)
    desk.expire()
    assert again(there, back) == [("expired", 0), ("expired", 0)]
    assert till.here == 0
    assert sorted(till.refunds.values()) == [200, 200]


def test_another_sum_makes_neither_firm_and_goes_back(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    paid = till.pay(open_page(desk, there, till).session)
    for wrong in (paid.pence - 1, 200):
        take_payment(Paid(paid.key, paid.session, paid.payment, wrong), now=desk.now)
        assert again(there, back) == [("held", 0), ("held", 0)]
        assert Refund.objects.get().pence == paid.pence - 1, "told once, it's settled"


@pytest.mark.parametrize("late", [False, True])
def test_cancelling_the_way_back_gives_back_its_part(desk: Desk, till: Till, late: bool) -> None:
    there, back = held(desk)
    pay(desk, there, till)
    if late:
        desk.now = desk.at("13:00")
    desk.cancel(back)
    settle(desk, till)
    # Late, half of the 200 pence is kept.
    assert again(there, back) == [("confirmed", 200), ("cancelled", 100 if late else 0)]
    assert till.here == (300 if late else 200)


def test_cancelling_the_way_there_alone_gives_back_its_part(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    pay(desk, there, till)
    desk.cancel(there, with_return=False)
    settle(desk, till)
    assert again(there, back) == [("cancelled", 0), ("confirmed", 200)]
    desk.cancel(back)
    settle(desk, till)
    assert (again(there, back), till.here) == ([("cancelled", 0), ("cancelled", 0)], 0)


def test_cancelling_both_goes_by_the_policy_of_each(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    pay(desk, there, till)
    desk.now = desk.at("9:00")  # an hour before the way there, five before the way back
    desk.cancel(there)
    settle(desk, till)
    assert again(there, back) == [("cancelled", 100), ("cancelled", 0)]
    assert till.here == 100


def test_what_was_cancelled_while_it_was_held_is_not_paid(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    old = open_page(desk, there, till)
    desk.cancel(back)
    new = open_page(desk, there, till)
    assert (new.pence, old.session in till.closed) == (200, True)
    take_payment(till.pay(new.session), now=desk.now)
    assert again(there, back) == [("confirmed", 200), ("cancelled", 0)]


def test_what_was_cancelled_while_one_paid_for_both_goes_back(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    paid = till.pay(open_page(desk, there, till).session)
    desk.cancel(back)
    take_payment(paid, now=desk.now)
    settle(desk, till)
    assert again(there, back) == [("confirmed", 200), ("cancelled", 0)]
    assert till.here == 200


def test_a_page_of_which_no_notice_came_is_taken_when_another_is_asked_for(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    till.pay(open_page(desk, there, till).session)
    desk.cancel(back)
    with pytest.raises(Exception, match="nothing to pay online"):
        open_page(desk, there, till)
    settle(desk, till)
    assert again(there, back) == [("confirmed", 200), ("cancelled", 0)]
    assert (Checkout.objects.count(), till.here) == (1, 200)


def test_if_it_fails_at_the_second_neither_is_paid_or_firm(desk: Desk, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    there, back = held(desk)
    paid = till.pay(open_page(desk, there, till).session)
    charge, charged = money.charge, []

    def fail_at_the_second(booking: Booking, **how: Any) -> None:
        charge(booking, **how)
        charged.append(booking)
        if len(charged) == 2:
            raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(money, "charge", fail_at_the_second)
        with pytest.raises(RuntimeError):
            take_payment(paid, now=desk.now)
    assert again(there, back) == [("held", 0), ("held", 0)]
    assert (Receipt.objects.count(), Checkout.objects.get().status) == (0, "open")
    take_payment(paid, now=desk.now)
    assert again(there, back) == [("confirmed", 200), ("confirmed", 200)]


def test_the_way_back_is_changed_and_what_was_paid_for_it_counts(desk: Desk, till: Till) -> None:
    there, back = held(desk)
    pay(desk, there, till)
    offer = desk.ask_instead("ann", desk.wish("Station->Mill leave 16:00", adults=2), back)[0]
    changed = change_booking(back.reference, offer.pk, planner=desk.planner, by=None, channel="app", now=desk.now)
    assert again(there, back, changed) == [("confirmed", 200), ("changed", 0), ("confirmed", 200)]
    pay(desk, there, till)  # from the other way, what is left to pay of both
    assert (again(changed), till.here) == ([("confirmed", 400)], 600)
    desk.now += timedelta(minutes=1)
    desk.cancel(there)  # and with it the way back, which it was changed to
    settle(desk, till)
    assert again(there, changed) == [("cancelled", 0), ("cancelled", 0)]
    assert till.here == 0
    assert Booking.objects.filter(status=Status.CONFIRMED).count() == 0
