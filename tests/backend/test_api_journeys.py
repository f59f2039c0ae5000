"""There and back as one, an open return, and changing one's mind, through the API."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.response import Response

from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


def change(world: World, who: str, reference: str, **other: Any) -> Response:
    """Change a booking to the first offer for another journey."""
    offer = world.offers(who, instead_of=reference, **other)[0]
    return world.post(who, f"bookings/{reference}/change", {"offer": offer["id"]})


def test_there_and_back_with_one_call(world: World) -> None:
    offers = world.offers("ann", **{"return": {"leave_at": world.at(14)}})
    offer = offers[0]
    back = offer["return"]
    assert "id" not in back
    assert not back["open"]
    assert back["pickup"]["stop"] == offer["dropoff"]["stop"]
    assert offer["total_pence"] == offer["fare_pence"] + back["fare_pence"] == 400
    assert back["pickup"]["from"] >= world.at(13, 55)

    booking = world.post("ann", "bookings", {"offer": offer["id"]}).json()

    home = world.get("ann", f"bookings/{booking['return_reference']}").json()
    assert home["outward_reference"] == booking["reference"]
    assert home["pickup"]["from"] == back["pickup"]["from"]
    assert (booking["status"], home["status"]) == ("confirmed", "confirmed")
    assert len(world.get("ann", "bookings").json()["results"]) == 2

    world.post("ann", f"bookings/{booking['reference']}/cancel", {"why": "ill"})
    assert world.get("ann", f"bookings/{home['reference']}").json()["status"] == "cancelled"


def test_without_return_there_is_none(world: World) -> None:
    offer = world.offers("ann")[0]
    assert offer["return"] is None
    assert offer["total_pence"] == offer["fare_pence"]
    booking = world.book("ann")
    assert (booking["return_reference"], booking["outward_reference"], booking["open_return"]) == (None, None, False)


def test_the_last_bus_home_until_one_knows_when(world: World) -> None:
    offer = world.offers("ann", **{"return": {"open": True}})[0]
    assert offer["return"]["open"]
    booking = world.post("ann", "bookings", {"offer": offer["id"]}).json()
    home = world.get("ann", f"bookings/{booking['return_reference']}").json()
    assert home["open_return"]
    assert home["pickup"]["expected"] > world.at(16)

    ways = {"origin": {"stop": "BED01"}, "destination": {"stop": "RIP01"}, "leave_at": world.at(13)}
    changed = change(world, "ann", home["reference"], **ways)

    assert changed.status_code == 201, changed.data
    earlier = changed.json()
    assert (earlier["changed_from"], earlier["open_return"]) == (home["reference"], False)
    assert world.at(13) <= earlier["pickup"]["expected"] < world.at(14)
    assert earlier["outward_reference"] == booking["reference"]
    gone = world.get("ann", f"bookings/{home['reference']}").json()
    assert (gone["status"], gone["changed_to"]) == ("changed", earlier["reference"])
    assert [each["kind"] for each in gone["history"]][-1] == "booking.changed_to"


def test_a_phone_agent_changes_a_callers_booking_without_saying_who_it_is(world: World) -> None:
    booking = world.book("agent", passenger={"name": "Linda Moor", "phone": "01765 600111"})
    changed = change(world, "agent", booking["reference"], leave_at=world.at(12)).json()
    assert changed["passenger"]["name"] == "Linda Moor"
    assert changed["channel"] == "phone"
    assert changed["changed_from"] == booking["reference"]


def test_what_is_somebody_elses_cant_be_changed(world: World) -> None:
    booking = world.book("ann")
    problem = world.post("bob", "offers", world.wish(instead_of=booking["reference"]))
    assert problem.status_code == 400
    assert problem.json()["errors"][0]["pointer"] == "#/instead_of"
    offer = world.offers("ann", instead_of=booking["reference"], leave_at=world.at(12))[0]
    assert world.post("bob", f"bookings/{booking['reference']}/change", {"offer": offer["id"]}).status_code == 404
    problem = world.post("ann", "bookings", {"offer": offer["id"]})
    assert (problem.status_code, problem.json()["type"]) == (409, "/api/v1/problems/meant-as-change")
    other = world.offers("ann", leave_at=world.at(12))[0]
    problem = world.post("ann", f"bookings/{booking['reference']}/change", {"offer": other["id"]})
    assert (problem.status_code, problem.json()["type"]) == (409, "/api/v1/problems/other-booking")
    problem = world.post(
        "agent", "offers", world.wish(instead_of=booking["reference"], passenger={"name": "Bob", "phone": "01765 1"})
    )
    assert problem.status_code == 400


@pytest.mark.parametrize(
    ("back", "pointer"),
    [
        ({}, "#/return"),
        ({"open": False}, "#/return"),
        ({"open": True, "leave_at": "2027-06-07T14:00:00+01:00"}, "#/return"),
        ({"leave_at": "tomorrow"}, "#/return/leave_at"),
        ({"leave_at": "2027-06-07T14:00:00"}, "#/return/leave_at"),
        ({"when": "later"}, "#/return/when"),
        ("later", "#/return"),
    ],
)
def test_what_can_t_be_understood_of_a_way_back_is_pointed_at(world: World, back: Any, pointer: str) -> None:
    problem = world.post("ann", "offers", world.wish(**{"return": back}))
    assert problem.status_code == 400
    assert problem.json()["errors"][0]["pointer"] == pointer


def test_a_way_back_too_late_is_no_offer_and_one_is_told(world: World) -> None:
    answer = world.post("ann", "offers", world.wish(**{"return": {"leave_at": world.at(21)}})).json()
    assert answer["offers"] == []
    assert answer["refusal"]["type"] == "/api/v1/problems/no-return"
    for each in answer["refusal"]["alternatives"]:
        assert each["kind"] == "other_return"
        again = world.post("ann", "offers", world.wish(**{"return": {"leave_at": each["leave_at"]}})).json()
        assert again["offers"]


def test_ways_there_and_back_are_not_changed_at_once(world: World) -> None:
    booking = world.book("ann")
    wish = world.wish(instead_of=booking["reference"], **{"return": {"open": True}})
    problem = world.post("ann", "offers", wish)
    assert (problem.status_code, problem.json()["errors"][0]["pointer"]) == (400, "#/instead_of")
