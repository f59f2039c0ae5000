"""Late cancellations and no-shows through the API: what the passenger and the staff are told, and who may put it right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def linda(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.post("agent", "passengers", {"name": "Linda Moor", "phone": "01765 600111"}).json()
    return found


def cancel_late(world: World, who: dict[str, Any], hour: int, by: str = "agent", **body: Any) -> dict[str, Any]:
    booking = world.book("agent", leave_at=world.at(hour), passenger=who["id"])
    before, pickup = world.now, datetime.fromisoformat(booking["pickup"]["from"])
    world.set_clock(pickup - timedelta(minutes=20))
    cancelled = world.post(by, f"bookings/{booking['reference']}/cancel", body)
    assert cancelled.status_code == 200, cancelled.data
    world.set_clock(before)
    found: dict[str, Any] = cancelled.json()
    return found


def test_it_is_counted_told_and_taken_back(world: World, linda: dict[str, Any]) -> None:
    booking = cancel_late(world, linda, 10, why="bus took too long")
    assert booking["strike"]["kind"] == "late_cancel"
    assert not booking["strike"]["reversed"]
    known = world.get("agent", f"passengers/{linda['id']}").json()
    assert known["standing"] == [{"service": "ripon", "strikes": 1, "warned": False, "suspended_until": None}]

    world.set_clock(datetime.fromisoformat(booking["cancelled_at"]) + timedelta(minutes=10))
    address = f"bookings/{booking['reference']}/reverse-strike"
    assert world.post("ash", address, {"why": "x"}).status_code == 403
    assert world.post("otto", address, {"why": "x"}).status_code == 404
    assert world.post("agent", address, {}).status_code == 400
    back = world.post("agent", address, {"why": "the bus was stuck"})
    assert (back.status_code, back.json()["reversed"], back.json()["reversed_because"]) == (200, True, "the bus was stuck")
    assert world.get("agent", f"passengers/{linda['id']}").json()["standing"] == []


def test_the_third_suspends_and_a_dispatcher_reinstates(world: World, linda: dict[str, Any]) -> None:
    for hour in (10, 12, 14):
        last = cancel_late(world, linda, hour)
    world.set_clock(datetime.fromisoformat(last["cancelled_at"]))
    problem = world.post("agent", "offers", world.wish(leave_at=world.at(16), passenger=linda["id"]))
    assert (problem.status_code, problem.json()["type"]) == (422, "/api/v1/problems/suspended")
    assert problem.json()["errors"][0]["pointer"] == "#/passenger"

    body = {"service": "ripon", "why": "her carer had mixed up the days"}
    assert world.post("agent", f"passengers/{linda['id']}/reinstate", body).status_code == 403
    assert world.post("dispatcher", f"passengers/{linda['id']}/reinstate", body | {"service": "other"}).status_code == 400
    back = world.post("dispatcher", f"passengers/{linda['id']}/reinstate", body)
    assert (back.status_code, back.json()["standing"]) == (200, [])
    assert world.offers("agent", leave_at=world.at(16), passenger=linda["id"])


def test_only_staff_can_say_that_it_is_the_operators_doing(world: World, linda: dict[str, Any]) -> None:
    assert cancel_late(world, linda, 10, by="dispatcher", for_operator=True, why="no driver")["strike"] is None
    booking = world.book("ann", leave_at=world.at(12))
    problem = world.post("ann", f"bookings/{booking['reference']}/cancel", {"for_operator": True})
    assert (problem.status_code, problem.json()["errors"][0]["pointer"]) == (403, "#/for_operator")
