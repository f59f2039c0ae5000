"""Fares through the API: lines that add up, codes, and what a service charges. And in the admin."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bookings.models import Booking, Offer, Promotion
from tests.backend.api_world import World
from tests.backend.test_admin import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def spring(world: World) -> Promotion:
    return Promotion.objects.create(operator=world.service.operator, name="Spring", code="SPRING", percent=25, max_uses=1)


def test_a_fare_is_told_line_by_line_and_stays_so(world: World, spring: Promotion) -> None:
    offer = world.offers("ann", party={"adults": 1, "children": 2}, code="spring")[0]
    assert offer["fare_pence"] == 300
    assert offer["fare_lines"] == [
        {"kind": "band", "pence": 200, "text": "1 adult at £2.00", "band": "adult", "count": 1, "each_pence": 200},
        {"kind": "band", "pence": 200, "text": "2 children at £1.00", "band": "child", "count": 2, "each_pence": 100},
        {"kind": "promotion", "pence": -100, "text": "Spring"},
    ]
    booked = world.post("ann", "bookings", {"offer": offer["id"]}).json()
    assert (booked["fare_pence"], booked["fare_lines"]) == (300, offer["fare_lines"])
    listed = world.get("ann", "bookings").json()["results"][0]
    assert listed["fare_lines"] == offer["fare_lines"]


def test_bookings_from_before_there_were_lines_have_one(world: World) -> None:
    reference = world.book("ann")["reference"]
    Booking.objects.update(fare_lines=[])
    assert world.get("ann", f"bookings/{reference}").json()["fare_lines"] == [{"kind": "fare", "pence": 200, "text": "Fare"}]


def test_a_code_that_is_no_good_points_at_the_code(world: World) -> None:
    refused = world.post("ann", "offers", world.wish(code="NOPE"))
    assert refused.status_code == 422
    assert refused.json()["type"] == "/api/v1/problems/code-not-valid"
    assert refused.json()["errors"][0]["pointer"] == "#/code"
    assert world.post("ann", "offers", world.wish(code="x" * 31)).status_code == 400


def test_a_promotion_that_others_have_used_up_is_a_conflict(world: World, spring: Promotion) -> None:
    ann, bob = (world.offers(who, code="SPRING")[0]["id"] for who in ("ann", "bob"))
    assert world.post("ann", "bookings", {"offer": ann}).status_code == 201
    late = world.post("bob", "bookings", {"offer": bob})
    assert late.status_code == 409
    assert late.json()["type"] == "/api/v1/problems/promotion-used-up"
    assert not Booking.objects.filter(offer=bob).exists()
    assert Offer.objects.filter(pk=bob).exists()


def test_what_a_service_charges_has_one_form(world: World) -> None:
    fares = world.get("ann", "services/ripon").json()["fares"]
    assert fares["table"] is None
    assert [band["band"] for band in fares["bands"]] == ["adult", "child", "under5", "concession", "companion"]
    assert (fares["caps"], fares["companions_with"]) == ({}, "wheelchairs")


def test_an_administrator_makes_a_promotion_and_is_told_of_fares_that_cant_be(world: World) -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("addy"))
    page = "/admin/bookings/promotion/add/"
    sent = form(admin, page, operator=world.service.operator_id, name="Half", code="half price", percent=50, amount_pence=10)
    assert "not both" in admin.post(page, sent).content.decode()
    assert admin.post(page, sent | {"amount_pence": ""}).status_code == 302
    assert Promotion.objects.get().code == "HALFPRICE"

    page = f"/admin/bookings/service/{world.service.pk}/change/"
    bands = [{**band, "percent": 100} for band in world.service.fares]
    for fares, said in [
        (bands, "needs fare_pence"),
        (
            {
                "table": {"kind": "zones", "pairs": [{"from": "a", "to": "b", "fare_pence": 1}], "otherwise_pence": 1},
                "bands": world.service.fares,
            },
            "no zone a",
        ),
    ]:
        assert said in admin.post(page, form(admin, page, fares=json.dumps(fares))).content.decode()
    assert admin.post(page, form(admin, page, fares=json.dumps(world.service.fares))).status_code == 302
