"""Whoever locks several things locks them in one order (DECISIONS 52), whatever they do; so nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import transaction

from bookings import limits
from bookings.actions import cancel_booking, change_booking, erase_passenger, repeat
from bookings.actions.series_days import place_due
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.actions.striking import reverse_strike
from bookings.actions.take_payment import take_payment
from bookings.models import Promotion, Service, StrikeKind
from tests.bookings.lock_order import Watch, watched
from tests.bookings.test_money import book, open_page
from tests.bookings.test_returns import ask, there_and_back
from tests.bookings.test_series import FRI, WED, begin, june, start
from tests.bookings.test_waitlist import wait
from tests.bookings.till import Till, pay, takes_money
from tests.bookings.town import Desk, open_desk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storms")]


@pytest.fixture
def desk() -> Desk:
    """It's Tuesday. A cancellation is late from two days before, so that several days' may be at once."""
    desk = open_desk("van1 Depot 8:00-17:00 seats 4")
    Service.objects.update(late_cancel_s=4 * 24 * 3600, strikes_warn=1, search_after_s=0)
    takes_money(desk)
    Promotion.objects.create(operator=desk.service.operator, name="First come", amount_pence=50, max_uses=9)
    desk.service = Service.objects.get()
    return desk


def over_night(desk: Desk) -> list[str]:
    """There on Wednesday, and back on Thursday: the references."""
    first = desk.accept(ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00", days=1))[0])
    return [first.reference, first.return_leg.reference]


# --- What people do; each gives what is to be watched


def taking_a_return(desk: Desk) -> Callable[[], object]:
    offer = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00", days=1))[0]
    return lambda: desk.accept(offer)


def cancelling_a_return_late(desk: Desk) -> Callable[[], object]:
    there = over_night(desk)[0]
    return lambda: cancel_booking.cancel_booking(there, planner=desk.planner, by=None, now=desk.now)


def changing_to_an_earlier_day(desk: Desk) -> Callable[[], object]:
    late = replace(desk, date=june(4)[0]).book("ann", "Mill->Station leave 9:00")
    offer = desk.ask_instead("ann", "Mill->Station leave 9:00", late)[0]
    ways = {"planner": desk.planner, "by": None, "channel": "app", "now": desk.now}
    return lambda: change_booking.change_booking(late.reference, offer.pk, **ways)  # type: ignore[arg-type]


def paying_for_a_return(desk: Desk) -> Callable[[], object]:
    till = Till()
    offer = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00", days=1))[0]
    paid = till.pay(open_page(desk, desk.hold_this(offer, "online"), till))
    return lambda: take_payment(paid, now=desk.now)


def confirming_a_return_by_its_way_back(desk: Desk) -> Callable[[], object]:
    offer = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00", days=1))[0]
    back = desk.hold_this(offer).return_leg
    return lambda: desk.confirm(back)


def beginning_a_series(desk: Desk) -> Callable[[], object]:
    wish = there_and_back(desk, "Mill->Station leave 9:00", leave="11:00", days=1)

    def act() -> None:
        place_due(begin(desk, wish, WED, FRI), planner=desk.planner, now=desk.now)

    return act


def ending_a_series_late(desk: Desk) -> Callable[[], object]:
    series = start(desk, there_and_back(desk, "Mill->Station leave 9:00", leave="11:00", days=1), WED, FRI)
    return lambda: repeat.end_series(series, cancel=True, planner=desk.planner, by=None, now=desk.now)


def leaving_out_a_day_late(desk: Desk) -> Callable[[], object]:
    series = start(desk, there_and_back(desk, "Mill->Station leave 9:00", leave="11:00", days=1), WED, FRI)
    return lambda: repeat.skip_day(series, june(4)[0], planner=desk.planner, by=None, now=desk.now)


def ending_a_series_that_waits(desk: Desk) -> Callable[[], object]:
    desk.planner = desk.planner_with(search_after_s=0)
    replace(desk, date=june(4)[0]).book("zoe", "Mill->Station leave 9:00", adults=4)
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    assert series.passenger.waiting.count() == 1
    return lambda: repeat.end_series(series, cancel=True, planner=desk.planner, by=None, now=desk.now)


def a_day_that_fails(desk: Desk) -> Callable[[], object]:
    desk.planner = desk.planner_with(search_after_s=0)
    desk.book("zoe", "Mill->Station leave 9:00", adults=4)
    series = begin(desk, desk.wish("Mill->Station leave 9:00"), WED)
    return lambda: place_due(series, planner=desk.planner, now=desk.now)


def holding_for_who_waits(desk: Desk) -> Callable[[], object]:
    desk.planner = desk.planner_with(search_after_s=0)
    zoe = desk.book("zoe", "Mill->Station leave 9:00", adults=4)
    wait(desk, "ann")
    desk.cancel(zoe)

    def act() -> None:
        assert serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now)

    return act


def erasing_a_regular(desk: Desk) -> Callable[[], object]:
    desk.planner = desk.planner_with(search_after_s=0)
    desk.book("zoe", "Mill->Station leave 9:00", adults=4)
    ann = wait(desk, "ann").passenger
    series = start(desk, replace(desk.wish("Mill->Station leave 12:00")), WED)
    for booking in ann.bookings.all():
        desk.cancel(booking)
    assert series.ended_at is None
    return lambda: erase_passenger.erase_passenger(ann, now=desk.now)


def reporting_a_no_show(desk: Desk) -> Callable[[], object]:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    desk.now = booking.pickup_until_at
    desk.report("arrived", booking, at="9:00")
    return lambda: desk.report("no_show", booking)


def taking_a_strike_back(desk: Desk) -> Callable[[], object]:
    booking = pay(desk, book(desk, "ann", "online"), Till())
    desk.cancel(booking)
    assert booking.strike.kind == StrikeKind.LATE_CANCEL
    return lambda: reverse_strike(booking.reference, by=None, why="ill", now=desk.now)


DEEDS = (
    *(taking_a_return, cancelling_a_return_late, changing_to_an_earlier_day, paying_for_a_return),
    *(confirming_a_return_by_its_way_back, beginning_a_series, ending_a_series_late, leaving_out_a_day_late),
    *(
        ending_a_series_that_waits,
        a_day_that_fails,
        holding_for_who_waits,
        erasing_a_regular,
        reporting_a_no_show,
        taking_a_strike_back,
    ),
)


def watch(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Do it in one transaction, as the API does (but for a series, whose days have their own)."""
    with watched(monkeypatch) as watch, transaction.atomic():
        act()
    return watch


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_it_locks_in_the_one_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, deed: Callable[[Desk], Callable[[], object]]
) -> None:
    act = deed(desk)
    if deed in (beginning_a_series, a_day_that_fails, holding_for_who_waits):
        with watched(monkeypatch) as seen:
            act()
    else:
        seen = watch(act, monkeypatch)
    assert seen.seen
    assert seen.wrong == []


# --- Controls: what was locked too late before


def test_control_a_return_that_locks_its_passenger_with_the_strike(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    act = cancelling_a_return_late(desk)
    monkeypatch.setattr(cancel_booking, "limits", SimpleNamespace(lock=lambda passenger: passenger))
    assert "passenger after booking" in watch(act, monkeypatch).wrong


def test_control_a_series_that_is_begun_in_one_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "day after passenger" in watch(beginning_a_series(desk), monkeypatch).wrong


def test_control_a_series_whose_days_are_locked_one_by_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def nothing(*_: object):  # type: ignore[no-untyped-def]
        yield

    act = ending_a_series_late(desk)
    monkeypatch.setattr(repeat, "writing", nothing)
    assert any(each.startswith("day after") for each in watch(act, monkeypatch).wrong)


def test_control_an_erasure_that_locks_the_passenger_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    act = erasing_a_regular(desk)
    monkeypatch.setattr(erase_passenger, "_locked", limits.lock)
    late = {each.partition(" ")[0] for each in watch(act, monkeypatch).wrong}
    assert late == {"waiting", "series"}
