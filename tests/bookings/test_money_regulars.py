"""Money of what is booked without anybody at a desk: series and the waitlist; and of those who don't come, or come in vain."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from bookings import money, queries
from bookings.actions.cancel_booking import cancel_booking
from bookings.actions.confirm_booking import PaymentNeeded, confirm_booking
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.actions.striking import reverse_strike
from bookings.actions.take_payment import take_payment
from bookings.actions.wait import join_waitlist
from bookings.models import Account, Booking, Event, Passenger, Service, ShiftPattern, Status, Strike, Waiting
from bookings.money import CantPayThatWay, Refunding
from tests.bookings.test_series import FRI, WED, WEEK, roll, start
from tests.bookings.till import Till, entries, hold_online, open_page, pay, paying_desk, school, settle
from tests.bookings.town import Desk

pytestmark = pytest.mark.django_db

OUT = "Mill->Station leave 10:00"


@pytest.fixture
def desk() -> Desk:
    return paying_desk("van1 Depot 8:00-18:00 seats 1")


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture(autouse=True)
def _it_adds_up(desk: Desk) -> Any:
    yield
    assert queries.list_money_faults() == []


def paid_by(*methods: str, desk: Desk) -> None:
    Service.objects.update(payment_methods=list(methods))
    desk.service.refresh_from_db()


# --- Series -------------------------------------------------------------------------------------------------------------------


def test_each_day_of_a_series_is_charged(desk: Desk) -> None:
    series = start(desk, desk.wish(OUT), WED, FRI)
    bookings = [day.booking for day in series.days.all()]
    assert [(row.pay_by, entries(row)) for row in bookings if row] == [("on_board", [("charge", 200)])] * 2
    desk.now += WEEK
    roll(desk)
    assert [entries(row) for row in Booking.objects.all()] == [[("charge", 200)]] * 4


def test_a_series_on_account(desk: Desk) -> None:
    account = school(desk, "ann")
    start(desk, desk.wish(OUT), WED, FRI, pay_by="on_account")
    assert {(row.pay_by, row.account) for row in Booking.objects.all()} == {("on_account", account)}
    assert queries.statement(account, desk.now.date()).after_pence == 400


def test_a_series_is_paid_by_the_first_way_that_needs_no_page(desk: Desk) -> None:
    paid_by("online", "on_account", "on_board", desk=desk)
    start(desk, desk.wish(OUT), WED)
    assert Booking.objects.get().pay_by == "on_board"
    school(desk, "bob")
    start(desk, desk.wish("Mill->Station leave 12:00"), WED, name="bob")
    assert Booking.objects.get(passenger__name="bob").pay_by == "on_account"


@pytest.mark.parametrize("pay_by", ["online", "on_account"])
def test_a_series_that_cant_be_paid_so_isnt_begun(desk: Desk, pay_by: str) -> None:
    with pytest.raises(CantPayThatWay):
        start(desk, desk.wish(OUT), WED, pay_by=pay_by)
    assert not Booking.objects.exists()


def test_once_the_account_is_closed_the_next_days_wait_to_be_paid_in_another_way(desk: Desk) -> None:
    account = school(desk, "ann")
    series = start(desk, desk.wish(OUT), WED, pay_by="on_account")
    Account.objects.update(active=False)
    desk.now += WEEK
    roll(desk)
    refused = series.days.get(booking=None)
    assert refused.refusal
    assert refused.refusal.kind == "cant_pay_that_way"
    assert "There is no account for ann" in refused.refusal.detail
    assert queries.statement(account, desk.now.date()).after_pence == 200
    assert Waiting.objects.get().refusal == refused.refusal
    serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now)
    held = Booking.objects.get(status=Status.HELD)
    assert (held.pay_by, entries(held)) == ("on_board", [])


# --- The waitlist -------------------------------------------------------------------------------------------------------------


def zoe_has_the_seat(desk: Desk) -> Booking:
    """One seat, and around ten it's Zoe's."""
    ShiftPattern.objects.update(starts=time(9, 55), ends=time(10, 40))
    desk.service.search_after_s = 600
    online = desk.service.payment_methods[0] == "online"
    return hold_online(desk, desk.offers("zoe", OUT)[0]) if online else desk.book("zoe", OUT)


def wait(desk: Desk) -> None:
    refusal = desk.refusal("ann", desk.wish(OUT))
    join_waitlist(refusal, passenger=desk.passenger("ann"), by=None, channel="app", now=desk.now)


@pytest.fixture
def found(desk: Desk, request: pytest.FixtureRequest) -> Booking:
    """Ann waited, and is held the place that Zoe gave back; how the service is paid is the parameter."""
    paid_by(*request.param, desk=desk)
    zoe = zoe_has_the_seat(desk)
    wait(desk)
    desk.cancel(zoe)
    return serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now)[0]


@pytest.mark.parametrize("found", [("on_board",)], indirect=True)
def test_who_waited_owes_from_when_they_say_yes(desk: Desk, found: Booking) -> None:
    assert (found.status, entries(found)) == ("held", [])
    desk.confirm(found)
    assert entries(found) == [("charge", 200)]


@pytest.mark.parametrize("found", [("online", "on_board")], indirect=True)
def test_who_waited_pays_online_to_confirm(desk: Desk, till: Till, found: Booking) -> None:
    with pytest.raises(PaymentNeeded):
        desk.confirm(found)
    assert pay(desk, found, till).status == "confirmed"
    assert Waiting.objects.get().status == "taken"
    assert till.here == 200


@pytest.mark.parametrize("found", [("online", "on_board")], indirect=True)
def test_who_waited_may_pay_in_another_way(desk: Desk, till: Till, found: Booking) -> None:
    page = open_page(desk, found, till)
    confirmed = confirm_booking(found.reference, by=None, pay_by="on_board", now=desk.now)
    assert (confirmed.status, confirmed.fare_to_collect, entries(found)) == ("confirmed", 200, [("charge", 200)])
    settle(desk, till)
    assert till.closed == {page.session}


@pytest.mark.parametrize("found", [("on_board", "online")], indirect=True)
def test_who_asks_for_a_page_pays_online(desk: Desk, till: Till, found: Booking) -> None:
    assert found.pay_by == "on_board"
    paid = pay(desk, found, till)
    assert (paid.status, paid.pay_by, paid.fare_to_collect) == ("confirmed", "online", 0)


@pytest.mark.parametrize("found", [("online", "on_board")], indirect=True)
def test_what_is_paid_on_a_page_after_one_chose_to_pay_the_driver_goes_back(desk: Desk, till: Till, found: Booking) -> None:
    paid = till.pay(open_page(desk, found, till).session)
    confirm_booking(found.reference, by=None, pay_by="on_board", now=desk.now)
    take_payment(paid, now=desk.now)
    settle(desk, till)
    found.refresh_from_db()
    assert (till.here, found.fare_to_collect, money.balance(found).paid_pence) == (0, 200, 0)


@pytest.mark.parametrize("found", [("on_board", "on_account")], indirect=True)
def test_another_way_has_to_be_one_of_the_services_and_the_passengers(desk: Desk, found: Booking) -> None:
    for pay_by in ("on_account", "online"):
        with pytest.raises(CantPayThatWay):
            confirm_booking(found.reference, by=None, pay_by=pay_by, now=desk.now)
    school(desk, "ann")
    confirm_booking(found.reference, by=None, pay_by="on_account", now=desk.now)
    assert [(row.kind, row.account is not None) for row in found.ledger.all()] == [("charge", True)]


def test_who_waits_and_can_pay_in_no_way_waits_on(desk: Desk) -> None:
    zoe = zoe_has_the_seat(desk)
    wait(desk)
    paid_by("on_account", desk=desk)
    desk.cancel(zoe)
    assert serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now) == []
    assert Waiting.objects.get().state == "waiting"
    assert not Booking.objects.filter(passenger__name="ann").exists()


# --- Late, not there, and the operator's fault --------------------------------------------------------------------------------


def travelling(desk: Desk, till: Till, pay_by: str) -> Booking:
    if pay_by == "online":
        return pay(desk, hold_online(desk, desk.offers("ann", OUT)[0]), till)
    if pay_by == "on_account":
        school(desk, "ann")
    booking = desk.hold("ann", OUT)
    return confirm_booking(booking.reference, by=None, pay_by=pay_by, now=desk.now)


WAYS = ["on_board", "on_account", "online"]


@pytest.mark.parametrize("pay_by", WAYS)
def test_who_isnt_there_owes_the_fare(desk: Desk, till: Till, pay_by: str) -> None:
    booking = travelling(desk, till, pay_by)
    desk.now = booking.pickup_until_at
    desk.report("no_show", booking)
    settle(desk, till)
    found = money.balance(booking)
    assert (found.owed_pence, found.paid_pence) == (200, 200 if pay_by == "online" else 0)
    assert Strike.objects.get().kind == "no_show"
    # And when staff take it back, since the driver was at another gate, all of it.
    for _ in range(2):
        reverse_strike(booking.reference, by=None, why="another gate", now=desk.now)
    settle(desk, till)
    assert (money.balance(booking).owed_pence, till.here) == (0, 0)


@pytest.mark.parametrize("pay_by", WAYS)
def test_who_has_gone_home_as_the_bus_was_late_owes_nothing(desk: Desk, till: Till, pay_by: str) -> None:
    booking = travelling(desk, till, pay_by)
    desk.now = booking.pickup_until_at + timedelta(seconds=1)
    desk.report("no_show", booking)
    settle(desk, till)
    assert (money.balance(booking).owed_pence, till.here) == (0, 0)
    assert not Strike.objects.exists()
    totals = queries.money_totals()
    assert totals.charged_pence - totals.credited_pence == totals.kept_fares_pence == 0


@pytest.mark.parametrize("pay_by", WAYS)
def test_late_is_a_strike_and_a_fee(desk: Desk, till: Till, pay_by: str) -> None:
    booking = travelling(desk, till, pay_by)
    desk.now = desk.at("9:30")
    desk.cancel(booking)
    settle(desk, till)
    # Half of it is kept; who pays the driver and doesn't travel owes nothing that anybody would collect.
    assert money.balance(booking).owed_pence == (0 if pay_by == "on_board" else 100)
    assert till.here == (100 if pay_by == "online" else 0)
    assert Strike.objects.count() == 1
    reverse_strike(booking.reference, by=None, why="ill", now=desk.now)
    settle(desk, till)
    assert (money.balance(booking).owed_pence, till.here) == (0, 0)
    assert Booking.objects.get(pk=booking.pk).cancel_fee_pence == 0


@pytest.mark.parametrize("pay_by", WAYS)
def test_when_the_operator_cant_keep_the_promise_all_goes_back_and_it_is_no_strike(desk: Desk, till: Till, pay_by: str) -> None:
    booking = travelling(desk, till, pay_by)
    desk.now = desk.at("9:59")
    cancel_booking(booking.reference, planner=desk.planner, by=None, for_operator=True, now=desk.now)
    settle(desk, till)
    assert (money.balance(booking).owed_pence, till.here) == (0, 0)
    assert not Strike.objects.exists()


@pytest.mark.parametrize("pay_by", WAYS)
def test_when_the_bus_should_have_come_and_has_not_all_goes_back(desk: Desk, till: Till, pay_by: str) -> None:
    booking = travelling(desk, till, pay_by)
    for seconds, kept in ((0, 100), (1, 0)):
        at = booking.pickup_until_at.timestamp() + seconds
        assert money._fee(booking, None, desk.now.fromtimestamp(at, desk.now.tzinfo)) == kept
    desk.now = desk.at("10:40")
    assert desk.now > booking.pickup_until_at
    desk.cancel(booking)
    settle(desk, till)
    assert (money.balance(booking).owed_pence, till.here) == (0, 0)
    assert not Strike.objects.exists()


def test_cancelling_twice_gives_back_once(desk: Desk, till: Till) -> None:
    booking = travelling(desk, till, "online")
    for refunding in (Refunding.POLICY, Refunding.FULL, Refunding.FULL):
        cancel_booking(booking.reference, planner=desk.planner, by=None, refunding=refunding, now=desk.now)
        settle(desk, till)
    assert till.here == 0
    assert Event.objects.filter(kind="payment.refunded").count() == 1
    assert Passenger.objects.get(name="ann").strikes.count() == 0
