"""What the API tells of a stop, and of one that is closed."""

from __future__ import annotations

from datetime import date

import pytest

from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


def test_a_stop_says_who_can_use_it_and_when(world: World) -> None:
    stop = world.service.stops.get(code="RIP01")
    stop.wheelchair, stop.extra_boarding_s, stop.public_code = True, 20, "nyodajg"
    stop.closed_from, stop.closed_until, stop.closed_because = date(2027, 6, 1), date(2027, 6, 3), "the market is on"
    stop.save()

    answer = world.client("ann").get("/api/v1/services/ripon/stops").json()

    told = next(feature["properties"] for feature in answer["features"] if feature["id"] == "RIP01")
    assert told == {
        "code": "RIP01",
        "name": "Bus Station",
        "settlement": "Ripon",
        "atco_code": "3200YND12810",
        "public_code": "nyodajg",
        "wheelchair": True,
        "extra_boarding_s": 20,
        "closed_from": "2027-06-01",
        "closed_until": "2027-06-03",
        "closed_because": "the market is on",
    }


def test_a_passenger_reads_in_the_booking_what_stands_on_the_flag(world: World) -> None:
    stop = world.service.stops.get(code="RIP01")
    stop.public_code = "nyodajg"
    stop.save()

    booking = world.book("ann", origin={"stop": "RIP01"}, destination={"stop": "MAS01"})

    assert booking["pickup"]["stop"]["public_code"] == "nyodajg"
    assert booking["dropoff"]["stop"]["public_code"] == ""
    calls = world.get("dispatcher", f"shifts/{booking['shift']['id']}/manifest").json()["calls"]
    assert next(call["stop"]["public_code"] for call in calls if call["action"] == "board") == "nyodajg"


def test_clients_read_whose_data_a_service_is_made_of(world: World) -> None:
    listed = world.get("ann", "services").json()[0]["attribution"]
    assert world.get("ann", "services/ripon").json()["attribution"] == listed
    # Ripon's roads are drawn by hand: nothing of it is OpenStreetMap's.
    assert [source["text"].split(":")[0].split(" data")[0] for source in listed] == ["NaPTAN", "Contains OS"]
    assert "© Crown copyright and database right" in listed[1]["text"]
    assert "Royal Mail" in listed[1]["text"]

    world.service.sources = ["openstreetmap"]
    world.service.save()
    assert world.get("ann", "services/ripon").json()["attribution"] == [
        {
            "text": "© OpenStreetMap contributors",
            "short": "© OpenStreetMap contributors",
            "url": "https://www.openstreetmap.org/copyright",
        }
    ]
