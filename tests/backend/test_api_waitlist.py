"""Waiting for a place: asked for after a refusal, told by the list, taken by confirming what is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from backend.wiring import planner_for
from bookings.actions import placing
from bookings.actions.placing import OwnJourneys
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.limits import Clash
from bookings.models import Offer, Passenger, Shift, ShiftPattern, Vehicle
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def bus(world: World) -> None:
    """A single bus with eight seats, in the mornings."""
    ShiftPattern.objects.exclude(pk=ShiftPattern.objects.filter(code__contains="early").first().pk).delete()  # type: ignore[union-attr]
    Vehicle.objects.update(layouts=[[8, 0]])
    world.service.touch()


@pytest.fixture
def full(world: World, bus: None) -> tuple[dict[str, Any], dict[str, Any]]:
    """All that Bob's party leaves is no room for Ann: his booking, and the refusal that she gets."""
    bob = world.book("bob", party={"adults": 8})
    answer = world.post("ann", "offers", world.wish()).json()
    while answer["offers"]:  # other times within the hour go to somebody else
        other = world.book("agent", party={"adults": 8}, passenger={"name": "Party", "phone": "01765 600222"})
        assert other
        answer = world.post("ann", "offers", world.wish()).json()
    return bob, answer["refusal"]


def test_from_a_refusal_to_a_place(world: World, full: tuple[dict[str, Any], dict[str, Any]]) -> None:
    bob, refusal = full
    waiting = world.post("ann", "waitlist", {"refusal": refusal["id"]})
    assert waiting.status_code == 201, waiting.data
    assert waiting.json()["status"] == "waiting"
    told = waiting.json()
    assert (told["leave_at"], told["arrive_by"], told["return"]) == (world.at(10), None, None)
    assert (told["origin"]["stop"]["code"], told["destination"]["stop"]["code"]) == ("RIP01", "BED01")
    assert told["origin"]["name"] == bob["pickup"]["name"]
    assert (told["party"]["adults"], told["party"]["wheelchairs"]) == (1, 0)
    ann = Passenger.objects.get(user=world.users["ann"])
    assert told["passenger"] == {"id": ann.pk, "name": "Ann"}
    assert world.get("agent", "waitlist").json()["results"][0] == told
    assert world.post("ann", "waitlist", {"refusal": refusal["id"]}).json()["id"] == waiting.json()["id"]

    world.post("bob", f"bookings/{bob['reference']}/cancel")
    serve_waitlists(planner_for=planner_for, now=world.now)

    found = world.get("ann", "waitlist").json()["results"][0]
    assert found["status"] == "offered"
    booking = world.get("ann", f"bookings/{found['booking']}").json()
    assert (booking["status"], booking["held_until"]) == ("held", found["held_until"])
    confirmed = world.post("ann", f"bookings/{found['booking']}/confirm").json()
    assert confirmed["status"] == "confirmed"
    assert world.get("ann", "waitlist").json()["results"][0]["status"] == "taken"
    problem = world.client("ann").delete(f"/api/v1/waitlist/{found['id']}")
    assert (problem.status_code, problem.json()["type"]) == (409, "/api/v1/problems/not-waiting")
    assert Shift.objects.exists()


def test_an_offer_from_before_gets_nobody_past_those_who_wait(world: World, bus: None, request: pytest.FixtureRequest) -> None:
    party = {"party": {"adults": 8}, "passenger": {"name": "Party", "phone": "01765 600222"}}
    early = world.offers("agent", **party)[0]["id"]
    bob, refusal = request.getfixturevalue("full")
    world.post("ann", "waitlist", {"refusal": refusal["id"]})
    world.post("bob", f"bookings/{bob['reference']}/cancel")

    late = world.post("agent", "bookings", {"offer": early})

    assert (late.status_code, late.json()["type"]) == (409, "/api/v1/problems/no-longer-possible")
    assert world.get("ann", "waitlist").json()["results"][0]["status"] == "offered"


def test_what_is_held_for_who_waits_stays_also_where_whoever_came_then_is_told_no(
    world: World, bus: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = {"party": {"adults": 8}, "passenger": {"name": "Party", "phone": "01765 600222"}}
    early = world.offers("agent", **party)[0]["id"]
    bob, refusal = request.getfixturevalue("full")
    world.post("ann", "waitlist", {"refusal": refusal["id"]})
    world.post("bob", f"bookings/{bob['reference']}/cancel")
    check = placing._check_limits

    def refuse(offer: Offer, passenger: Passenger, now: datetime) -> None:
        check(offer, passenger, now)
        if passenger.name == "Party":
            raise OwnJourneys(Clash("too_many_bookings", None))

    monkeypatch.setattr(placing, "_check_limits", refuse)
    late = world.post("agent", "bookings", {"offer": early})

    assert (late.status_code, late.json()["type"]) == (422, "/api/v1/problems/too-many-bookings")
    assert world.get("ann", "waitlist").json()["results"][0]["status"] == "offered"


def test_who_thinks_better_of_it_leaves(world: World, full: tuple[dict[str, Any], dict[str, Any]]) -> None:
    waiting = world.post("ann", "waitlist", {"refusal": full[1]["id"]}).json()
    assert world.client("ann").delete(f"/api/v1/waitlist/{waiting['id']}").status_code == 204
    assert world.get("ann", "waitlist").json()["results"][0]["status"] == "withdrawn"


def test_lists_are_ones_own_and_the_operators(world: World, full: tuple[dict[str, Any], dict[str, Any]]) -> None:
    waiting = world.post("ann", "waitlist", {"refusal": full[1]["id"]}).json()
    seen = {who: [each["id"] for each in world.get(who, "waitlist").json()["results"]] for who in ("ann", "bob", "agent", "otto")}
    assert seen == {"ann": [waiting["id"]], "bob": [], "agent": [waiting["id"]], "otto": []}
    assert world.get("agent", "waitlist?date=2027-06-08").json()["results"] == []
    assert world.post("bob", "waitlist", {"refusal": full[1]["id"]}).status_code == 404
    assert world.client("bob").delete(f"/api/v1/waitlist/{waiting['id']}").status_code == 404
