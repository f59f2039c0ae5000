"""A write that is sent twice with one Idempotency-Key happens once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.response import Response

from backend import tasks
from bookings.models import Booking, Event, IdempotencyKey
from tests.backend.api_world import World


def book(world: World, offer: str, key: str, who: str = "ann", **other: Any) -> Response:
    return world.post(who, "bookings", {"offer": offer, **other}, HTTP_IDEMPOTENCY_KEY=key)


@pytest.mark.django_db
def test_the_same_again_brings_the_same_answer(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    first, second = (book(world, offer, "k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Booking.objects.count() == 1


@pytest.mark.django_db
def test_with_another_key_a_second_time_is_a_second_time(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    assert [book(world, offer, key).status_code for key in ("k1", "k2")] == [201, 409]


@pytest.mark.django_db
def test_another_body_or_address_needs_another_key(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    reference = book(world, offer, "k1", hold=True).json()["reference"]
    for response in (
        book(world, offer, "k1", hold=False),
        world.post("ann", f"bookings/{reference}/confirm", HTTP_IDEMPOTENCY_KEY="k1"),
    ):
        assert response.status_code == 422
        assert response.json()["type"] == "/api/v1/problems/idempotency-key-reused"
    assert Booking.objects.get().status == "held"


@pytest.mark.django_db
def test_keys_are_ones_own(world: World) -> None:
    for who in ("ann", "bob"):
        assert book(world, world.offers(who)[0]["id"], "k1", who).status_code == 201
    assert Booking.objects.count() == 2


@pytest.mark.django_db
def test_a_no_is_replayed_too(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    world.set_clock(world.now + timedelta(hours=1))
    first, second = (book(world, offer, "k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (410, 410)
    assert first.json() == second.json()
    assert second["Content-Type"] == "application/problem+json"
    assert second["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
def test_alternatives_outlive_the_no(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = world.offers("ann")[0]["id"]
    with monkeypatch.context() as patched:
        patched.setattr("bookings.planner.Planner.best", lambda *args: None)
        problem = book(world, offer, "k1").json()
    assert book(world, problem["alternatives"][0]["id"], "k2").status_code == 201


@pytest.mark.django_db
def test_after_a_mistake_the_key_can_be_used_again(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    assert book(world, offer, "k1", hold="yes").status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert book(world, offer, "k1", hold=True).status_code == 201


@pytest.mark.django_db
def test_steps_and_reports_are_done_once(world: World) -> None:
    booking = world.book("ann", hold=True)
    path = f"bookings/{booking['reference']}"
    events = f"shifts/{booking['shift']['id']}/events"
    world.post("ann", f"{path}/confirm", HTTP_IDEMPOTENCY_KEY="c")
    body = {"kind": "boarded", "booking": booking["reference"]}
    told = [world.post("dispatcher", events, body, HTTP_IDEMPOTENCY_KEY="e") for _ in range(2)]
    assert [response.status_code for response in told] == [201, 201]
    assert Event.objects.filter(kind="driver.boarded").count() == 1
    replayed = world.post("ann", f"{path}/confirm", HTTP_IDEMPOTENCY_KEY="c")
    assert replayed.json()["status"] == "confirmed"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "clé", "a\tb"])
def test_a_key_is_short_and_plain(world: World, key: str) -> None:
    response = book(world, "00000000-0000-4000-8000-000000000000", key)
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "Idempotency-Key"


@pytest.mark.django_db
def test_what_books_changes_or_reports_wants_a_key_and_says_what_it_is_for(world: World) -> None:
    booking = world.book("ann", hold=True)
    calls = [
        *(("POST", "bookings"), ("POST", f"bookings/{booking['reference']}/confirm")),
        *(("POST", f"bookings/{booking['reference']}/cancel"), ("POST", f"shifts/{booking['shift']['id']}/events")),
        ("PATCH", f"passengers/{booking['passenger']['id']}"),
    ]
    for method, path in calls:
        refused = world.client("dispatcher").generic(method, f"/api/v1/{path}", "{}", content_type="application/json")
        assert (refused.status_code, refused.json()["type"]) == (400, "/api/v1/problems/idempotency-key-missing"), path
        assert refused.json()["errors"][0]["parameter"] == "Idempotency-Key"
        assert "UUID" in refused.json()["detail"]
    assert Booking.objects.get().status == "held"


@pytest.mark.django_db
def test_what_can_be_done_twice_without_harm_wants_none(world: World) -> None:
    caller = {"name": "Fern", "phone": "07700 900004"}
    home = {"label": "Home", "position": {"type": "Point", "coordinates": [-1.52, 54.13]}}
    for path, body, who in (("passengers", caller, "agent"), ("saved-places", home, "ann")):
        first, second = (world.post(who, path, body, HTTP_IDEMPOTENCY_KEY=None) for _ in range(2))
        assert first.json() == second.json(), path


@pytest.mark.django_db
def test_after_a_day_a_key_is_as_good_as_new(world: World) -> None:
    first = book(world, world.offers("ann")[0]["id"], "k1")
    world.set_clock(world.now + timedelta(hours=23, minutes=59))
    other = world.offers("ann", leave_at=world.at(10))[0]["id"]
    assert book(world, other, "k1").status_code == 422
    world.set_clock(world.now + timedelta(minutes=1))
    second = book(world, other, "k1")
    assert second.status_code == 201
    assert second.json()["reference"] != first.json()["reference"]
    assert book(world, other, "k1")["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
def test_old_answers_are_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "database_now", lambda: world.now)
    world.book("ann")
    world.set_clock(world.now + timedelta(hours=12))
    world.book("bob", leave_at=world.at(10, days=1))
    world.set_clock(world.now + timedelta(hours=12))
    tasks.sweep_keys()
    assert [row.user for row in IdempotencyKey.objects.all()] == [world.users["bob"]]
