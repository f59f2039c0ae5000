"""A life of many bookings, paid in every way, too late, twice, cancelled, travelled: the money adds up after each step."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bookings import money, queries
from bookings.actions.accept_offer import book_offer, hold_offer
from bookings.actions.close_checkouts import close_checkouts
from bookings.actions.give_receipt import give_receipt
from bookings.actions.send_refunds import send_refunds
from bookings.actions.take_payment import take_payment
from bookings.models import Booking, PayBy, Refund, Service
from bookings.money import Refunding
from bookings.refusals import DomainError
from tests.bookings.foretold import cancel_as_foretold
from tests.bookings.test_money import open_page
from tests.bookings.till import Till, page_of, paying_desk, school
from tests.bookings.town import WEDNESDAY, Desk

pytestmark = pytest.mark.django_db


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
    cancel_as_foretold(desk, booking, refunding=refunding)
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
