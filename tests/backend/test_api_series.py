"""A journey that comes again each week, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from backend.wiring import planner_for
from bookings.actions.repeat import roll_series
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
    assert series["passenger"] == "Linda Moor"
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
