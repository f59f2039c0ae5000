"""Journeys that come again each week: placed ahead as the horizon rolls, each failure on record with what would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from bookings.actions import series_days
from bookings.actions.change_booking import change_booking
from bookings.actions.repeat import UnfitPattern, begin_series, end_series, roll_series, skip_day
from bookings.actions.series_days import place_due
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.models import Booking, Closure, Event, Refusal, Series, Status, Waiting, WaitState
from bookings.wish import RideWish
from tests.bookings.test_returns import there_and_back
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
MON, WED, FRI = 0, 2, 4


@pytest.fixture
def desk() -> Desk:
    """It's Tuesday, 1 June 2027; the horizon reaches to Tuesday, 8 June."""
    return open_desk("van1 Depot 8:00-17:00 seats 1")


def start(desk: Desk, wish: RideWish, *weekdays: int, name: str = "ann", **more: Any) -> Series:
    series = begin(desk, wish, *weekdays, name=name, **more)
    place_due(series, planner=desk.planner, now=desk.now)
    return series


def begin(desk: Desk, wish: RideWish, *weekdays: int, name: str = "ann", **more: Any) -> Series:
    """Begun, and nothing placed yet."""
    options = {"until": None, "exceptions": ()} | more
    return begin_series(
        desk.service,
        wish=wish,
        weekdays=weekdays,
        passenger=desk.passenger(name),
        by=None,
        channel="app",
        now=desk.now,
        **options,
    )


def roll(desk: Desk) -> int:
    return roll_series(planner_for=lambda _: desk.planner, now=desk.now)


def booked(series: Series) -> list[date]:
    return [day.date for day in series.days.filter(booking__status=Status.CONFIRMED)]


def june(*days: int) -> list[date]:
    return [date(2027, 6, day) for day in days]


def test_what_is_within_the_horizon_is_booked_at_once_and_the_rest_as_it_comes(desk: Desk) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    assert booked(series) == june(2, 4)
    assert roll(desk) == 0

    desk.now += WEEK
    assert roll(desk) == 2
    assert booked(series) == june(2, 4, 9, 11)
    for day in june(2, 4, 9, 11):
        assert replace(desk, date=day).show().startswith("van1 8:00 | 9:00 +ann@Mill | 9:11 -ann@Station")
        assert replace(desk, date=day).faults() == []


def test_it_ends_on_its_last_day_and_leaves_out_what_is_not_wanted(desk: Desk) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI, until=june(16)[0], exceptions=june(9))
    for _ in range(4):
        desk.now += WEEK
        roll(desk)
    assert booked(series) == june(2, 4, 11, 16)


def test_no_day_is_asked_for_before_passengers_can_book_it(desk: Desk) -> None:
    opens = {"prior_notice_start_day": 2, "prior_notice_start_time": "08:00"}
    desk.service.booking_rules = {"booking_type": 1, "prior_notice_duration_min": 30, **opens}
    desk.service.save()
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    assert booked(series) == june(2)
    desk.now += timedelta(days=1, hours=1)
    assert roll(desk) == 1  # it's eight on Wednesday, from when on Friday can be booked
    desk.service.booking_rules = {"booking_type": 1, "prior_notice_duration_min": 0, "prior_notice_duration_max": 120}
    desk.service.save()
    desk.now = desk.at("6:59", on=june(9)[0])
    assert roll(desk) == 0
    desk.now = desk.at("7:00", on=june(9)[0])
    assert roll(desk) == 1
    assert booked(series) == june(2, 4, 9)
    assert not Refusal.objects.exists()


def test_on_days_without_service_nobody_is_missed(desk: Desk) -> None:
    Closure.objects.create(service=desk.service, date=june(4)[0], reason="it is a fair")
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    assert booked(series) == june(2)
    assert not Refusal.objects.exists()


def test_a_day_without_room_is_told_with_what_would_do_and_waits(desk: Desk) -> None:
    desk.planner = desk.planner_with(search_after_s=0)
    friday = replace(desk, date=june(4)[0])
    zoe = friday.book("zoe", "Mill->Station leave 9:00")

    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)

    assert booked(series) == june(2)
    failed = series.days.get(date=june(4)[0])
    assert failed.refusal is not None
    assert failed.refusal.alternatives
    assert Event.objects.get(kind="series.failed").data["date"] == "2027-06-04"
    assert Waiting.objects.get().refusal == failed.refusal
    assert roll(desk) == 0  # once is enough: from here on the waiting list looks
    assert zoe.status == Status.CONFIRMED


@pytest.mark.parametrize("found", [False, True])
@pytest.mark.parametrize("way", ["ended", "left out"])
def test_nobody_waits_for_a_day_that_is_given_up(desk: Desk, found: bool, way: str) -> None:
    desk.planner = desk.planner_with(search_after_s=0)
    zoe = replace(desk, date=june(4)[0]).book("zoe", "Mill->Station leave 9:00")
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    if found:
        desk.cancel(zoe)
        (held,) = serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now)
        assert series.days.get(date=june(4)[0]).placed == held

    if way == "ended":
        end_series(series, cancel=True, planner=desk.planner, by=None, now=desk.now)
    else:
        skip_day(series, june(4)[0], planner=desk.planner, by=None, now=desk.now)

    waiting = Waiting.objects.select_related("booking").get()
    if found:
        assert waiting.booking is not None
        assert waiting.booking.status == Status.CANCELLED
    else:
        assert waiting.state == WaitState.WITHDRAWN
        assert Event.objects.filter(kind="waitlist.left").count() == 1
        desk.cancel(zoe)
    assert serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now) == []


