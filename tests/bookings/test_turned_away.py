"""What an operator learns of those who were turned away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import queries
from bookings.queries.turned_away import Turned, WouldServe
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-12:00 seats 2")


def test_by_kind_and_by_what_would_have_served_it(desk: Desk) -> None:
    for name in ("ann", "bob"):
        desk.refusal(name, desk.wish("Mill->Station leave 9:00", adults=3))
    desk.refusal("cyd", desk.wish("Mill->Station leave 19:00"))
    desk.refusal("dan", desk.wish("Mill->Station leave 11:36"))  # two minutes of overtime, or two minutes earlier
    desk.book("eve", "Mill->Station leave 9:00")

    report = queries.turned_away(desk.service, desk.date, desk.date)

    assert report.booked == 1
    assert report.turned == (
        Turned("seats", "No room at that time", 2, 6),
        Turned("outside_hours", "Outside the hours", 1, 1),
        Turned("shift", "No room at that time", 1, 1),
    )
    # A second van would have served three of them, for half an hour each.
    assert report.would_serve == (
        WouldServe("vehicle", "s", 3, 3 * 30 * 60),
        WouldServe("seats", "people", 2, 2),
        WouldServe("earlier", "s", 1, 120),
        WouldServe("shift", "s", 1, 120),
    )


def test_who_asks_again_and_again_is_one_wish(desk: Desk) -> None:
    for minute in (0, 5, 10):
        desk.refusal("ann", desk.wish(f"Mill->Station leave 9:{minute:02}", adults=3))
    report = queries.turned_away(desk.service, desk.date, desk.date)
    assert [(each.kind, each.wishes) for each in report.turned] == [("seats", 1)]


def test_other_days_are_other_days(desk: Desk) -> None:
    desk.refusal("ann", desk.wish("Mill->Station leave 9:00", adults=3))
    day = timedelta(days=1)
    assert queries.turned_away(desk.service, desk.date + day, desk.date + 2 * day).turned == ()
    assert queries.turned_away(desk.service, desk.date - day, desk.date + day).turned
