"""Booking rules as GTFS has them: which fields go together, and that what is told is what was read."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from bookings import migrations
from bookings.models import Service
from bookings.notice import UnfitNotice, read_notice
from tests.bookings.town import Desk, open_desk

LAST = {"booking_type": 2, "prior_notice_last_day": 1, "prior_notice_last_time": "17:00:00"}


@pytest.fixture
def desk(db: None) -> Desk:
    return open_desk()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([], "object"),
        ({}, "booking_type must be"),
        ({"booking_type": 3}, "booking_type must be"),
        ({"booking_type": True}, "booking_type must be"),
        ({"booking_type": 0, "notice": 3}, "no field notice"),
        ({"booking_type": 0, "prior_notice_duration_min": 5}, "doesn't go with booking_type 0"),
        ({"booking_type": 0, "prior_notice_start_day": 5, "prior_notice_start_time": "00:00"}, "doesn't go with booking_type 0"),
        ({"booking_type": 1}, "needs prior_notice_duration_min"),
        ({"booking_type": 1, "prior_notice_duration_min": 5, "prior_notice_last_day": 1}, "doesn't go with booking_type 1"),
        ({"booking_type": 1, "prior_notice_duration_min": 5, "prior_notice_service_days": True}, "doesn't go with"),
        ({"booking_type": 1, "prior_notice_duration_min": -1}, "whole number"),
        ({"booking_type": 1, "prior_notice_duration_min": 5, "prior_notice_duration_max": 4}, "must not be less"),
        (
            {
                "booking_type": 1,
                "prior_notice_duration_min": 5,
                "prior_notice_duration_max": 40,
                "prior_notice_start_day": 3,
                "prior_notice_start_time": "00:00",
            },
            "not both",
        ),
        ({"booking_type": 2}, "needs prior_notice_last_day"),
        ({**LAST, "prior_notice_duration_min": 30}, "prior_notice_duration_min doesn't go with booking_type 2"),
        ({**LAST, "prior_notice_duration_max": 90}, "prior_notice_duration_max doesn't go with booking_type 2"),
        ({"booking_type": 2, "prior_notice_last_day": 1}, "go together"),
        ({**LAST, "prior_notice_last_day": 0}, "1 or more"),
        ({**LAST, "prior_notice_last_day": 400}, "whole number"),
        ({**LAST, "prior_notice_last_time": "5 pm"}, "such as 17:00"),
        ({**LAST, "prior_notice_last_time": "17:00Z"}, "such as 17:00"),
        ({**LAST, "prior_notice_start_day": 1, "prior_notice_start_time": "18:00"}, "must not come after"),
        ({**LAST, "prior_notice_start_day": 0, "prior_notice_start_time": "00:00"}, "must not come after"),
        ({**LAST, "prior_notice_service_days": "yes"}, "true or false"),
    ],
)
def test_rules_that_make_no_sense_are_not_taken(rules: object, said: str) -> None:
    with pytest.raises(UnfitNotice, match=said):
        read_notice(rules)


@pytest.mark.parametrize(
    "rules",
    [
        {"booking_type": 0},
        {"booking_type": 1, "prior_notice_duration_min": 30},
        {"booking_type": 1, "prior_notice_duration_min": 1440, "prior_notice_duration_max": 10_080},
        {"booking_type": 1, "prior_notice_duration_min": 0, "prior_notice_duration_max": 0},
        {"booking_type": 1, "prior_notice_duration_min": 30, "prior_notice_start_day": 3, "prior_notice_start_time": "08:00:00"},
        {"booking_type": 2, "prior_notice_last_day": 2, "prior_notice_last_time": "17:30:00", "prior_notice_service_days": True},
        {**LAST, "prior_notice_start_day": 1, "prior_notice_start_time": "17:00:00"},
    ],
)
def test_what_is_told_is_what_was_read(rules: dict[str, Any]) -> None:
    assert read_notice(rules).as_gtfs() == rules


def test_minutes_are_told_so_that_whoever_keeps_to_them_is_never_refused(desk: Desk) -> None:
    desk.service.notice_s = 90
    assert desk.service.notice.as_gtfs()["prior_notice_duration_min"] == 2


def test_what_is_told_of_a_horizon_is_what_gtfs_allows(desk: Desk) -> None:
    desk.service.booking_rules = {"booking_type": 0}
    told = desk.service.notice.as_gtfs()
    assert told["booking_type"] == 1  # real time has no field for it
    assert read_notice(told) == desk.service.notice


def test_rules_from_before_lose_what_gtfs_forbids(desk: Desk) -> None:
    [name] = (path.stem for path in Path(next(iter(migrations.__path__))).glob("*_service_days.py"))
    migration = import_module(f"bookings.migrations.{name}")
    same_day = {"booking_type": 1, "prior_notice_duration_min": 30}
    prior_day = {**LAST, "prior_notice_service_days": True}
    for before, after in ((same_day | {"prior_notice_service_days": True}, same_day), (prior_day, prior_day), ({}, {})):
        Service.objects.update(booking_rules=before)
        migration.forbid_with_same_day(apps, None)
        assert Service.objects.get().booking_rules == after
