"""Whoever is on the telephone is found by whatever they say, and by nobody of another operator."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point as Position

from bookings.models import Operator, Passenger, Place, PlaceKind, SavedPlace
from tests.backend.api_world import HOME, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world: World) -> dict[str, Passenger]:
    ours, theirs = world.service.operator, Operator.objects.get(slug="elsewhere")
    rows = {
        "sian": (ours, "Siân Llywelyn-Price", "+44 (0)7700 900 456"),
        "mary": (ours, "Mary O'Neill", "01765 600321"),
        "john": (ours, "John Price", ""),
        "away": (theirs, "Siân Llywelyn", "07700 900456"),
    }
    return {
        key: Passenger.objects.create(operator=operator, name=name, phone=phone) for key, (operator, name, phone) in rows.items()
    }


def search(world: World, q: str, who: str = "agent", **more: Any) -> list[str]:
    answer = world.post(who, "passengers/search", {"q": q, **more})
    assert answer.status_code == 200, answer.data
    return [each["name"] for each in answer.json()["results"]]


@pytest.mark.parametrize(
    "q",
    ["07700 900456", "07700-900-456", "+44 7700 900456", "0044 7700 900456", "447700900456", "(07700) 900456", "900456", "0456"],
)
def test_a_caller_is_found_by_their_number_however_it_is_written(world: World, people: Any, q: str) -> None:
    assert search(world, q) == ["Siân Llywelyn-Price"]


def test_a_local_number_is_found_without_its_area(world: World, people: Any) -> None:
    assert search(world, "600321") == ["Mary O'Neill"]
    assert search(world, "600322") == []


@pytest.mark.parametrize("q", ["sian llyw", "SIÂN", "llywelyn", "price sian", "Llywelyn Price", "sian 900456"])
def test_a_name_is_found_by_its_parts_without_case_and_accents(world: World, people: Any, q: str) -> None:
    assert search(world, q) == ["Siân Llywelyn-Price"]


def test_an_apostrophe_is_no_hindrance(world: World, people: Any) -> None:
    assert search(world, "oneill") == search(world, "o'neill") == ["Mary O'Neill"]


def test_everybody_of_a_name_is_told_by_name(world: World, people: Any) -> None:
    assert search(world, "price") == ["John Price", "Siân Llywelyn-Price"]


def test_somebody_is_found_by_the_postcode_of_a_place_they_saved(world: World, people: Any) -> None:
    lon, lat = HOME["coordinates"]
    postcode = {"service": world.service, "kind": PlaceKind.POSTCODE, "name": "HG4 9ZZ", "code": "HG49ZZ"}
    Place.objects.create(position=Position(lon, lat, srid=4326), **postcode)
    SavedPlace.objects.create(passenger=people["mary"], label="Home", position=Position(lon + 0.001, lat, srid=4326))
    SavedPlace.objects.create(passenger=people["john"], label="Home", position=Position(lon + 0.02, lat, srid=4326))
    assert search(world, "hg4 9zz") == search(world, "HG49ZZ") == ["Mary O'Neill"]


def test_somebody_is_found_by_the_postcode_of_a_door_they_were_fetched_at(world: World, people: Any) -> None:
    Passenger.objects.filter(user=world.users["ann"]).update(door_to_door=True)
    booking = world.book("ann", origin=HOME | {"name": "1 Skellgate"}, destination={"stop": "BED01"}, door_to_door=True)
    assert booking["pickup"]["stop"] is None
    world.book("bob", origin=HOME, destination={"stop": "BED01"})  # at a stop, as half the town
    lon, lat = HOME["coordinates"]
    Place.objects.create(
        service=world.service, kind="postcode", name="HG4 9ZZ", code="HG49ZZ", position=Position(lon, lat, srid=4326)
    )
    assert search(world, "HG4 9ZZ") == ["Ann"]


@pytest.mark.parametrize("typed", [str, str.lower, lambda it: it.replace("-", ""), lambda it: " ".join(it)])
def test_somebody_is_found_by_the_reference_of_a_booking_as_it_is_spoken(world: World, typed: Any) -> None:
    reference = world.book("ann")["reference"]
    assert search(world, typed(reference)) == ["Ann"]
    assert "Ann" not in search(world, typed(reference), who="otto")


def test_whom_another_operator_knows_is_not_found(world: World, people: Any) -> None:
    assert search(world, "sian llywelyn", who="otto") == ["Siân Llywelyn"]
    assert search(world, "07700 900456", who="otto") == ["Siân Llywelyn"]


def test_a_new_name_and_number_are_what_somebody_is_found_by_from_then_on(world: World, people: Any) -> None:
    changed = world.patch("agent", f"passengers/{people['mary'].pk}", {"name": "Mary Byrne", "phone": "01765 600999"})
    assert changed.status_code == 200, changed.data
    assert search(world, "byrne") == search(world, "600999") == ["Mary Byrne"]
    assert search(world, "oneill") == search(world, "600321") == []


@pytest.mark.parametrize("q", ["a", "12", "'", "7 7"])
def test_what_would_find_nearly_everybody_is_refused(world: World, q: str) -> None:
    answer = world.post("agent", "passengers/search", {"q": q})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/q")
    assert answer.json()["type"].endswith("/too-vague")


def test_many_of_one_name_come_page_by_page_and_nobody_twice(world: World) -> None:
    for number in range(7):
        Passenger.objects.create(operator=world.service.operator, name=f"Fern Hill {number % 3}", phone="")
    seen, after = [], {}
    while True:
        page = world.post("agent", "passengers/search", {"q": "fern", "limit": 3, **after}).json()
        seen += [(each["name"], each["id"]) for each in page["results"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == sorted(seen)
    assert len(set(seen)) == 7


def test_the_question_stands_in_no_address(world: World) -> None:
    assert world.get("agent", "passengers/search?q=ann").status_code == 405
    assert world.get("agent", "passengers?q=ann").status_code == 405
