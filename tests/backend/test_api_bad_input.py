"""Bad input gets a problem that points at what is wrong, and never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.response import Response

from bookings.models import Booking, Offer, Refusal
from tests.backend.api_world import World, with_key

pytestmark = pytest.mark.django_db


def assert_points_at(response: Response, pointer: str, status: int = 400, slug: str = "invalid") -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"/api/v1/problems/{slug}"
    assert pointer in [error["pointer"] for error in problem["errors"]], problem
    return problem


def raw(world: World, path: str, body: str) -> Response:
    return world.client("ann").generic("POST", f"/api/v1/{path}", body, content_type="application/json", **with_key({}))


SWAPPED = {"type": "Point", "coordinates": [54.1360, -1.5243]}
SOUTH_POLE = {"type": "Point", "coordinates": [0, -90]}
YORK = {"type": "Point", "coordinates": [-1.0815, 53.9591]}
A_FIELD = {"type": "Point", "coordinates": [-1.5600, 54.1600]}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"origin": SWAPPED}, "#/origin/coordinates"),
        ({"destination": SWAPPED}, "#/destination/coordinates"),
        ({"origin": {"type": "Point", "coordinates": [-181, 54]}}, "#/origin/coordinates"),
        ({"origin": {"type": "Point", "coordinates": ["-1.5", "54.1"]}}, "#/origin/coordinates"),
        ({"origin": {"type": "Point"}}, "#/origin"),
        ({"origin": "Ripon"}, "#/origin"),
        ({"origin": None}, "#/origin"),
        ({"origin": {"stop": "NOWHERE"}}, "#/origin/stop"),
        ({"destination": {"stop": "NOWHERE"}}, "#/destination/stop"),
        ({"destination": {"stop": "a\0b"}}, "#/destination/stop"),
        ({"leave_at": "2027-06-07T10:00:00"}, "#/leave_at"),
        ({"leave_at": "soon"}, "#/leave_at"),
        ({"leave_at": 1812000000}, "#/leave_at"),
        ({"leave_at": "2027-03-28T01:30:00+00:00"}, "#/leave_at"),
        ({"leave_at": None, "arrive_by": "2027-03-28T01:30:00+01:00"}, "#/arrive_by"),
        ({"leave_at": "0001-01-01T00:00:00+14:00"}, "#/leave_at"),
        ({"leave_at": None}, "#/leave_at"),
        ({"arrive_by": "2027-06-07T10:00:00+01:00"}, "#/arrive_by"),
        ({"party": {"adults": 0}}, "#/party"),
        ({"party": {}}, "#/party"),
        ({"party": None}, "#/party"),
        ({"party": 1}, "#/party"),
        ({"party": {"adults": -1}}, "#/party/adults"),
        ({"party": {"adults": 10**9}}, "#/party/adults"),
        ({"party": {"adults": "2"}}, "#/party/adults"),
        ({"party": {"adults": True}}, "#/party/adults"),
        ({"party": {"adults": 1.5}}, "#/party/adults"),
        ({"party": {"adults": 1, "wheelchairs": 2}}, "#/party/wheelchairs"),
        ({"party": {"adults": 1, "dogs": 1}}, "#/party/dogs"),
        ({"priority": "high"}, "#/priority"),
        ({"service": "nowhere"}, "#/service"),
        ({"service": 7}, "#/service"),
        ({"service": "rip\0on"}, "#/service"),
        ({"passenger": "Ann"}, "#/passenger"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else value,
)
def test_a_wish_that_makes_no_sense(world: World, change: dict[str, Any], pointer: str) -> None:
    assert_points_at(world.post("ann", "offers", world.wish(**change)), pointer)
    assert not Offer.objects.exists()


def test_swapped_coordinates_are_told_so(world: World) -> None:
    problem = assert_points_at(world.post("ann", "offers", world.wish(origin=SWAPPED)), "#/origin/coordinates")
    assert "Did you mean [-1.5243, 54.136]" in problem["detail"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have(world: World, number: str) -> None:
    body = json.dumps(world.wish(origin={"type": "Point", "coordinates": [-1.5, 7]})).replace("7]", f"{number}]")
    assert_points_at(raw(world, "offers", body), "#/origin/coordinates")
    body = json.dumps(world.wish(party={"adults": 7})).replace("7}", f"{number}}}")
    assert_points_at(raw(world, "offers", body), "#/party/adults")


@pytest.mark.parametrize("body", ["{", "[", "\x00", '{"offer": "\x00"}', "\ufeff{}", "nil"])
def test_bodies_that_are_no_json(world: World, body: str) -> None:
    response = raw(world, "bookings", body)
    assert response.status_code == 400
    assert response.json()["type"] == "/api/v1/problems/malformed"


@pytest.mark.parametrize("body", ["[]", "null", "7", '"text"', "true"])
def test_bodies_that_are_no_object(world: World, body: str) -> None:
    for path in ("offers", "bookings"):
        assert_points_at(raw(world, path, body), "#")


@pytest.mark.parametrize(
    ("change", "pointer", "slug"),
    [
        ({"leave_at": "2027-06-07T06:30:00+01:00"}, "#/leave_at", "in-the-past"),
        ({"leave_at": "2020-02-29T10:00:00Z"}, "#/leave_at", "in-the-past"),
        ({"leave_at": None, "arrive_by": "2027-06-07T06:59:00+01:00"}, "#/arrive_by", "in-the-past"),
        ({"leave_at": "2027-06-07T07:10:00+01:00"}, "#/leave_at", "too-soon"),
        ({"leave_at": "2027-06-21T10:00:00+01:00"}, "#/leave_at", "too-far-ahead"),
        ({"leave_at": "2199-12-31T23:59:59Z"}, "#/leave_at", "too-far-ahead"),
        ({"leave_at": "2027-06-13T10:00:00+01:00"}, "#/leave_at", "closed"),
        ({"leave_at": "2027-06-07T22:00:00+01:00"}, "#/leave_at", "outside-hours"),
        ({"origin": YORK}, "#/origin", "outside-area"),
        ({"destination": YORK}, "#/destination", "outside-area"),
        ({"destination": SOUTH_POLE}, "#/destination", "outside-area"),
        ({"origin": A_FIELD}, "#/origin", "no-stop-near"),
        ({"destination": A_FIELD}, "#/destination", "no-stop-near"),
        ({"destination": {"stop": "RIP01"}}, "#/destination", "same-place"),
        ({"party": {"adults": 50}}, "#/party", "party-too-large"),
        ({"party": {"adults": 3, "wheelchairs": 3}}, "#/party", "party-too-large"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else value,
)
def test_a_wish_that_a_rule_refuses_is_kept_as_refused(world: World, change: dict[str, Any], pointer: str, slug: str) -> None:
    problem = assert_points_at(world.post("ann", "offers", world.wish(**change)), pointer, 422, slug)
    assert problem["detail"]
    refusal = Refusal.objects.get()
    assert problem["alternatives"] == refusal.alternatives
    assert problem["title"] == refusal.title
    assert world.get("ann", problem["type"].partition("/api/v1/")[2]).json()["title"] == refusal.title


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/offer"),
        ({"offer": "x"}, "#/offer"),
        ({"offer": 7}, "#/offer"),
        ({"offer": None}, "#/offer"),
        ({"offer": "00000000-0000-4000-8000-000000000000", "hold": "yes"}, "#/hold"),
        ({"offer": "00000000-0000-4000-8000-000000000000", "hold": 1}, "#/hold"),
        ({"offer": "00000000-0000-4000-8000-000000000000", "price": 0}, "#/price"),
    ],
)
def test_a_booking_that_makes_no_sense(world: World, body: dict[str, Any], pointer: str) -> None:
    assert_points_at(world.post("ann", "bookings", body), pointer)


def test_an_offer_that_there_is_not(world: World) -> None:
    body = {"offer": "00000000-0000-4000-8000-000000000000"}
    assert_points_at(world.post("ann", "bookings", body), "#/offer", 404, "not-found")


@pytest.mark.parametrize(
    ("named", "pointer"),
    [
        ({"name": "Fern"}, "#/passenger/phone"),
        ({"name": "", "phone": "07700 900004"}, "#/passenger/name"),
        ({"name": "Fern", "phone": "call me"}, "#/passenger/phone"),
        ({"name": "Fern", "phone": 7700900004}, "#/passenger/phone"),
        ({"name": "F" * 121, "phone": "07700 900004"}, "#/passenger/name"),
        ({"name": "Fern", "phone": "07700 900004", "age": 7}, "#/passenger/age"),
        (10**30, "#/passenger"),
        (999999, "#/passenger"),
        (0, "#/passenger"),
        (True, "#/passenger"),
    ],
)
def test_a_passenger_who_is_none(world: World, named: Any, pointer: str) -> None:
    assert_points_at(world.post("agent", "offers", world.wish(passenger=named)), pointer)


def test_steps_take_no_more_than_they_know(world: World) -> None:
    reference = world.book("ann", hold=True)["reference"]
    assert_points_at(world.post("ann", f"bookings/{reference}/confirm", {"now": True}), "#/now")
    assert_points_at(world.post("ann", f"bookings/{reference}/cancel", {"why": 7}), "#/why")
    assert_points_at(world.post("ann", f"bookings/{reference}/cancel", {"why": "x" * 201}), "#/why")
    assert Booking.objects.get().status == "held"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("date=tomorrow", "date"),
        ("status=lost", "status"),
        ("service=a%00b", "service"),
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("cursor=xyz", "cursor"),
        ("cursor=cD10b21vcnJvdw==", "cursor"),
        ("colour=red", "colour"),
        ("date=2027-06-07&date=2027-06-08", "date"),
    ],
)
def test_a_query_that_makes_no_sense(world: World, query: str, parameter: str) -> None:
    response = world.get("ann", f"bookings?{query}")
    assert response.status_code == 400, response.content
    assert {error["parameter"] for error in response.json()["errors"]} == {parameter}


@pytest.mark.parametrize(
    "path",
    [
        *("nothing", "services/nowhere", "services/nowhere/stops", "bookings/AAA-AAA", "bookings/a%00b", "bookings/%F0%9F%9A%8C"),
        *("services/ripon/days/2027-02-30", "services/ripon/days/0001-01-01", "services/ripon/days/today", "shifts/1e9/manifest"),
        *("shifts/99999999999999999999/manifest", "problems/nothing", "problems/a%00b", "services/rip%00on"),
    ],
)
def test_addresses_where_there_is_nothing(world: World, path: str) -> None:
    response = world.get("dispatcher", path)
    assert response.status_code == 404, response.content
    assert response["Content-Type"] == "application/problem+json"


def test_other_methods_formats_and_media_types(world: World) -> None:
    assert world.client("ann").delete("/api/v1/bookings").status_code == 405
    assert world.get("ann", "bookings", HTTP_ACCEPT="image/png").status_code == 406
    form = world.client("ann").generic("POST", "/api/v1/offers", "a=1", content_type="application/x-www-form-urlencoded")
    assert form.status_code == 415
    for response in (form, world.client("ann").put("/api/v1/offers")):
        assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", ['{"\\ud800": 1}', '{"origin": {"stop": "RIP01", "\\ud800": 1}}'])
def test_a_name_of_half_a_sign_is_told(world: World, body: str) -> None:
    response = raw(world, "offers", body)
    assert response.status_code == 400
    assert "half" in response.json()["detail"]


def test_half_a_sign_in_a_choice_is_pointed_at(world: World) -> None:
    shift = world.book("ann")["shift"]["id"]
    response = world.client("dispatcher").generic(
        "POST", f"/api/v1/shifts/{shift}/events", '{"kind": "\\ud800"}', content_type="application/json", **with_key({})
    )
    assert_points_at(response, "#/kind")


def test_a_body_beyond_all_bounds_is_too_large(world: World) -> None:
    response = raw(world, "offers", f'"{"a" * 3_000_000}"')
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["Ann\nBooth", "Ann\u202ehtooB", "Ann\x07", "\u200b", "--"])
def test_a_name_can_be_read_on_one_line(world: World, name: str) -> None:
    asked = world.wish(passenger={"name": name, "phone": "01765 123456"})
    assert_points_at(world.post("agent", "offers", asked), "#/passenger/name")


@pytest.mark.parametrize("name", ["Zoë O'Brien-Łuczak", "محمد علي", "Ann 👩‍🦽", "<b>Ann</b>"])
def test_any_name_that_people_have_is_taken(world: World, name: str) -> None:
    world.offers("agent", passenger={"name": name, "phone": "01765 123456"})


def test_options_say_what_can_be_done_in_any_format(world: World) -> None:
    for path, methods in (("shifts/1/manifest?format=html", "GET"), ("offers", "POST")):
        response = world.client("dispatcher").options(f"/api/v1/{path}")
        assert response.status_code == 204
        assert methods in response["Allow"]
