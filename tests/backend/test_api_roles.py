"""Who may do what. What isn't yours isn't there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bookings.models import Shift
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

ROLES = ("ann", "agent", "dispatcher", "ash", "otto", "nobody", None)
DAY = "services/ripon/days/2027-06-07"
NO_OFFER = {"offer": "00000000-0000-4000-8000-000000000000"}


def status(world: World, who: str | None, method: str, path: str, body: Any = None) -> int:
    response = world.client(who).generic(method, f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
    return int(response.status_code)


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        # ann is a passenger, ash a driver, otto another operator's dispatcher; nobody is signed in and has no role; None isn't
        ("GET", "services", None, (200, 200, 200, 200, 200, 403, 401)),
        ("GET", "services/ripon", None, (200, 200, 200, 200, 404, 403, 401)),
        ("GET", "services/ripon/stops", None, (200, 200, 200, 200, 404, 403, 401)),
        ("GET", "services/ripon/zones", None, (200, 200, 200, 200, 404, 403, 401)),
        ("GET", "places?service=ripon&q=hospital", None, (200, 200, 200, 200, 400, 403, 401)),
        ("GET", "saved-places", None, (200, 400, 400, 403, 400, 403, 401)),
        ("POST", "saved-places", {}, (400, 400, 400, 403, 400, 403, 401)),
        ("POST", "passengers", {}, (403, 400, 400, 403, 400, 403, 401)),
        ("GET", "passengers/999999", None, (403, 404, 404, 403, 404, 403, 401)),
        ("PATCH", "passengers/999999", {"needs": ""}, (403, 404, 404, 403, 404, 403, 401)),
        ("GET", "me", None, (200, 403, 403, 403, 403, 403, 401)),
        ("PATCH", "me", {}, (400, 403, 403, 403, 403, 403, 401)),
        ("POST", "me/devices", {}, (400, 403, 403, 403, 403, 403, 401)),
        ("DELETE", "me/devices/1", None, (404, 403, 403, 403, 403, 403, 401)),
        ("GET", "webhooks", None, (403, 403, 200, 403, 200, 403, 401)),
        ("POST", "webhooks", {}, (403, 403, 400, 403, 400, 403, 401)),
        ("PATCH", "webhooks/1", {}, (403, 403, 404, 403, 404, 403, 401)),
        ("DELETE", "webhooks/1", None, (403, 403, 404, 403, 404, 403, 401)),
        ("POST", "webhooks/1/secret", {}, (403, 403, 404, 403, 404, 403, 401)),
        ("GET", "webhooks/1/deliveries", None, (403, 403, 404, 403, 404, 403, 401)),
        ("POST", "offers", {}, (400, 400, 400, 403, 400, 403, 401)),
        ("GET", "bookings", None, (200, 200, 200, 403, 200, 403, 401)),
        ("POST", "bookings", NO_OFFER, (404, 404, 404, 403, 404, 403, 401)),
        ("GET", "bookings/AAA-AAA", None, (404, 404, 404, 403, 404, 403, 401)),
        ("POST", "bookings/AAA-AAA/confirm", {}, (404, 404, 404, 403, 404, 403, 401)),
        ("POST", "bookings/AAA-AAA/change", NO_OFFER, (404, 404, 404, 403, 404, 403, 401)),
        ("POST", "bookings/AAA-AAA/cancel", {}, (404, 404, 404, 403, 404, 403, 401)),
        ("POST", "bookings/AAA-AAA/reverse-strike", {"why": "x"}, (403, 404, 404, 403, 404, 403, 401)),
        ("POST", "passengers/999999/reinstate", {"why": "x", "service": "ripon"}, (403, 403, 404, 403, 404, 403, 401)),
        ("GET", "series", None, (200, 200, 200, 403, 200, 403, 401)),
        ("POST", "series", {}, (400, 400, 400, 403, 400, 403, 401)),
        ("GET", "series/999999", None, (404, 404, 404, 403, 404, 403, 401)),
        ("POST", "series/999999/skip", {"date": "2027-06-09"}, (404, 404, 404, 403, 404, 403, 401)),
        ("POST", "series/999999/end", {}, (404, 404, 404, 403, 404, 403, 401)),
        ("GET", "waitlist", None, (200, 200, 200, 403, 200, 403, 401)),
        ("POST", "waitlist", {"refusal": 999999}, (404, 404, 404, 403, 404, 403, 401)),
        ("DELETE", "waitlist/999999", None, (404, 404, 404, 403, 404, 403, 401)),
        ("POST", "bookings/AAA-AAA/payment", {}, (404, 404, 404, 403, 404, 403, 401)),
        ("GET", "bookings/AAA-AAA/receipts", None, (404, 404, 404, 403, 404, 403, 401)),
        ("POST", "bookings/AAA-AAA/receipts", {}, (404, 404, 404, 403, 404, 403, 401)),
        ("GET", "bookings/AAA-AAA/receipts/1", None, (404, 404, 404, 403, 404, 403, 401)),
        ("GET", "accounts", None, (403, 403, 200, 403, 200, 403, 401)),
        ("GET", "accounts/1/statements/2027-06", None, (403, 403, 404, 403, 404, 403, 401)),
        ("POST", "accounts/1/payments", {"pence": 1}, (403, 403, 404, 403, 404, 403, 401)),
        ("GET", "shifts", None, (403, 403, 200, 200, 200, 403, 401)),
        ("GET", "shifts/1/manifest", None, (403, 403, 404, 404, 404, 403, 401)),
        ("GET", "shifts/1/directions", None, (403, 403, 404, 404, 404, 403, 401)),
        ("POST", "shifts/1/events", {}, (403, 403, 404, 404, 404, 403, 401)),
        ("GET", DAY, None, (403, 403, 200, 403, 404, 403, 401)),
        ("GET", "services/ripon/turned-away", None, (403, 403, 200, 403, 404, 403, 401)),
        ("GET", f"{DAY}/refusals", None, (403, 403, 200, 403, 404, 403, 401)),
        ("POST", f"{DAY}/reoptimise", {"x": 1}, (403, 403, 400, 403, 404, 403, 401)),
    ],
)
def test_each_role_may_do_its_own(world: World, method: str, path: str, body: Any, expected: tuple[int, ...]) -> None:
    assert tuple(status(world, who, method, path, body) for who in ROLES) == expected


def test_without_a_token_one_is_told_how_to_sign_in(world: World) -> None:
    for client in (world.client(None), world.client(None)):
        response = client.get("/api/v1/bookings")
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Token"
        assert response.json()["type"] == "/api/v1/problems/unauthenticated"
    client.credentials(HTTP_AUTHORIZATION="Token made-up")
    assert client.get("/api/v1/bookings").status_code == 401


def test_somebody_elses_booking_is_not_there(world: World) -> None:
    reference = world.book("ann", hold=True)["reference"]
    for stranger in ("bob", "eve", "otto"):
        assert status(world, stranger, "GET", f"bookings/{reference}") == 404
        assert status(world, stranger, "POST", f"bookings/{reference}/confirm") == 404
        assert status(world, stranger, "POST", f"bookings/{reference}/cancel") == 404
        assert world.get(stranger, "bookings").json()["results"] == []
    for staff in ("agent", "dispatcher"):
        assert world.get(staff, f"bookings/{reference}").json()["status"] == "held"
        assert len(world.get(staff, "bookings").json()["results"]) == 1


def test_somebody_elses_offer_is_not_there(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    for stranger in ("bob", "eve", "otto"):
        assert status(world, stranger, "POST", "bookings", {"offer": offer}) == 404
    assert status(world, "agent", "POST", "bookings", {"offer": offer}) == 201


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


def test_a_driver_sees_their_own_shifts_alone(world: World) -> None:
    world.book("ann")  # opens the day
    own = world.get("ash", "shifts").json()
    assert [shift["driver"]["code"] for shift in own] == ["ash"]
    assert len(world.get("dispatcher", "shifts").json()) == 4
    assert world.get("otto", "shifts").json() == []
    others = Shift.objects.exclude(driver__code="ash").values_list("pk", flat=True)
    for shift in others:
        assert status(world, "ash", "GET", f"shifts/{shift}/manifest") == 404
        assert status(world, "ash", "POST", f"shifts/{shift}/events", {"kind": "break_started"}) == 404
        assert status(world, "otto", "GET", f"shifts/{shift}/manifest") == 404
        assert status(world, "dispatcher", "GET", f"shifts/{shift}/manifest") == 200


def test_pages_use_the_session_with_csrf(world: World) -> None:
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(world.users["dispatcher"])
    assert client.get(f"/api/v1/{DAY}").status_code == 200
    refused = client.post(f"/api/v1/{DAY}/reoptimise", {}, format="json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
