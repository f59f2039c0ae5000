"""Who may do what, beyond the table in `access_table.py`."""

from __future__ import annotations

import pytest

from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

DAY = "services/ripon/days/2027-06-07"


def test_without_a_token_one_is_told_how_to_sign_in(world: World) -> None:
    for client in (world.client(None), world.client(None)):
        response = client.get("/api/v1/bookings")
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Token"
        assert response.json()["type"] == "/api/v1/problems/unauthenticated"
    client.credentials(HTTP_AUTHORIZATION="Token made-up")
    assert client.get("/api/v1/bookings").status_code == 401


def test_a_passenger_books_for_nobody_else(world: World) -> None:
    bob = world.users["bob"].passenger.pk
    for other in (bob, {"name": "Bob", "phone": "07700 900001"}):
        response = world.post("ann", "offers", world.wish(passenger=other))
        assert response.status_code == 403
        assert response.json()["errors"][0]["pointer"] == "#/passenger"
    assert world.offers("ann", passenger=world.users["ann"].passenger.pk)


def test_another_operators_service_and_passengers_are_unknown(world: World) -> None:
    assert world.post("eve", "offers", world.wish()).json()["errors"][0]["pointer"] == "#/service"
    eve = world.users["eve"].passenger.pk
    assert world.post("agent", "offers", world.wish(passenger=eve)).json()["errors"][0]["pointer"] == "#/passenger"


def test_pages_use_the_session_with_csrf(world: World) -> None:
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(world.users["dispatcher"])
    assert client.get(f"/api/v1/{DAY}").status_code == 200
    refused = client.post(f"/api/v1/{DAY}/reoptimise", {}, format="json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
