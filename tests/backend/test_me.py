"""Ann's own account: what she needs on the way, how she stands, her devices, and all of it to take away or to be forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bookings.actions.striking import strike
from bookings.models import Booking, Passenger, StrikeKind
from bookings.queries import export
from tests.backend.access_world import DEVICE_KEYS
from tests.backend.api_world import World
from tests.backend.code_post import MOBILE, signed_in
from tests.backend.messenger import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(world: World) -> Passenger:
    found: Passenger = world.users["ann"].passenger
    return found


# --- What she needs


def test_what_ann_says_that_she_needs_is_what_the_desk_and_the_driver_read(world: World, ann: Passenger) -> None:
    said = {"needs": "speak up, please", "assistance": ["walker", "ramp", "walker"], "extra_boarding_s": 120}
    mine = world.patch("ann", "me", said).json()
    assert (mine["needs"], mine["assistance"], mine["extra_boarding_s"]) == ("speak up, please", ["ramp", "walker"], 120)
    assert world.get("ann", "me").json() == mine
    known = world.get("agent", f"passengers/{ann.pk}").json()
    assert {name: known[name] for name in said} == {name: mine[name] for name in said}
    shift = world.book("ann")["shift"]["id"]
    calls = world.get("dispatcher", f"shifts/{shift}/manifest").json()["calls"]
    assert "speak up, please" in str(calls)
    assert "Walking frame" in str(calls)


def test_who_boards_slowly_says_so_and_offers_allow_for_it(world: World, ann: Passenger) -> None:
    taken = []
    for hour, extra in ((10, 0), (14, 600)):
        assert world.patch("ann", "me", {"extra_boarding_s": extra}).status_code == 200
        reference = world.book("ann", leave_at=world.at(hour))["reference"]
        taken.append(Booking.objects.get(reference=reference).boarding_s)
    assert taken[1] == taken[0] + 600


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"assistance": ["helicopter"]}, "#/assistance/0"),
        ({"extra_boarding_s": 1801}, "#/extra_boarding_s"),
        ({"needs": "x" * 201}, "#/needs"),
        ({"needs": "two\nlines"}, "#/needs"),
        ({"name": " "}, "#/name"),
        ({"name": "1234"}, "#/name"),
    ],
)
def test_the_rules_are_those_for_staff(world: World, body: dict[str, Any], pointer: str, ann: Passenger) -> None:
    mine = world.patch("ann", "me", body)
    assert (mine.status_code, mine.json()["errors"][0]["pointer"]) == (400, pointer)
    theirs = world.patch("agent", f"passengers/{ann.pk}", body)
    assert theirs.json()["errors"] == mine.json()["errors"]


def test_who_is_fetched_at_the_door_reads_it_and_cannot_say_so(world: World, ann: Passenger) -> None:
    assert world.get("ann", "me").json()["door_to_door"] is False
    assert world.patch("ann", "me", {"door_to_door": True}).status_code == 400
    world.patch("agent", f"passengers/{ann.pk}", {"door_to_door": True})
    assert world.get("ann", "me").json()["door_to_door"] is True
    assert world.patch("ann", "me", {"standing": []}).status_code == 400


def test_ann_puts_her_name_right_for_everybody(world: World, ann: Passenger) -> None:
    assert world.patch("ann", "me", {"name": "  Anne Llywelyn "}).json()["name"] == "Anne Llywelyn"
    booking = world.book("ann")
    assert (booking["passenger"]["name"], booking["booked_by"]) == ("Anne Llywelyn", "Anne Llywelyn")
    found = world.post("agent", "passengers/search", {"q": "llywelyn"}).json()["results"]
    assert [each["id"] for each in found] == [ann.pk]


# --- How she stands


def test_ann_reads_what_counts_against_her_and_until_when(world: World, ann: Passenger) -> None:
    assert world.get("ann", "me").json()["standing"] == []
    told = []
    for hour in (10, 13, 16):
        row = Booking.objects.get(reference=world.book("ann", leave_at=world.at(hour))["reference"])
        strike(row, StrikeKind.LATE_CANCEL, by=None, now=world.now)
        told.append(world.get("ann", "me").json()["standing"][0])
    until = world.at(7, days=14)  # two weeks from now on, at seven
    assert told == [
        {"service": "ripon", "strikes": 1, "warned": False, "suspended_until": None},
        {"service": "ripon", "strikes": 2, "warned": True, "suspended_until": None},
        {"service": "ripon", "strikes": 3, "warned": True, "suspended_until": until},
    ]
    assert world.get("agent", f"passengers/{ann.pk}").json()["standing"] == told[2:]
    world.set_clock(world.now + timedelta(days=91))
    assert world.get("ann", "me").json()["standing"] == []


# --- Her devices


def test_ann_sees_on_which_devices_she_is_told_and_takes_one_away(world: World) -> None:
    assert world.get("ann", "me/devices").json() == []
    for number in (1, 2):
        world.post("ann", "me/devices", {"endpoint": f"https://8.8.8.8/{number}", "keys": DEVICE_KEYS})
    first, second = world.get("ann", "me/devices").json()
    assert [first["endpoint"], second["endpoint"]] == ["https://8.8.8.8/1", "https://8.8.8.8/2"]
    assert DEVICE_KEYS["auth"] not in str([first, second])
    assert world.get("bob", "me/devices").json() == []
    world.client("ann").delete(f"/api/v1/me/devices/{first['id']}")
    assert world.get("ann", "me/devices").json() == [second]


# --- All of it


def test_ann_takes_away_what_staff_would_hand_her(world: World, ann: Passenger) -> None:
    world.book("ann")
    answer = world.get("ann", "me/export")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    mine, theirs = answer.json(), world.get("dispatcher", f"passengers/{ann.pk}/export").json()
    assert mine.keys() == theirs.keys()
    assert {name: rows for name, rows in mine.items() if name != "audit"} == {
        name: rows for name, rows in theirs.items() if name != "audit"
    }
    assert mine["bookings"]
    assert len(export(ann)["audit"]) == len(mine["audit"]) + 1  # that of the dispatcher's look


def test_ann_is_forgotten_once_no_journey_is_ahead(world: World, ann: Passenger) -> None:
    reference = world.book("ann")["reference"]
    world.patch("ann", "me", {"language": "cy"})
    refused = world.post("ann", "me/erase")
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/still-travels")
    assert refused.json()["detail"] == f"Mae teithiau i ddod: {reference}. Canslwch nhw yn gyntaf."
    world.post("ann", f"bookings/{reference}/cancel")

    assert world.post("ann", "me/erase", HTTP_IDEMPOTENCY_KEY=None).status_code == 400
    assert world.post("ann", "me/erase").status_code == 204

    ann.refresh_from_db()
    assert (ann.name, ann.phone, ann.user) == ("Erased passenger", "", None)
    assert world.get("ann", "me").status_code == 401
    trail = world.get("dispatcher", f"passengers/{ann.pk}/audit").json()["results"]
    assert ("POST me/erase", 204, "passenger") in [(row["operation"], row["status"], row["role"]) for row in trail]


def test_who_signed_in_by_a_code_is_out_with_it(world: World, post: Provider) -> None:
    token = signed_in(world, post, name="Fern", phone=MOBILE).json()["session_token"]
    headers = {"HTTP_X_SESSION_TOKEN": token, "HTTP_IDEMPOTENCY_KEY": "once"}
    client = world.client(None)
    assert client.post("/api/v1/me/erase", {}, format="json", **headers).status_code == 204
    assert client.get("/api/v1/me", HTTP_X_SESSION_TOKEN=token).status_code == 401
    assert not Passenger.objects.filter(name="Fern").exists()