def test_a_day_that_is_none_of_the_series_is_not_left_out(desk: Desk) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI, until=june(18)[0])
    for day in (*june(3, 25), desk.date.replace(year=2020)):
        with pytest.raises(UnfitPattern, match="no journey of this series"):
            skip_day(series, day, planner=desk.planner, by=None, now=desk.now)
    skip_day(series, june(11)[0], planner=desk.planner, by=None, now=desk.now)
    end_series(series, cancel=False, planner=desk.planner, by=None, now=desk.now)
    for day in june(2, 11):  # one that stands, and one that was left out before
        skip_day(series, day, planner=desk.planner, by=None, now=desk.now)
    assert booked(series) == june(4)


def test_who_ends_a_series_and_keeps_what_is_booked_goes_on_waiting(desk: Desk) -> None:
    desk.planner = desk.planner_with(search_after_s=0)
    replace(desk, date=june(4)[0]).book("zoe", "Mill->Station leave 9:00")
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    end_series(series, cancel=False, planner=desk.planner, by=None, now=desk.now)
    assert Waiting.objects.get().state == WaitState.WAITING


def test_there_and_back_each_time_both_or_neither(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    series = start(desk, there_and_back(desk, "Mill->Station leave 9:00", leave="12:00"), WED, FRI)
    assert booked(series) == june(2, 4)
    assert Booking.objects.filter(return_of__isnull=False).count() == 2

    real, calls = series_days.place_all, []

    def breaks(*args: Any) -> Booking:
        calls.append(args)
        real(*args)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(series_days, "place_all", breaks)
    desk.now += WEEK
    with pytest.raises(RuntimeError):
        roll(desk)
    assert booked(series) == june(2, 4)
    assert Booking.objects.count() == 4
    monkeypatch.undo()
    assert roll(desk) == 2
    assert Booking.objects.count() == 8


def test_by_the_clocks_of_the_day_also_when_they_have_changed() -> None:
    desk = open_desk("van1 Depot 8:00-17:00 seats 1")
    desk.date = date(2027, 10, 27)  # a Wednesday; on Sunday, 31 October, the clocks go back
    desk.now = desk.at("7:00", on=date(2027, 10, 26))
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED)
    desk.now += WEEK
    roll(desk)
    local = [day.booking.pickup_from_at.astimezone(desk.service.tz).strftime("%H:%M") for day in series.days.all() if day.booking]
    utc = [day.booking.pickup_from_at.strftime("%H:%M") for day in series.days.all() if day.booking]
    assert local == ["09:00", "09:00"]
    assert utc == ["08:00", "09:00"]


def test_its_days_are_the_towns_whatever_the_clock_of_the_caller() -> None:
    desk = open_desk("van1 Depot 8:00-17:00 seats 1", zone="Pacific/Auckland")
    wish = desk.wish("Mill->Station leave 9:00")  # in Greenwich it's nine on Tuesday evening
    series = start(desk, replace(wish, leave_at=wish.at.astimezone(UTC)), WED)
    assert booked(series) == june(2)


@pytest.mark.parametrize("days", [0, 366])
def test_it_may_be_for_a_day_or_for_a_year(desk: Desk, days: int) -> None:
    until = june(2)[0] + timedelta(days=days)
    assert booked(start(desk, desk.wish("Mill->Station leave 9:00"), WED, until=until)) == june(2)


def test_todays_journey_ends_with_its_series(desk: Desk) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    desk.now = desk.at("7:00", on=june(2)[0])
    end_series(series, cancel=True, planner=desk.planner, by=None, now=desk.now)
    assert booked(series) == []


def test_a_day_that_is_left_out_is_cancelled_and_not_booked_again(desk: Desk) -> None:
    series = start(desk, there_and_back(desk, "Mill->Station leave 9:00", leave="12:00"), WED, FRI)
    for _ in range(2):
        skip_day(series, june(4)[0], planner=desk.planner, by=None, now=desk.now)
    assert booked(series) == june(2)
    assert Booking.objects.filter(date=june(4)[0], status=Status.CANCELLED).count() == 2
    skip_day(series, june(9)[0], planner=desk.planner, by=None, now=desk.now)
    desk.now += WEEK
    roll(desk)
    assert booked(series) == june(2, 11)


def test_what_was_changed_goes_with_its_series(desk: Desk) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED)
    booking = series.days.get().booking
    assert booking is not None
    offer = desk.ask_instead("ann", "Mill->Station leave 12:00", booking)[0]
    changed = change_booking(booking.reference, offer.pk, planner=desk.planner, by=None, channel="app", now=desk.now)
    end_series(series, cancel=True, planner=desk.planner, by=None, now=desk.now)
    changed.refresh_from_db()
    assert changed.status == Status.CANCELLED


@pytest.mark.parametrize("cancel", [True, False])
def test_once_ended_it_goes_on_no_longer(desk: Desk, cancel: bool) -> None:
    series = start(desk, desk.wish("Mill->Station leave 9:00"), WED, FRI)
    end_series(series, cancel=cancel, planner=desk.planner, by=None, now=desk.now)
    desk.now += WEEK
    assert roll(desk) == 0
    assert booked(series) == ([] if cancel else june(2, 4))


@pytest.mark.parametrize(
    ("weekdays", "until", "says"),
    [((MON,), None, "none of the weekdays"), ((WED,), date(2027, 6, 1), "last day"), ((WED,), date(2028, 7, 1), "a year later")],
)
def test_a_pattern_that_makes_no_sense(desk: Desk, weekdays: tuple[int, ...], until: date | None, says: str) -> None:
    with pytest.raises(UnfitPattern, match=says):
        start(desk, desk.wish("Mill->Station leave 9:00"), *weekdays, until=until)
    assert not Series.objects.exists()
