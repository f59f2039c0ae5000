"""What others do to a series while its days are placed: ended, left out, erased, killed, changed, crowded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bookings import plans
from bookings.actions import repeat, series_days
from bookings.actions.change_booking import change_booking
from bookings.actions.erase_passenger import erase_passenger
from bookings.actions.repeat import end_series, roll_series, skip_day
from bookings.actions.series_days import place_due
from bookings.models import Booking, Event, Offer, Service, Status, Waiting
from bookings.planner import Planner
from tests.bookings.test_returns import there_and_back
from tests.bookings.test_series import FRI, WED, WEEK, begin, booked, june, roll, start
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """It's Tuesday, 1 June 2027; the horizon reaches to Tuesday, 8 June."""
    return open_desk("van1 Depot 8:00-17:00 seats 1")


def rolled_while(desk: Desk, act: Callable[[], object]) -> int:
    """Roll all series, while somebody does something between reading them and the turn of the first."""

    def planner(service: Service) -> Planner:
        act()
        return desk.planner

    return roll_series(planner_for=planner, now=desk.now)


def test_what_ends_while_series_are_rolled_is_not_booked_any_more(desk: Desk) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    desk.now += WEEK
    assert rolled_while(desk, partial(end_series, series, cancel=True, planner=desk.planner, by=None, now=desk.now)) == 0
    assert Booking.objects.filter(date__gte=june(9)[0]).count() == 0


def test_nobody_is_booked_for_who_is_erased_while_series_are_rolled(desk: Desk) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    desk.now += WEEK
    assert rolled_while(desk, partial(erase_passenger, series.passenger, now=desk.now)) == 0
    assert Booking.objects.filter(date__gte=june(9)[0]).count() == 0


def test_a_day_that_is_left_out_while_series_are_rolled_is_left_out(desk: Desk) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    desk.now += WEEK
    skip = partial(skip_day, series, june(9)[0], planner=desk.planner, by=None, now=desk.now)
    assert rolled_while(desk, skip) == 1
    assert booked(series) == june(2, 4, 11)


def test_a_day_that_fails_just_after_its_series_has_ended_waits_for_nothing(desk: Desk) -> None:
    desk.planner = desk.planner_with(search_after_s=0)
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    desk.now += WEEK
    for day in june(9, 11):
        replace(desk, date=day).book("zoe", "Mill->Station leave 9:00")
    rolled_while(desk, partial(end_series, series, cancel=True, planner=desk.planner, by=None, now=desk.now))
    assert not Waiting.objects.exists()
    assert not Event.objects.filter(kind="series.failed").exists()


@pytest.mark.parametrize("full", [True, False])
def test_it_is_looked_at_once_more_when_the_search_is_over(desk: Desk, monkeypatch: pytest.MonkeyPatch, full: bool) -> None:
    desk.planner = desk.planner_with(search_after_s=0)
    series = begin(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    if full:
        replace(desk, date=june(4)[0]).book("zoe", "Mill->Station leave 9:00")
    real = series_days.find_offers

    def slowly(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        if args[0].date == june(4)[0]:
            end_series(series, cancel=False, planner=desk.planner, by=None, now=desk.now)
        return found

    monkeypatch.setattr(series_days, "find_offers", slowly)
    assert place_due(series, planner=desk.planner, now=desk.now) == 1
    assert [day.date for day in series.days.all()] == june(2)


def test_what_was_left_when_somebody_was_killed_is_placed_by_the_next_roll_and_nothing_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = begin(desk, there_and_back(desk, "Mill->Station leave 9:00", leave="12:00"), WED, FRI)
    real = series_days.place_all

    def killed(legs: Sequence[Offer], *args: Any) -> Booking:
        booking = real(legs, *args)
        if booking.date == june(4)[0]:
            raise SystemExit
        return booking

    with monkeypatch.context() as patched:
        patched.setattr(series_days, "place_all", killed)
        with pytest.raises(SystemExit):
            place_due(series, planner=desk.planner, now=desk.now)
    assert booked(series) == june(2)
    assert roll(desk) == 1
    assert booked(series) == june(2, 4)
    assert Booking.objects.count() == 4


def test_a_busy_day_keeps_no_other_from_being_placed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    series = begin(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    real = series_days.place_all

    def crowded(legs: Sequence[Offer], *args: Any) -> Booking:
        if legs[0].date == june(2)[0]:
            raise plans.DayBusy("others are changing it")
        return real(legs, *args)

    with monkeypatch.context() as patched:
        patched.setattr(series_days, "place_all", crowded)
        assert place_due(series, planner=desk.planner, now=desk.now) == 1
    assert booked(series) == june(4)
    assert roll(desk) == 1
    assert booked(series) == june(2, 4)


def test_it_is_ended_with_all_that_is_booked_or_not_at_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    cancel = repeat.cancel_booking

    def busy_on_friday(reference: str, **how: Any) -> Booking:
        if Booking.objects.get(reference=reference).date == june(4)[0]:
            raise plans.DayBusy("others are changing it")
        return cancel(reference, **how)

    with monkeypatch.context() as patched:
        patched.setattr(repeat, "cancel_booking", busy_on_friday)
        with pytest.raises(plans.DayBusy):
            end_series(series, cancel=True, planner=desk.planner, by=None, now=desk.now)
    series.refresh_from_db()
    assert (series.ended_at, booked(series)) == (None, june(2, 4))
    end_series(series, cancel=True, planner=desk.planner, by=None, now=desk.now)
    assert booked(series) == []


def test_what_was_changed_to_another_day_meanwhile_is_cancelled_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED)
    booking = series.days.get().booking
    assert booking is not None
    offer = desk.ask_instead("ann", desk.wish("Mill->Station leave 12:00", on=june(3)[0]), booking)[0]
    real, done = repeat.writing, []

    def changed_first(*args: Any, **how: Any) -> Any:
        if not done:  # between looking for the days and locking them
            ways: dict[str, Any] = {"planner": desk.planner, "by": None, "channel": "app", "now": desk.now}
            done.append(change_booking(booking.reference, offer.pk, **ways))
        return real(*args, **how)

    monkeypatch.setattr(repeat, "writing", changed_first)
    end_series(series, cancel=True, planner=desk.planner, by=None, now=desk.now)
    done[0].refresh_from_db()
    assert (done[0].date, done[0].status) == (june(3)[0], Status.CANCELLED)
