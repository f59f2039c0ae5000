"""On the days on which the clocks change, what people are told is what their clocks show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings.calendar import open_hours
from bookings.models import Shift
from routing.units import DAY_S
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db

SPRING = date(2027, 3, 28)
"""1:00 GMT becomes 2:00 BST."""
AUTUMN = date(2027, 10, 31)
"""2:00 BST becomes 1:00 GMT."""


def desk_on(day: date) -> Desk:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4 break 10:00-11:00 30m Depot")
    desk.date = day
    desk.now = desk.at("7:00", on=day - timedelta(days=1))
    return desk


@pytest.mark.parametrize(("day", "utc_hour", "early_s"), [(SPRING, 8, 3600), (AUTUMN, 9, -3600)])
def test_nine_is_nine_by_the_clocks_of_that_day(day: date, utc_hour: int, early_s: int) -> None:
    desk = desk_on(day)
    booking = desk.book("ann", "Mill->Station leave 9:00")
    assert booking.expected_pickup_at.astimezone(UTC) == datetime(day.year, day.month, day.day, utc_hour, 0, tzinfo=UTC)

    call = next(call for call in desk.manifest().calls if call.boarding)
    assert f"{call.begin_at:%H:%M %z}" == ("09:00 +0100" if day == SPRING else "09:00 +0000")
    assert f"{call.boarding[0].arrive_by_at:%H:%M}" == "09:21"
    # Service time counts from noon minus 12 h, so that 8:00 is 8 h after it on either day.
    assert Shift.objects.get().starts_s == 8 * 3600
    midnight = datetime(day.year, day.month, day.day, tzinfo=desk.service.tz)
    assert desk.service.day(day).time_of(midnight) == early_s
    assert desk.faults() == []


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_shifts_breaks_and_hours_are_at_their_local_times(day: date) -> None:
    desk = desk_on(day)
    desk.book("ann", "Mill->Station leave 11:15")
    manifest = desk.manifest()
    assert [f"{at:%H:%M}" for at in (manifest.starts_at, manifest.finishes_at)] == ["08:00", "12:00"]
    assert [f"{call.begin_at:%H:%M}" for call in manifest.calls if call.pause_s] == ["10:00"]
    hours = open_hours(desk.service, day)
    assert hours is not None
    assert [f"{desk.service.day(day).instant(at):%H:%M}" for at in hours] == ["08:00", "18:00"]


def test_a_night_shift_that_begins_in_the_hour_that_is_skipped_begins_an_hour_later() -> None:
    day = desk_on(SPRING).service.day(SPRING)
    skipped = day.wall_clock(time(1, 30))
    assert f"{day.instant(skipped):%H:%M %z}" == "02:30 +0100"
    assert 0 < skipped < DAY_S


@pytest.mark.parametrize(("day", "notice_ends"), [(SPRING, "03:10"), (AUTUMN, "01:10")])
def test_notice_is_counted_in_real_minutes_through_the_night(day: date, notice_ends: str) -> None:
    desk = desk_on(day)
    desk.service.notice_s = 20 * 60
    # 0:50 UTC: ten minutes before the clocks go on at 1:00 UTC, or back.
    desk.now = datetime(day.year, day.month, day.day, 0, 50, tzinfo=UTC)
    soonest = desk.now + timedelta(seconds=desk.service.notice_s)
    assert f"{soonest.astimezone(desk.service.tz):%H:%M}" == ("02:10" if day == SPRING else "01:10")
    refusal = desk.refusal("ann", desk.wish("Mill->Station leave 7:00"))
    assert refusal.kind == "outside_hours"
    assert refusal.alternatives[0]["text"].startswith("Leave at 08:00")


@pytest.mark.parametrize(
    ("zone", "day", "offset"),
    [
        ("Pacific/Auckland", date(2027, 4, 4), "+1200"),  # 3:00 NZDT becomes 2:00 NZST
        ("Pacific/Auckland", date(2027, 9, 26), "+1300"),
        ("America/New_York", date(2027, 3, 14), "-0400"),
        ("America/New_York", date(2027, 11, 7), "-0500"),
    ],
)
def test_services_elsewhere_go_by_their_own_clocks(zone: str, day: date, offset: str) -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4 break 10:00-11:00 30m Depot", zone=zone)
    desk.date = day
    desk.now = desk.at("23:30", on=day - timedelta(days=1))
    booking = desk.book("ann", "Mill->Station leave 8:30")
    assert (booking.date, booking.pickup_from_at) == (day, desk.at("8:30"))
    desk.now = desk.at("8:30")
    desk.report("boarded", booking)
    call = desk.manifest().calls[0]
    assert f"{call.begin_at:%H:%M %z}" == f"08:30 {offset}"
    assert desk.shift().starts_s == 8 * 3600
    assert desk.faults() == []
