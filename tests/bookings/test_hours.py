"""When a service runs: special hours, and public holidays on which it runs as on another day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bookings.actions.load_service import load_service
from bookings.calendar import closed_because, open_hours
from bookings.files import BadFile
from bookings.models import Closure, Service, Shift, SpecialHours
from bookings.opening import open_day
from tests.bookings.test_load_service import edit, folder
from tests.bookings.town import WEDNESDAY, Desk, open_desk

__all__ = ["folder"]

pytestmark = pytest.mark.django_db

SPRING = date(2027, 5, 31)
"""The Spring Bank Holiday, a Monday."""


@pytest.fixture
def desk() -> Desk:
    return open_desk(now="9:00", days_before=0)


def test_special_hours_are_those_of_their_date_alone(desk: Desk) -> None:
    SpecialHours.objects.create(service=desk.service, date=WEDNESDAY, opens=time(10), closes=time(11))
    refusal = desk.refusal("ann", desk.wish("Mill->Station leave 11:30"))
    assert "from 10:00 to 11:00 on Wednesday" in refusal.detail
    assert desk.offers("ann", "Mill->Station leave 10:00")
    desk.date = WEDNESDAY + timedelta(days=1)
    assert desk.offers("ann", "Mill->Station leave 11:30")


def test_special_hours_open_a_day_without_hours_and_a_public_holiday(desk: Desk) -> None:
    desk.service.hours.filter(weekday=2).delete()
    assert "does not run on Wednesdays" in desk.refusal("ann", desk.wish("Mill->Station leave 11:00")).detail
    SpecialHours.objects.create(service=desk.service, date=WEDNESDAY, opens=time(8), closes=time(12))
    assert desk.offers("ann", "Mill->Station leave 11:00")

    desk.service.holiday_region = "GB-ENG"
    desk.date, desk.now = SPRING, desk.at("9:00", on=SPRING)
    assert desk.refusal("ann", desk.wish("Mill->Station leave 11:00")).kind == "closed"
    SpecialHours.objects.create(service=desk.service, date=SPRING, opens=time(8), closes=time(12))
    assert desk.offers("ann", "Mill->Station leave 11:00")


def test_a_closure_wins_over_special_hours(desk: Desk) -> None:
    SpecialHours.objects.create(service=desk.service, date=WEDNESDAY, opens=time(8), closes=time(12))
    Closure.objects.create(service=desk.service, date=WEDNESDAY, reason="the road is flooded")
    assert "flooded" in desk.refusal("ann", desk.wish("Mill->Station leave 11:00")).detail


def test_a_public_holiday_may_have_hours_and_shifts_of_sunday(desk: Desk) -> None:
    service = desk.service
    service.holiday_region, service.holiday_weekday = "GB-ENG", 6
    service.save()
    service.hours.filter(weekday=6).update(opens=time(10), closes=time(16))
    service.shift_patterns.update(weekdays=[0, 1, 2, 3, 4])
    sunday = service.shift_patterns.get()
    sunday.pk, sunday.code, sunday.name, sunday.weekdays = None, "sunday", "Sunday's", [6]
    sunday.save()
    desk.date, desk.now = SPRING, desk.at("9:00", on=SPRING)
    assert "from 10:00 to 16:00 on Monday 31 May" in desk.refusal("ann", desk.wish("Mill->Station leave 9:45")).detail
    assert desk.offers("ann", "Mill->Station leave 10:00")
    assert [row.name for row in Shift.objects.filter(date=SPRING)] == ["Sunday's"]
    open_day(service, WEDNESDAY)
    assert [row.name for row in Shift.objects.filter(date=WEDNESDAY)] == ["van1"]


def test_a_public_holiday_that_runs_as_a_day_without_hours_is_closed(desk: Desk) -> None:
    desk.service.holiday_region, desk.service.holiday_weekday = "GB-ENG", 6
    desk.service.hours.filter(weekday=6).delete()
    desk.date, desk.now = SPRING, desk.at("9:00", on=SPRING)
    assert "public holiday (Spring Bank Holiday)" in desk.refusal("ann", desk.wish("Mill->Station leave 11:00")).detail


def test_a_public_holiday_may_run_as_a_monday(desk: Desk) -> None:
    good_friday = date(2027, 3, 26)
    desk.service.holiday_region, desk.service.holiday_weekday = "GB-ENG", 0
    desk.service.hours.filter(weekday=0).update(opens=time(10))
    hours = open_hours(desk.service, good_friday)
    assert hours
    assert hours.earliest == desk.service.day(good_friday).wall_clock(time(10))


def test_a_public_holiday_on_a_weekend_has_its_substitute(desk: Desk) -> None:
    desk.service.holiday_region = "GB-ENG"
    assert closed_because(desk.service, date(2027, 12, 27))  # Christmas Day is a Saturday
    assert closed_because(desk.service, date(2027, 12, 29)) is None


def test_each_part_of_a_country_has_its_own_holidays(desk: Desk) -> None:
    saint_andrew = date(2027, 11, 30)
    desk.service.holiday_region = "GB-SCT"
    assert closed_because(desk.service, saint_andrew)
    desk.service.holiday_region = "GB-ENG"
    assert closed_because(desk.service, saint_andrew) is None


def test_whoever_keeps_a_planner_is_told_of_special_hours(desk: Desk) -> None:
    before = Service.objects.get().changed_at
    SpecialHours.objects.create(service=desk.service, date=WEDNESDAY, opens=time(8), closes=time(12))
    assert Service.objects.get().changed_at > before


# --- In service.json ----------------------------------------------------------------------------------------------------------

RULES = {"booking_type": 2, "prior_notice_last_day": 1, "prior_notice_last_time": "17:00"}


def test_a_folder_tells_of_booking_rules_and_special_days(folder: Path) -> None:
    def told(data: dict[str, Any]) -> None:
        data["booking"] |= {"rules": RULES, "staff_skip_notice": True}
        data["holidays"] |= {
            "run_as": "sun",
            "hours": [{"dates": ["2027-12-24", "2027-12-31"], "from": "07:00", "to": "15:00", "why": "the eve"}],
        }

    edit(folder, told)
    service = load_service(folder)
    assert (service.booking_rules, service.staff_skip_notice, service.staff_skip_horizon) == (RULES, True, False)
    assert service.holiday_weekday == 6
    assert [(str(row), row.reason) for row in service.special_hours.all()] == [
        ("2027-12-24: 07:00-15:00", "the eve"),
        ("2027-12-31: 07:00-15:00", "the eve"),
    ]

    def silent(data: dict[str, Any]) -> None:
        del data["booking"]["rules"], data["booking"]["staff_skip_notice"], data["holidays"]["run_as"], data["holidays"]["hours"]

    edit(folder, silent)
    service = load_service(folder)
    assert (service.booking_rules, service.holiday_weekday, service.special_hours.count()) == (RULES, 6, 2)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda data: data["booking"].update(rules={"booking_type": 9}), "booking.rules"),
        (lambda data: data["booking"].update(rules=[]), "booking.rules"),
        (lambda data: data["booking"].update(staff_skip_notice=1), "booking.staff_skip_notice"),
        (lambda data: data["holidays"].update(run_as="holiday"), "holidays.run_as"),
        (
            lambda data: data["holidays"].update(hours=[{"dates": ["Easter"], "from": "07:00", "to": "15:00"}]),
            "holidays.hours[0].dates",
        ),
        (lambda data: data["holidays"].update(hours=[{"dates": [], "from": "15:00", "to": "07:00"}]), "holidays.hours[0]"),
    ],
)
def test_what_makes_no_sense_is_told_of(folder: Path, change: Callable[[Any], object], where: str) -> None:
    edit(folder, change)
    with pytest.raises(BadFile) as told:
        load_service(folder)
    assert told.value.where == where
