"""Clock times on every kind of day: 28 March and 31 October 2027 have 23 and 25 hours in London."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.units import DAY_S, ServiceDay, ServiceTime, clock, parse_clock, service_day_of

LONDON = ZoneInfo("Europe/London")
USUAL = ServiceDay(date(2027, 6, 2), LONDON)
SPRING = ServiceDay(date(2027, 3, 28), LONDON)
AUTUMN = ServiceDay(date(2027, 10, 31), LONDON)


def test_noon_is_twelve_hours_after_a_service_day_begins_on_every_day() -> None:
    for day in (USUAL, SPRING, AUTUMN):
        assert day.time_of(datetime.combine(day.date, time(12), LONDON)) == 12 * 3600


def test_on_clock_change_days_the_service_day_does_not_begin_at_midnight() -> None:
    # In spring the night is an hour short: 12 h before noon BST is 23:00 GMT of the day before; in autumn 01:00 BST.
    assert SPRING.begins_at == datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert AUTUMN.begins_at == datetime(2027, 10, 31, 0, tzinfo=UTC)
    assert USUAL.begins_at == datetime(2027, 6, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "local", "hours"), [(USUAL, time(7), 7), (SPRING, time(7), 7), (AUTUMN, time(7), 7), (SPRING, time(0, 30), 1.5)]
)
def test_the_wall_clock_in_service_time(day: ServiceDay, local: time, hours: float) -> None:
    assert day.wall_clock(local) == hours * 3600
    assert day.instant(day.wall_clock(local)).time() == local


def test_a_time_that_the_clocks_skip_comes_as_much_later_as_they_skip() -> None:
    assert SPRING.instant(SPRING.wall_clock(time(1, 30))).time() == time(2, 30)
    lord_howe = ServiceDay(date(2027, 10, 3), ZoneInfo("Australia/Lord_Howe"))  # where 2:00 becomes 2:30
    assert lord_howe.instant(lord_howe.wall_clock(time(2, 15))).time() == time(2, 45)


def test_of_a_time_that_the_clocks_show_twice_the_first_is_meant() -> None:
    assert AUTUMN.instant(AUTUMN.wall_clock(time(1, 30))).utcoffset() == timedelta(hours=1)


@given(st.sampled_from([USUAL, SPRING, AUTUMN]), st.integers(-DAY_S, 2 * DAY_S))
def test_there_and_back(day: ServiceDay, at: int) -> None:
    assert day.time_of(day.instant(ServiceTime(at))) == at
    assert parse_clock(clock(at)) == at


def test_a_fraction_of_a_second_is_rounded_down_also_before_the_day_begins() -> None:
    begin = USUAL.begins_at
    assert USUAL.time_of(begin + timedelta(milliseconds=1500)) == 1
    assert USUAL.time_of(begin - timedelta(milliseconds=1500)) == -2


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no UTC offset"):
        USUAL.time_of(datetime(2027, 6, 2, 8))  # noqa: DTZ001
    with pytest.raises(ValueError, match="whose midnight"):
        service_day_of(datetime(2027, 6, 2, 8), LONDON)  # noqa: DTZ001


def test_the_service_day_of_an_instant_is_the_local_date() -> None:
    assert service_day_of(datetime(2027, 6, 1, 23, 30, tzinfo=UTC), LONDON) == USUAL  # 00:30 BST


@pytest.mark.parametrize("text", ["", "8", "8:60", "8:00:60", "a:00", "8:5:5:5", "8.05"])
def test_what_is_not_a_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="8"):
        parse_clock(text + ("" if "8" in text else "8"))
