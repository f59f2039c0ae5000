"""What the rules of a service refuse, each with a sentence to act on and what would be possible; refusals are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bookings.models import Closure, Refusal, Shift
from bookings.opening import open_day
from bookings.party import Party
from bookings.planner import make_planner
from bookings.wish import RideWish
from routing.model import Point
from routing.travel.matrix_times import MatrixTimes
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
    assert first_alternative(ask(desk, "Mill->Station leave 17:50")) == "Leave at 11:24 on Thursday 3 June"  # the van's last ride


def test_what_has_passed_can_be_booked_for_later(desk: Desk) -> None:
    refusal = ask(desk, "Mill->Station arrive 8:30")
    assert (refusal.kind, first_alternative(refusal)) == ("in_the_past", "Arrive by 09:51 on Wednesday 2 June")


def test_seven_days_ahead_and_no_more(desk: Desk) -> None:
    at = desk.at("11:00") + timedelta(days=7)
    assert isinstance(desk.ask("ann", RideWish(TOWN.places["Mill"], TOWN.places["Station"], Party(1), leave_at=at)), list)
    refusal = ask(desk, leave_at=at + timedelta(days=1))
    assert (refusal.kind, first_alternative(refusal)) == ("too_far_ahead", "Ask again on Thursday 3 June or after")


@pytest.mark.parametrize(
    ("wish", "alternative"),
    [
        ("Mill->Station leave 7:59", "Leave at 08:00 on Thursday 3 June"),
        ("Mill->Station leave 18:01", "Leave at 11:24 on Thursday 3 June"),  # the van is out until 12:00
        ("Mill->Station arrive 18:01", "Arrive by 11:51 on Thursday 3 June"),
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
    assert ask(desk, party=Party(adults=7, under5=2)).kind == "party_too_large"  # a baby is somebody, too
    for most in (Party(adults=8), Party(adults=2, wheelchairs=2)):
        assert ask(desk, party=most).kind in ("seats", "wheelchair")  # for which this van alone is too small


@pytest.mark.parametrize("end", ["origin", "destination"])
def test_outside_the_area(desk: Desk, end: str) -> None:
    refusal = ask(desk, **{end: Point(1.0, 54.0)})
    assert (refusal.kind, refusal.alternatives[0]["kind"]) == ("outside_area", f"{end}_stop")
    assert refusal.alternatives[0]["stop"] == {"origin": "SCHOOL", "destination": "STATION"}[end]  # one is at the station already


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
    # 0.001 degrees north are 111 m, and a quarter more on foot: too far to walk from one to the other is from 100 m on.
    desk.service.walk_limit_m = 1000  # so that each place has several stops
    lon, lat = TOWN.places["Mill"]
    near, far = Point(lon, lat + 0.0007), Point(lon, lat + 0.00075)
    assert ask(desk, "Mill->Station leave 11:00", destination=near).kind == "same_place"
    answer = desk.ask("ann", replace(desk.wish("Mill->Station leave 11:00"), destination=far))
    assert isinstance(answer, list) or answer.kind != "same_place"


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
    assert (refusal.kind, refusal.alternatives) == ("seats", [])  # no van is larger on any day

    late = desk.refusal("ann", desk.wish("Mill->Station leave 13:00"))
    # The van has to be back at 12:00, 15 minutes from the station: all that can be had is in the morning.
    assert late.kind == "shift"
    assert late.alternatives
    assert all(each["leave_at"] < "2027-06-02T12:00" for each in late.alternatives)


THURSDAY = WEDNESDAY + timedelta(days=1)


@pytest.mark.parametrize("how", ["leave", "arrive"])
@pytest.mark.parametrize(
    ("kind", "now", "day", "at"),
    [
        ("in_the_past", "9:00", WEDNESDAY, "8:30"),
        ("too_soon", "9:00", WEDNESDAY, "9:20"),
        ("too_soon", "11:20", WEDNESDAY, "11:40"),  # no ride is left today
        ("too_soon", "17:45", WEDNESDAY, "17:50"),  # and here not even an hour to ask for
        ("outside_hours", "9:00", THURSDAY, "7:59"),
        ("outside_hours", "9:00", THURSDAY, "18:01"),
        ("outside_hours", "9:00", WEDNESDAY, "23:59"),
        ("closed", "9:00", WEDNESDAY + timedelta(days=2), "11:00"),
        ("closed", "9:00", WEDNESDAY + timedelta(days=3), "8:00"),
        ("shift", "9:00", THURSDAY, "16:00"),
        ("too_far", "9:00", THURSDAY, "8:00"),
    ],
)
def test_every_time_that_a_refusal_names_can_be_had(desk: Desk, how: str, kind: str, now: str, day: date, at: str) -> None:
    for days, reason in enumerate(("a fair", "another fair"), 2):
        Closure.objects.create(service=desk.service, date=WEDNESDAY + timedelta(days=days), reason=reason)
    desk.service.boarding_s, desk.service.alighting_s = 60, 45
    # Odd seconds, and doors that are a walk away from the stops.
    desk.date, desk.now = day, desk.at(now, on=WEDNESDAY) + timedelta(seconds=26, microseconds=5)
    wish = desk.wish(f"Mill->Station {how} {at}")
    lon, lat = wish.origin
    wish = replace(wish, origin=Point(lon, lat + 0.0003))
    answer = desk.ask("ann", wish)
    if (kind, how) == ("too_far", "leave"):
        assert isinstance(answer, list)
        return
    assert isinstance(answer, Refusal)
    assert answer.alternatives
    for each in answer.alternatives:
        times = {end: datetime.fromisoformat(each[end]) for end in ("leave_at", "arrive_by") if end in each}
        assert [at.second for at in times.values()] == [0]
        assert isinstance(desk.ask("ann", replace(wish, **{"leave_at": None, "arrive_by": None} | times)), list), each


def test_where_all_that_can_be_booked_is_closed_one_is_told_when_to_ask_again(desk: Desk) -> None:
    for days in range(1, 9):
        Closure.objects.create(service=desk.service, date=WEDNESDAY + timedelta(days=days), reason="snow")
    refusal = ask(desk, leave_at=desk.at("11:00") + timedelta(days=1))
    assert first_alternative(refusal) == "Ask again on Friday 4 June or after"  # seven days before the 11th


def test_the_last_day_that_can_be_booked_is_named_where_all_before_are_closed(desk: Desk) -> None:
    for days in range(1, 7):
        Closure.objects.create(service=desk.service, date=WEDNESDAY + timedelta(days=days), reason="snow")
    refusal = ask(desk, leave_at=desk.at("11:00") + timedelta(days=1))
    assert first_alternative(refusal) == "Leave at 11:00 on Wednesday 9 June"


def test_how_far_to_look_is_a_matter_of_the_service(desk: Desk) -> None:
    def look(before_s: int, after_s: int, text: str) -> bool:
        service = desk.service
        service.search_before_s, service.search_after_s = before_s, after_s
        return isinstance(
            replace(desk, planner=make_planner(service, MatrixTimes(TOWN.travel))).ask("ann", desk.wish(text)), list
        )

    # The van is out from 8:00 to 12:00, and back from the station at 11:45 at the latest.
    assert look(5 * 3600, 0, "Mill->Station arrive 16:00")
    assert not look(0, 5 * 3600, "Mill->Station arrive 16:00")
    desk.now, desk.date = desk.at("9:00"), THURSDAY
    Shift.objects.filter(service=desk.service).delete()
    open_day(desk.service, THURSDAY)
    Shift.objects.update(starts_s=11 * 3600, ends_s=15 * 3600)
    assert look(0, 5 * 3600, "Mill->Station leave 9:00")
    assert not look(5 * 3600, 0, "Mill->Station leave 9:00")
