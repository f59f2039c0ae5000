"""Whatever JSON arrives, the answer is an answer: the test client raises what would be a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.backend.api_world import World, with_key

pytestmark = pytest.mark.django_db

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
NAMES = st.sampled_from(["stop", "type", "coordinates", "adults", "wheelchairs", "name", "phone", "id"]) | st.text(max_size=5)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6)
POINTS = st.builds(lambda pair: {"type": "Point", "coordinates": pair}, st.lists(st.floats(-200, 200), min_size=2, max_size=2))
TIMES = st.datetimes().map(lambda at: at.isoformat()) | st.datetimes().map(lambda at: f"{at.isoformat(timespec='seconds')}+14:00")
PARTIES = st.dictionaries(st.sampled_from(["adults", "children", "wheelchairs"]), st.integers(-1, 120))
TYPED = st.text("abekmnoprst 0123456789-.,'é", max_size=30) | st.sampled_from(["1e400,5", "nan,nan", "-1.5,54.1", "0,91", "-1"])
TYPED |= st.sampled_from(["2027-06-07", "0001-01-01", "9999-12-31", "true", "false"])
SEARCHED = ["date", "limit", "near", "q", "service", "wheelchair"]
VALUES = JSON | POINTS | TIMES | PARTIES


def fuzz(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def booking(world: World) -> dict[str, Any]:
    return world.book("ann")


def ask(world: World, who: str, path: str, body: Any) -> None:
    sent = json.dumps(body)
    response = world.client(who).generic("POST", f"/api/v1/{path}", sent, content_type="application/json", **with_key({}))
    assert response.status_code in (200, 201, 202, 400, 403, 404, 409, 410, 422), response.content
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["detail"]


@fuzz(60)
@given(
    field=st.sampled_from(
        [
            "service",
            "origin",
            "destination",
            "leave_at",
            "arrive_by",
            "party",
            "passenger",
            "door_to_door",
            "return",
            "instead_of",
        ]
    ),
    value=VALUES,
)
def test_any_field_of_a_wish(world: World, field: str, value: Any) -> None:
    ask(world, "agent", "offers", world.wish() | {field: value})


@fuzz(40)
@given(
    path=st.sampled_from(
        ["offers", "passengers", "saved-places", "waitlist", "webhooks", "bookings", "bookings/AAA-AAA/cancel", "shifts/1/events"]
    ),
    body=JSON,
)
def test_any_body(world: World, path: str, body: Any) -> None:
    ask(world, "dispatcher", path, body)


@fuzz(40)
@given(field=st.sampled_from(["kind", "booking", "at"]), value=VALUES)
def test_any_field_of_a_report(world: World, booking: dict[str, Any], field: str, value: Any) -> None:
    body = {"kind": "arrived", "booking": booking["reference"], "at": world.now.isoformat()} | {field: value}
    ask(world, "dispatcher", f"shifts/{booking['shift']['id']}/events", body)


@fuzz(40)
@given(name=st.sampled_from(["service", "date", "status", "limit", "cursor"]), value=st.text(max_size=30))
def test_any_query(world: World, name: str, value: str) -> None:
    response = world.client("agent").get("/api/v1/bookings", {name: value.encode("utf-8", "replace")})
    assert response.status_code in (200, 400)


@fuzz(60)
@given(asked=st.dictionaries(st.sampled_from(SEARCHED), st.text(max_size=120) | TYPED, max_size=3))
def test_any_search(world: World, asked: dict[str, str]) -> None:
    sent = {name: value.encode("utf-8", "replace") for name, value in ({"service": "ripon", "q": "ripon"} | asked).items()}
    response = world.client("ann").get("/api/v1/places", sent)
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        assert response.json()["errors"][0]["parameter"] in SEARCHED


WAYS = st.dictionaries(st.sampled_from(["sms", "push", "x"]), JSON | st.lists(st.sampled_from(["reminders", "x"])), max_size=2)
ADDRESSES = st.text("htps:/@[]%.?#0aé\ud800 \\", max_size=30).map(lambda text: f"https://{text}") | st.text(max_size=30) | JSON


@fuzz(60)
@given(field=st.sampled_from(["language", "email", "preferred_channel", "opted_out"]), value=VALUES | WAYS | st.text(max_size=30))
def test_any_way_to_be_told(world: World, field: str, value: Any) -> None:
    response = world.client("ann").generic("PATCH", "/api/v1/me", json.dumps({field: value}), content_type="application/json")
    assert response.status_code in (200, 400), response.content


@fuzz(60)
@given(address=ADDRESSES, keys=JSON | st.fixed_dictionaries({"p256dh": ADDRESSES, "auth": ADDRESSES}))
def test_any_address(world: World, address: Any, keys: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backend.outside.addresses.socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("8.8.8.8", 443))])
        ask(world, "dispatcher", "webhooks", {"url": address})
        ask(world, "ann", "me/devices", {"endpoint": address, "keys": keys})
