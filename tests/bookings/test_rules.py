"""What the rules of a service refuse, each with a sentence to act on and what would be possible; refusals are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings.models import Closure, Refusal
from bookings.party import Party
from bookings.wish import RideWish
from routing.model import Point
from tests.bookings.town import TOWN, WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk(now="9:00", days_before=0)


def ask(desk: Desk, text: str = "Mill->Station leave 11:00", **changes: object) -> Refusal:
    wish = desk.wish(text)
    found = {name: getattr(wish, name) for name in ("origin", "destination", "party", "leave_at", "arrive_by")}
    return desk.refusal("ann", RideWish(**(found | changes)))  # type: ignore[arg-type]


def first_alternative(refusal: Refusal) -> str:
    return str(refusal.alternatives[0]["text"])


def test_control_without_a_fault_there_are_offers(desk: Desk) -> None:
    assert desk.offers("ann", "Mill->Station leave 11:00")


def test_too_soon_tells_the_first_time_that_can_be_booked(desk: Desk) -> None:
    refusal = ask(desk, "Mill->Station leave 9:20")
    assert refusal.kind == "too_soon"
    assert first_alternative(refusal) == "Leave at 09:30 on Wednesday 2 June"
    assert desk.offers("ann", "Mill->Station leave 9:30")


def test_too_late_in_the_evening_tells_of_tomorrow(desk: Desk) -> None:
    desk.now = desk.at("17:45")
    assert first_alternative(ask(desk, "Mill->Station leave 17:50")) == "Leave at 17:50 on Thursday 3 June"


def test_what_has_passed_can_be_booked_for_later(desk: Desk) -> None:
    refusal = ask(desk, "Mill->Station arrive 8:30")
    assert (refusal.kind, first_alternative(refusal)) == ("in_the_past", "Arrive by 09:30 on Wednesday 2 June")


def test_seven_days_ahead_and_no_more(desk: Desk) -> None:
    at = desk.at("11:00") + timedelta(days=7)
    assert isinstance(desk.ask("ann", RideWish(TOWN.places["Mill"], TOWN.places["Station"], Party(1), leave_at=at)), list)
    refusal = ask(desk, leave_at=at + timedelta(days=1))
    assert (refusal.kind, first_alternative(refusal)) == ("too_far_ahead", "Ask again on Thursday 3 June or after")


@pytest.mark.parametrize(
    ("wish", "alternative"),
    [
        ("Mill->Station leave 7:59", "Leave at 08:00 on Thursday 3 June"),
        ("Mill->Station leave 18:01", "Leave at 18:00 on Friday 4 June"),
        ("Mill->Station arrive 18:01", "Arrive by 18:00 on Thursday 3 June"),
    ],
)
def test_outside_the_hours(desk: Desk, wish: str, alternative: str) -> None:
    desk.date = WEDNESDAY + timedelta(days=1)
    refusal = ask(desk, wish)
    assert (refusal.kind, first_alternative(refusal)) == ("outside_hours", alternative)
    assert "from 08:00 to 18:00" in refusal.detail


def test_closed_for_a_reason_of_its_own(desk: Desk) -> None:
    Closure.objects.create(service=desk.service, date=WEDNESDAY + timedelta(days=1), reason="the road is flooded")
    refusal = ask(desk, leave_at=desk.at("11:00") + timedelta(days=1))
    assert refusal.detail == "Town is closed on Thursday 3 June: the road is flooded."
    assert first_alternative(refusal) == "Leave at 11:00 on Friday 4 June"


def test_closed_on_bank_holidays(desk: Desk) -> None:
    desk.service.holiday_region = "GB-ENG"
    desk.service.save()
    desk.now = desk.at("9:00") - timedelta(days=4)  # the Saturday before the last Monday in May
    refusal = ask(desk, leave_at=desk.at("11:00") - timedelta(days=2))
    assert refusal.kind == "closed"
    assert "public holiday (Spring Bank Holiday)" in refusal.detail
    assert first_alternative(refusal) == "Leave at 11:00 on Tuesday 1 June"


def test_closed_on_weekdays_without_hours(desk: Desk) -> None:
    desk.service.hours.filter(weekday=3).delete()
    refusal = ask(desk, leave_at=desk.at("11:00") + timedelta(days=1))
    assert refusal.detail == "Town is closed on Thursday 3 June: it does not run on Thursdays."


def test_more_people_than_a_booking_takes(desk: Desk) -> None:
    assert ask(desk, party=Party(adults=9)).kind == "party_too_large"
    assert ask(desk, party=Party(adults=3, wheelchairs=3)).kind == "party_too_large"


@pytest.mark.parametrize("end", ["origin", "destination"])
def test_outside_the_area(desk: Desk, end: str) -> None:
    refusal = ask(desk, **{end: Point(1.0, 54.0)})
    assert (refusal.kind, refusal.alternatives[0]["kind"]) == ("outside_area", f"{end}_stop")
    assert refusal.alternatives[0]["stop"] == "STATION"


@pytest.mark.parametrize("end", ["origin", "destination"])
def test_no_stop_within_a_walk(desk: Desk, end: str) -> None:
    # 0.001 degrees north is 111 m, and 139 m on foot with a circuity of 1.25; one walks 50 m here.
    refusal = ask(desk, **{end: Point(TOWN.places["School"].lon, 54.001)})
    assert refusal.kind == "no_stop_near"
    assert refusal.alternatives == [
        {"kind": f"{end}_stop", "text": "School is the nearest stop, 139 m on foot", "stop": "SCHOOL"}
    ]


def test_nowhere_to_go(desk: Desk) -> None:
    assert ask(desk, "Mill->Mill leave 11:00").kind == "same_place"


def test_refusals_are_kept_as_asked(desk: Desk) -> None:
    refusal = ask(desk, "Mill->Station leave 9:20")
    kept = Refusal.objects.get()
    assert kept == refusal
    assert kept.passenger == desk.passenger("ann")
    assert kept.wish["leave_at"] == "2027-06-02T09:20:00+01:00"
    assert kept.date == WEDNESDAY


def test_no_room_names_what_binds_and_the_nearest_times() -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 1", now="9:00", days_before=0)
    refusal = desk.refusal("ann", desk.wish("Mill->Station leave 11:00", adults=2))
    assert (refusal.kind, first_alternative(refusal)) == ("seats", "Leave at 11:00 on Thursday 3 June")

    late = desk.refusal("ann", desk.wish("Mill->Station leave 13:00"))
    # The van has to be back at 12:00, 15 minutes from the station: all that can be had is in the morning.
    assert late.kind == "shift"
    assert late.alternatives
    assert all(each["leave_at"] < "2027-06-02T12:00" for each in late.alternatives)
