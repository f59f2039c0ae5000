"""A journey that comes again each week, through the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from backend.api import series as series_api
from backend.wiring import planner_for
from bookings.actions import series_days
from bookings.actions.repeat import roll_series
from bookings.models import Booking, Offer, Series, SeriesDay, Waiting
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


def start(world: World, who: str = "ann", **other: Any) -> dict[str, Any]:
    body = world.wish(**{"repeat": {"weekdays": ["mon", "thu"]}, "leave_at": world.at(10)} | other)
    started = world.post(who, "series", body)
    assert started.status_code == 201, started.data
    found: dict[str, Any] = started.json()
    return found


def test_a_week_is_booked_at_once_and_the_next_as_it_comes(world: World) -> None:
    series = start(world, **{"return": {"leave_at": world.at(14)}})
    assert (series["weekdays"], series["first"], series["until"]) == (["mon", "thu"], "2027-06-07", None)
    assert [day["date"] for day in series["days"]] == ["2027-06-07", "2027-06-10", "2027-06-14"]
    booking = world.get("ann", f"bookings/{series['days'][1]['booking']}").json()
    assert booking["service_date"] == "2027-06-10"
    assert booking["return_reference"]

    world.set_clock(world.now.replace(day=10))
    assert roll_series(planner_for=planner_for, now=world.now) == 1
    days = world.get("ann", f"series/{series['id']}").json()["days"]
    assert days[-1]["date"] == "2027-06-17"
    assert [each["id"] for each in world.get("ann", "series").json()["results"]] == [series["id"]]


def test_a_page_can_draw_what_was_asked_for(world: World) -> None:
    home = {"type": "Point", "coordinates": [-1.5243, 54.1360], "name": "Home"}
    asked = {"origin": home, "party": {"adults": 1, "prams": 2}, "return": {"arrive_by": world.at(16)}}
    begun = start(world, **asked)
    for series in (begun, world.get("ann", f"series/{begun['id']}").json(), world.get("agent", "series").json()["results"][0]):
        point = {"type": "Point", "coordinates": home["coordinates"]}
        assert series["origin"] == {"stop": None, "name": "Home", "position": point}
        # As bookings have it.
        there = world.get("ann", f"bookings/{begun['days'][0]['booking']}").json()
        assert there["dropoff"]["stop"]["code"] == "BED01"
        assert series["destination"] == {name: there["dropoff"][name] for name in ("stop", "name", "position")}
        assert series["party"] == there["party"]
        assert series["passenger"] == {name: there["passenger"][name] for name in ("id", "name")}
        assert (series["leave_at"], series["arrive_by"]) == (world.at(10), None)
        assert series["return"] == {"leave_at": None, "arrive_by": world.at(16), "open": False}
        assert series["door_to_door"] is None


def test_the_last_vehicle_home_and_no_way_back_are_told_apart(world: World) -> None:
    assert start(world, **{"return": {"open": True}})["return"] == {"leave_at": None, "arrive_by": None, "open": True}
    assert start(world, "bob")["return"] is None


def test_a_list_looks_up_stops_once(world: World, django_assert_max_num_queries: Any) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(99) as counted:
            assert world.get("agent", "series").status_code == 200
        return len(counted)

    for who in ("ann", "bob"):
        start(world, who, repeat={"weekdays": ["mon"], "until": "2027-06-07"})
    two = queries()
    for hour in (13, 15):
        start(world, "ann", leave_at=world.at(hour), repeat={"weekdays": ["mon"], "until": "2027-06-07"})
    assert queries() == two


def test_a_day_is_left_out_and_in_the_end_all_are(world: World) -> None:
    series = start(world)
    skipped = world.post("ann", f"series/{series['id']}/skip", {"date": "2027-06-10"}).json()
    assert skipped["skipped"] == ["2027-06-10"]
    assert world.get("ann", f"bookings/{series['days'][1]['booking']}").json()["status"] == "cancelled"
    ended = world.post("ann", f"series/{series['id']}/end").json()
    assert ended["ended_at"] == world.now.isoformat(timespec="seconds")
    assert world.get("ann", f"bookings/{series['days'][2]['booking']}").json()["status"] == "cancelled"


def test_agents_do_it_for_callers_and_others_see_nothing_of_it(world: World) -> None:
    series = start(world, "agent", passenger={"name": "Linda Moor", "phone": "01765 600111"})
    assert series["passenger"].keys() == {"id", "name"}
    assert series["passenger"]["name"] == "Linda Moor"
    assert world.get("agent", f"passengers/{series['passenger']['id']}").json()["phone"] == "01765 600111"
    problem = world.post("agent", "series", world.wish(repeat={"weekdays": ["mon"]}))
    assert (problem.status_code, problem.json()["type"]) == (422, "/api/v1/problems/passenger-needed")
    for who in ("ann", "otto"):
        assert world.get(who, f"series/{series['id']}").status_code == 404
        assert world.post(who, f"series/{series['id']}/end").status_code == 404


def test_a_day_that_fails_says_why(world: World) -> None:
    # On Saturdays the service begins at nine.
    series = start(world, leave_at=world.at(8), repeat={"weekdays": ["mon", "sat"]})
    failed = next(day for day in series["days"] if day["date"] == "2027-06-12")
    assert failed["booking"] is None
    assert failed["refusal"]["type"] == "/api/v1/problems/outside-hours"
    assert failed["refusal"]["alternatives"]


def test_a_day_for_which_a_place_came_free_since_tells_of_it(world: World) -> None:
    series = start(world, leave_at=world.at(8), repeat={"weekdays": ["mon", "sat"]})
    day = SeriesDay.objects.get(refusal__isnull=False)
    held = Booking.objects.get(reference=world.book("agent", passenger=series["passenger"]["id"], hold=True)["reference"])
    waiting = {"service": world.service, "date": day.date, "passenger": held.passenger, "channel": "app", "created_at": world.now}
    Waiting.objects.create(refusal=day.refusal, state="offered", booking=held, **waiting)
    (told,) = (each for each in world.get("ann", f"series/{series['id']}").json()["days"] if each["refusal"])
    assert (told["booking"], told["booking_status"], told["waiting"]["status"]) == (held.reference, "held", "offered")
    assert told["held_until"] is not None
    booked = next(each for each in world.get("ann", f"series/{series['id']}").json()["days"] if not each["refusal"])
    assert (booked["booking_status"], booked["held_until"], booked["waiting"]) == ("confirmed", None, None)


def test_a_start_that_was_killed_half_way_is_finished_by_sending_it_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    body, key = world.wish(repeat={"weekdays": ["mon", "thu"]}), {"HTTP_IDEMPOTENCY_KEY": "k1"}
    real = series_days.place_all

    def killed(legs: Sequence[Offer], *args: Any) -> Booking:
        if legs[0].date.day == 10:
            raise SystemExit
        return real(legs, *args)

    with monkeypatch.context() as patched:
        patched.setattr(series_days, "place_all", killed)
        with pytest.raises(SystemExit):
            world.post("ann", "series", body, **key)
    assert [day.date.day for day in SeriesDay.objects.all()] == [7]

    again = world.post("ann", "series", body, **key)

    assert again.status_code == 201, again.data
    assert [day["date"] for day in again.json()["days"]] == ["2027-06-07", "2027-06-10", "2027-06-14"]
    assert (Series.objects.count(), Booking.objects.count()) == (1, 3)
    for _ in range(2):
        third = world.post("ann", "series", body, **key)
        assert (third.status_code, third.content, third["Idempotent-Replayed"]) == (201, again.content, "true")
    other = world.post("ann", "series", body | {"pay_by": "on_board"}, **key)
    assert (other.status_code, other.json()["type"]) == (422, "/api/v1/problems/idempotency-key-reused")


def test_a_start_that_was_killed_and_is_not_sent_again_is_finished_by_the_roll(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any, **__: Any) -> int:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(series_api, "place_due", killed)
        with pytest.raises(SystemExit):
            world.post("ann", "series", world.wish(repeat={"weekdays": ["mon", "thu"]}))
    assert not Booking.objects.exists()
    assert roll_series(planner_for=planner_for, now=world.now) == 3
    assert roll_series(planner_for=planner_for, now=world.now) == 0
    assert Booking.objects.count() == 3


def test_a_start_that_makes_no_sense_leaves_its_key_free(world: World) -> None:
    key = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    assert world.post("ann", "series", world.wish(repeat={"weekdays": ["tue"]}), **key).status_code == 422
    assert world.post("ann", "series", world.wish(repeat={"weekdays": ["mon"]}), **key).status_code == 201


@pytest.mark.parametrize(
    ("repeat", "pointer", "status"),
    [
        ({}, "#/repeat/weekdays", 400),
        ({"weekdays": []}, "#/repeat/weekdays", 400),
        ({"weekdays": ["someday"]}, "#/repeat/weekdays/0", 400),
        ({"weekdays": ["mon"], "until": "soon"}, "#/repeat/until", 400),
        ({"weekdays": ["mon"], "except": ["x"]}, "#/repeat/except/0", 400),
        ({"weekdays": ["mon"], "every": 2}, "#/repeat/every", 400),
        ({"weekdays": ["tue"]}, "#/repeat", 422),
        ({"weekdays": ["mon"], "until": "2027-06-01"}, "#/repeat", 422),
    ],
)
def test_a_pattern_that_makes_no_sense_is_pointed_at(world: World, repeat: Any, pointer: str, status: int) -> None:
    problem = world.post("ann", "series", world.wish(repeat=repeat))
    assert (problem.status_code, problem.json()["errors"][0]["pointer"]) == (status, pointer)
    assert world.get("ann", "series").json()["results"] == []
