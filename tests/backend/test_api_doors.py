"""Registered for it, one is fetched at the door: by telephone, by app, on the manifest and on the dispatcher's day."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.response import Response

from bookings.models import Passenger, Shift
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

FARM = {"type": "Point", "coordinates": [-1.6280, 54.2150], "name": "Nutwith Farm, by the pond"}
"""Beside the road from Ripon to Masham, three kilometres from any stop."""
MOOR = {"type": "Point", "coordinates": [-1.6884, 54.2152]}
"""In the area, and more than 500 m from any road that we know."""


def patch(world: World, who: str, path: str, body: Any) -> Response:
    return world.patch(who, path, body)


@pytest.fixture
def linda(world: World) -> dict[str, Any]:
    """A caller whom the agent has registered for being fetched at the door."""
    found = world.post("agent", "passengers", {"name": "Linda Moor", "phone": "01765 600111"})
    assert found.status_code == 200
    changed = patch(world, "agent", f"passengers/{found.json()['id']}", {"door_to_door": True, "needs": "Walks with a frame"})
    assert changed.status_code == 200, changed.data
    known: dict[str, Any] = changed.json()
    return known


def test_an_agent_books_a_door_for_a_caller(world: World, linda: dict[str, Any]) -> None:
    booking = world.book("agent", origin=FARM, destination={"stop": "RIP01"}, passenger=linda["id"])

    assert booking["pickup"]["stop"] is None
    assert booking["pickup"]["name"] == "Nutwith Farm, by the pond"
    assert booking["pickup"]["position"] == {"type": "Point", "coordinates": FARM["coordinates"]}
    assert (booking["pickup"]["walk_m"], booking["pickup"]["walk_s"]) == (0, 0)
    assert booking["dropoff"]["stop"]["code"] == "RIP01"
    assert booking["dropoff"]["name"] == "Ripon, Bus Station"

    shift = Shift.objects.get(pk=booking["shift"]["id"])
    manifest = world.get("dispatcher", f"shifts/{shift.pk}/manifest").json()
    board = next(call for call in manifest["calls"] if call["action"] == "board")
    assert (board["stop"], board["place"]) == (None, "Nutwith Farm, by the pond")
    assert board["position"]["coordinates"] == FARM["coordinates"]
    assert board["passenger"]["needs"] == ["Walks with a frame"]
    page = world.get("dispatcher", f"shifts/{shift.pk}/manifest", HTTP_ACCEPT="text/html").content.decode()
    assert "Nutwith Farm, by the pond" in page

    day = world.get("dispatcher", "services/ripon/days/2027-06-07").json()
    line = next(each["path"] for each in day["shifts"] if each["id"] == shift.pk)["coordinates"]
    assert FARM["coordinates"] in line  # the bus goes there
    way = world.get("dispatcher", f"shifts/{shift.pk}/directions?call={board['number']}").json()
    assert way["end"] == "Nutwith Farm, by the pond"


def test_who_is_registered_asks_by_app_without_saying_more(world: World) -> None:
    Passenger.objects.filter(name="Ann").update(door_to_door=True)
    offer = world.offers("ann", origin={name: FARM[name] for name in ("type", "coordinates")})[0]
    assert offer["pickup"]["stop"] is None
    assert offer["pickup"]["name"].startswith("Door ")
    assert " m on foot from " in offer["pickup"]["name"]


def test_who_is_not_registered_is_told_what_to_do(world: World, linda: dict[str, Any]) -> None:
    problem = world.post("ann", "offers", world.wish(origin=FARM, door_to_door=True))
    assert problem.status_code == 422
    assert problem.json()["type"] == "/api/v1/problems/not-entitled"
    assert problem.json()["errors"][0]["pointer"] == "#/door_to_door"

    offer = world.offers("agent", origin=FARM, door_to_door=True)[0]  # before they know who calls
    bob = world.post("agent", "passengers", {"name": "Bob", "phone": "07700 900001"}).json()
    problem = world.post("agent", "bookings", {"offer": offer["id"], "passenger": bob["id"]})
    assert problem.status_code == 422
    assert problem.json()["type"] == "/api/v1/problems/not-entitled"
    assert problem.json()["errors"][0]["pointer"] == "#/passenger"
    assert world.post("agent", "bookings", {"offer": offer["id"], "passenger": linda["id"]}).status_code == 201


def test_the_search_box_says_that_the_bus_comes_to_the_place_itself(world: World, linda: dict[str, Any]) -> None:
    world.post(
        "agent",
        "saved-places",
        {"label": "farm", "position": {name: FARM[name] for name in ("type", "coordinates")}, "passenger": linda["id"]},
    )
    hers = world.get("agent", f"places?service=ripon&q=farm&passenger={linda['id']}").json()["places"][0]
    assert (hers["served"], hers["at_door"], hers["why_not"]) == (True, True, None)
    Passenger.objects.update(door_to_door=False)
    hers = world.get("agent", f"places?service=ripon&q=farm&passenger={linda['id']}").json()["places"][0]
    assert (hers["served"], hers["at_door"], hers["why_not"]) == (False, False, "no-stop-near")


def test_where_no_road_goes_no_bus_comes(world: World, linda: dict[str, Any]) -> None:
    problem = world.post("agent", "offers", world.wish(destination=MOOR, passenger=linda["id"]))
    assert problem.status_code == 422
    assert problem.json()["type"] == "/api/v1/problems/no-way-to-door"
    assert problem.json()["errors"][0]["pointer"] == "#/destination"
    assert "gets to the destination by road" in problem.json()["detail"]
    assert problem.json()["alternatives"][0]["kind"] == "destination_stop"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (5, "Give a text in quotes."),
        ("a\nb", "Write it on one line"),
        ("x" * 121, "120"),
        ("turn\u202eed", "one line"),
        (None, "null"),
    ],
)
def test_a_name_that_a_driver_cant_read_is_refused(world: World, name: object, says: str) -> None:
    problem = world.post("agent", "offers", world.wish(origin=FARM | {"name": name}))
    assert problem.status_code == 400
    assert problem.json()["errors"][0]["pointer"] == "#/origin/name"
    assert says in problem.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"door_to_door": "yes"}, "#/door_to_door"),
        ({"extra_boarding_s": -1}, "#/extra_boarding_s"),
        ({"extra_boarding_s": 2000}, "#/extra_boarding_s"),
        ({"needs": "a\u0000b"}, "#/needs"),
        ({"name": "12"}, "#/name"),
        ({"phone": "none"}, "#/phone"),
        ({"operator": 2}, "#/operator"),
    ],
)
def test_what_makes_no_sense_changes_nothing(world: World, linda: dict[str, Any], body: Any, pointer: str) -> None:
    problem = patch(world, "agent", f"passengers/{linda['id']}", body)
    assert problem.status_code == 400
    assert problem.json()["errors"][0]["pointer"] == pointer
    assert world.get("agent", f"passengers/{linda['id']}").json() == linda


def test_what_is_left_out_stays(world: World, linda: dict[str, Any]) -> None:
    changed = patch(world, "agent", f"passengers/{linda['id']}", {"extra_boarding_s": 60}).json()
    assert changed == linda | {"extra_boarding_s": 60}


def test_passengers_of_another_operator_are_not_there(world: World, linda: dict[str, Any]) -> None:
    assert world.get("otto", f"passengers/{linda['id']}").status_code == 404
    assert patch(world, "otto", f"passengers/{linda['id']}", {"needs": "x"}).status_code == 404
    same = world.post("otto", "passengers", {"name": "Linda Moor", "phone": "01765 600111"}).json()
    assert same["id"] != linda["id"]
    assert not same["door_to_door"]
