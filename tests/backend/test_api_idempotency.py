"""A write that is sent twice with one Idempotency-Key happens once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.response import Response

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
def test_without_a_key_a_second_time_is_a_second_time(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    assert [world.post("ann", "bookings", {"offer": offer}).status_code for _ in range(2)] == [201, 409]


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
