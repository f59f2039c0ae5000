"""Zones through the API and in the admin."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client

from bookings.models import ForbiddenTrip, Zone
from tests.backend.api_world import World
from tests.backend.test_admin import form

pytestmark = pytest.mark.django_db

RIPON = Polygon.from_bbox((-1.56, 54.11, -1.49, 54.16))
BEDALE = Polygon.from_bbox((-1.63, 54.27, -1.56, 54.31))


@pytest.fixture
def zones(world: World) -> dict[str, Zone]:
    made = {"ripon": RIPON, "bedale": BEDALE}
    return {
        code: Zone.objects.create(service=world.service, code=code, name=code.title(), area=MultiPolygon(area, srid=4326))
        for code, area in made.items()
    }


def test_zones_are_told_as_geojson(world: World, zones: dict[str, Zone]) -> None:
    told = world.get("ann", "services/ripon/zones").json()
    assert told["type"] == "FeatureCollection"
    assert [each["properties"] for each in told["features"]] == [
        {"code": "bedale", "name": "Bedale", "rank": 0},
        {"code": "ripon", "name": "Ripon", "rank": 0},
    ]
    assert told["features"][1]["geometry"] == json.loads(MultiPolygon(RIPON).geojson)


def test_a_forbidden_trip_is_a_problem_with_a_stop_that_would_do(world: World, zones: dict[str, Zone]) -> None:
    world.offers("ann")
    ForbiddenTrip.objects.create(origin=zones["ripon"], destination=zones["bedale"], why="bus 144 goes there")
    refused = world.post("ann", "offers", world.wish())
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (422, "/api/v1/problems/zones-not-served")
    assert "from Ripon to Bedale (bus 144 goes there)" in problem["detail"]
    assert problem["errors"][0]["pointer"] == "#/destination"
    for each in problem["alternatives"]:
        times = {"leave_at": each["leave_at"]} if "leave_at" in each else {}
        assert world.offers("ann", destination={"stop": each["stop"]}, **times)


def test_the_rules_of_trips_are_told(world: World) -> None:
    rules = world.get("ann", "services/ripon").json()["rules"]
    assert (rules["zone_trips"], rules["min_trip_m"], rules["max_trip_m"]) == ("any", 0, None)


def test_an_administrator_draws_a_zone(world: World) -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("addy"))
    before = world.service.changed_at
    sent = form(admin, "/admin/bookings/zone/add/", service=world.service.pk, code="city", name="City", rank=0)
    sent |= {"forbidden-TOTAL_FORMS": "0", "forbidden-INITIAL_FORMS": "0"}
    for area, said in [
        ("", "required"),
        ("[", "not JSON"),
        ('{"type": "Point", "coordinates": [-1.5, 54.1]}', "draw the area as a Polygon"),
        (Polygon.from_bbox((-0.1, 51.5, 0.1, 51.6)).geojson, "outside the area"),
    ]:
        assert said in admin.post("/admin/bookings/zone/add/", sent | {"area": area}).content.decode()
    assert admin.post("/admin/bookings/zone/add/", sent | {"area": RIPON.geojson}).status_code == 302
    made = Zone.objects.get(code="city")
    assert made.area.equals(MultiPolygon(RIPON, srid=4326))
    world.service.refresh_from_db()
    assert world.service.changed_at > before

    page = f"/admin/bookings/zone/{made.pk}/change/"
    assert admin.post(page, form(admin, page, name="The city")).status_code == 302
    assert Zone.objects.get(code="city").name == "The city"
    assert admin.get("/admin/bookings/zone/").status_code == 200
