"""What somebody needs is kept as what a driver does about it, in a list and a note."""

from __future__ import annotations

from typing import Any

import pytest

from bookings.models import Assistance, Passenger
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(world: World) -> int:
    return Passenger.objects.get(user=world.users["ann"]).pk


def put(world: World, passenger: int, **changes: Any) -> Any:
    return world.patch("agent", f"passengers/{passenger}", changes)


def on_the_manifest(world: World, booking: dict[str, Any]) -> list[str]:
    calls = world.get("dispatcher", f"shifts/{booking['shift']['id']}/manifest").json()["calls"]
    found: list[str] = next(call["passenger"]["needs"] for call in calls if call.get("booking") == booking["reference"])
    return found


def test_an_agent_puts_down_what_a_passenger_needs_and_the_driver_reads_it_in_words(world: World, ann: int) -> None:
    answer = put(world, ann, assistance=["walker", "ramp"], needs="Wait at the gate", extra_boarding_s=60)
    assert answer.status_code == 200, answer.data
    assert answer.json()["assistance"] == ["ramp", "walker"]  # in one order
    assert world.get("agent", f"passengers/{ann}").json()["needs"] == "Wait at the gate"
    booking = world.book("ann")
    assert booking["passenger"]["assistance"] == ["ramp", "walker"]
    assert on_the_manifest(world, booking) == [
        "Ramp",
        "Walking frame: a hand, and room to stow it",
        "Needs more time to board",
        "Wait at the gate",
    ]


def test_what_the_party_tells_already_is_not_said_twice(world: World, ann: int) -> None:
    put(world, ann, assistance=Assistance.values)
    party = {"adults": 1, "companions": 1, "wheelchairs": 1, "assistance_dogs": 1}
    assert on_the_manifest(world, world.book("ann", party=party)) == [
        "Wheelchair: ramp and clamps",
        "Assistance dog",
        "Moves from wheelchair to a seat: stow the chair",
        "Walking frame: a hand, and room to stow it",
    ]


def test_who_stays_in_a_wheelchair_gets_a_place_for_it_without_saying_so(world: World, ann: int) -> None:
    put(world, ann, assistance=["wheelchair_kept"])
    assert world.book("ann")["wheelchairs"] == 1
    by_phone = world.book("agent", passenger=ann, leave_at=world.at(14))
    assert (by_phone["wheelchairs"], by_phone["seats"]) == (1, 0)


def test_unless_the_wish_says_otherwise(world: World, ann: int) -> None:
    put(world, ann, assistance=["wheelchair_kept", "companion", "assistance_dog"])
    booking = world.book("ann", party={"adults": 1, "wheelchairs": 0})
    assert (booking["wheelchairs"], booking["seats"]) == (0, 1)
    assert on_the_manifest(world, booking)[0] == "Stays in their wheelchair: ramp and clamps"


def test_companions_and_dogs_are_for_the_wish_to_say(world: World, ann: int) -> None:
    put(world, ann, assistance=["companion", "assistance_dog", "wheelchair_transferred"])
    booking = world.book("ann")
    assert (booking["seats"], booking["wheelchairs"], booking["party"]["companions"]) == (1, 0, 0)


def test_a_series_has_the_place_as_well(world: World, ann: int) -> None:
    put(world, ann, assistance=["wheelchair_kept"])
    started = world.post("ann", "series", world.wish() | {"repeat": {"weekdays": ["mon"]}})
    assert started.status_code == 201, started.data
    reference = started.json()["days"][0]["booking"]
    assert world.get("ann", f"bookings/{reference}").json()["wheelchairs"] == 1


@pytest.mark.parametrize("wrong", [["arthritis"], "ramp", [1], [["ramp"]], None, {"ramp": True}])
def test_whatever_is_no_need_is_refused(world: World, ann: int, wrong: Any) -> None:
    answer = put(world, ann, assistance=wrong)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].startswith("#/assistance")
