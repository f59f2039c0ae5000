"""A passenger keeps the places that they go to often; the phone agent finds "home" for a caller, too."""

from __future__ import annotations

from typing import Any

import pytest

from bookings.actions.save_place import MOST
from bookings.models import SavedPlace
from tests.backend.api_world import HOME, World

pytestmark = pytest.mark.django_db

MUM = {"type": "Point", "coordinates": [-1.5924, 54.2885]}


def save(world: World, who: str, label: str, position: dict[str, Any] = HOME, **other: Any) -> dict[str, Any]:
    response = world.post(who, "saved-places", {"label": label, "position": position, **other})
    assert response.status_code == 201, response.json()
    saved: dict[str, Any] = response.json()
    return saved


def labels(world: World, who: str, query: str = "") -> list[str]:
    return [place["label"] for place in world.get(who, f"saved-places{query}").json()]


def found(world: World, who: str, q: str, **other: Any) -> list[dict[str, Any]]:
    response = world.client(who).get("/api/v1/places", {"service": "ripon", "q": q, **other})
    assert response.status_code == 200, response.json()
    return [place for place in response.json()["places"] if place["kind"] == "saved"]


def test_ann_saves_her_home_and_is_taken_there(world: World) -> None:
    saved = save(world, "ann", "Home")

    (home,) = found(world, "ann", "hom")

    assert (home["label"], home["code"], home["served"]) == ("Home", str(saved["id"]), True)
    assert world.offers("ann", origin={"stop": "BED01"}, destination=home["position"])


def test_the_same_name_again_moves_the_place(world: World) -> None:
    save(world, "ann", "Mum's")
    save(world, "ann", "Mum's", MUM)

    (place,) = world.get("ann", "saved-places").json()
    assert place["position"] == MUM


def test_what_is_removed_is_gone(world: World) -> None:
    saved = save(world, "ann", "Home")

    assert world.client("ann").delete(f"/api/v1/saved-places/{saved['id']}").status_code == 204

    assert labels(world, "ann") == []
    assert found(world, "ann", "home") == []
    assert world.client("ann").delete(f"/api/v1/saved-places/{saved['id']}").status_code == 404


def test_nobody_finds_or_removes_the_places_of_somebody_else(world: World) -> None:
    saved = save(world, "ann", "Home")
    ann = world.users["ann"].passenger.pk

    for stranger in ("bob", "eve"):
        assert labels(world, stranger) == []
        assert found(world, "bob", "home") == []
        assert world.get(stranger, f"saved-places?passenger={ann}").status_code == 403
        assert world.client(stranger).delete(f"/api/v1/saved-places/{saved['id']}").status_code == 404
    assert world.client("otto").delete(f"/api/v1/saved-places/{saved['id']}").status_code == 404
    assert world.get("otto", f"saved-places?passenger={ann}").status_code == 400
    assert world.client("bob").get("/api/v1/places", {"service": "ripon", "q": "home", "passenger": ann}).status_code == 403
    assert SavedPlace.objects.count() == 1


def test_a_phone_agent_keeps_and_finds_them_for_a_caller(world: World) -> None:
    ann = world.users["ann"].passenger.pk

    saved = save(world, "agent", "Home", passenger=ann)

    assert labels(world, "ann") == labels(world, "agent", f"?passenger={ann}") == ["Home"]
    assert [place["label"] for place in found(world, "agent", "home", passenger=ann)] == ["Home"]
    assert found(world, "agent", "home") == []  # nobody's in particular
    assert world.client("agent").delete(f"/api/v1/saved-places/{saved['id']}").status_code == 204


def test_an_agent_says_for_whom(world: World) -> None:
    kept = world.post("agent", "saved-places", {"label": "Home", "position": HOME})
    asked = world.get("agent", "saved-places")

    assert (kept.status_code, kept.json()["type"]) == (422, "/api/v1/problems/passenger-needed")
    assert (asked.status_code, asked.json()["errors"][0]["parameter"]) == (400, "passenger")


def test_there_is_an_end_to_it(world: World) -> None:
    for number in range(MOST):
        save(world, "ann", f"Place {number}")

    response = world.post("ann", "saved-places", {"label": "One more", "position": HOME})
    assert (response.status_code, response.json()["type"]) == (409, "/api/v1/problems/too-many-places")
    save(world, "ann", "Place 0", MUM)  # moving one is fine


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"position": HOME}, "#/label"),
        ({"label": "  ", "position": HOME}, "#/label"),
        ({"label": "--", "position": HOME}, "#/label"),
        ({"label": "two\nlines", "position": HOME}, "#/label"),
        ({"label": "x" * 61, "position": HOME}, "#/label"),
        ({"label": "Home"}, "#/position"),
        ({"label": "Home", "position": {"stop": "RIP01"}}, "#/position"),
        ({"label": "Home", "position": {"type": "Point", "coordinates": [54.1, 181]}}, "#/position/coordinates"),
        ({"label": "Home", "position": HOME, "colour": "blue"}, "#/colour"),
    ],
)
def test_what_can_t_be_understood_is_named(world: World, body: dict[str, Any], pointer: str) -> None:
    response = world.post("ann", "saved-places", body)

    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
