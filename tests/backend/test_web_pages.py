"""The pages without a browser: who may see what, where signing in leads to, and what every answer allows a browser to load."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bookings.models import Driver, Shift
from tests.backend.api_world import World


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def a_shift_with_calls(world: World) -> Shift:
    booking = world.book("ann")
    detail = world.get("ann", f"bookings/{booking['reference']}").json()
    return Shift.objects.get(pk=detail["shift"]["id"])


def test_a_stranger_sees_what_runs_here_and_where_to_sign_in(world: World) -> None:
    page = Client().get("/")

    assert page.status_code == 200
    text = page.content.decode()
    assert world.service.name in text
    assert "Mon–Fri 06:55–18:00" in text
    assert "Sat 09:00–18:00" in text
    assert 'href="/sign-in/"' in text


@pytest.mark.parametrize(("who", "lands_at"), [("dispatcher", "/dispatch/"), ("agent", "/"), ("ann", "/"), ("driver", "/drive/")])
def test_signing_in_leads_to_ones_work(world: World, who: str, lands_at: str) -> None:
    name = Driver.objects.order_by("pk").first().code if who == "driver" else who  # type: ignore[union-attr]
    user = User.objects.get(username=name)
    user.set_password("moor and dale")
    user.save()

    answer = Client().post("/sign-in/", {"username": name, "password": "moor and dale"})

    assert answer.headers["Location"] == lands_at


def test_a_wrong_password_says_so_and_leaves_one_outside(world: World) -> None:
    client = Client()
    page = client.post("/sign-in/", {"username": "dispatcher", "password": "guess"})

    assert "do not go together" in page.content.decode()
    assert client.get("/dispatch/").headers["Location"] == "/sign-in/?next=/dispatch/"


def test_the_dispatcher_is_taken_to_the_day_with_bookings_nearest_to_today(world: World) -> None:
    client = signed_in(world, "dispatcher")
    assert client.get("/dispatch/").headers["Location"] == "/dispatch/ripon/2027-06-07/"  # none yet: today

    world.book("ann", leave_at=world.at(10, days=3))
    assert client.get("/dispatch/").headers["Location"] == "/dispatch/ripon/2027-06-10/"

    world.book("ann", leave_at=world.at(10, days=1))
    assert client.get("/dispatch/ripon/").headers["Location"] == "/dispatch/ripon/2027-06-08/"


def test_the_day_is_for_dispatchers_of_this_operator(world: World) -> None:
    address = "/dispatch/ripon/2027-06-07/"

    assert Client().get(address).headers["Location"] == f"/sign-in/?next={address}"
    assert signed_in(world, "ann").get(address).status_code == 403
    assert signed_in(world, "agent").get(address).status_code == 403
    assert signed_in(world, "otto").get(address).status_code == 404
    assert signed_in(world, "dispatcher").get(address).status_code == 200


@pytest.mark.parametrize("date", ["2027-02-29", "2027-13-01", "tomorrow", "0001-01-01", "9999-12-31", "٢٠٢٧-06-07"])
def test_a_day_that_is_not_in_the_calendar_is_not_found(world: World, date: str) -> None:
    assert signed_in(world, "dispatcher").get(f"/dispatch/ripon/{date}/").status_code == 404


def test_every_page_lets_a_browser_load_nothing_from_elsewhere(world: World) -> None:
    shift = a_shift_with_calls(world)
    client = signed_in(world, "dispatcher")
    manifest = reverse("web:manifest", args=[shift.pk])

    for address in ("/", "/sign-in/", "/dispatch/ripon/2027-06-07/", "/drive/", manifest):
        page = client.get(address)
        text = page.content.decode()
        assert page.status_code == 200, address
        assert "script-src 'self'; style-src 'self'" in page.headers["Content-Security-Policy"]
        # But for links, which somebody has to follow.
        assert "https://" not in re.sub('<a href="https://[^"]*" target="_blank" rel="noreferrer">', "", text), address
        assert "<style" not in text, address
        assert "style=" not in text, address
        assert text.count("<script") == text.count("<script src=") + text.count('<script type="module" src='), address


def test_a_tile_server_may_be_asked_for_pictures_and_for_nothing_else(world: World, settings: object) -> None:
    settings.TILE_URL = "https://{s}.tile.example.org/{z}/{x}/{y}.png"  # type: ignore[attr-defined]

    policy = signed_in(world, "dispatcher").get("/dispatch/ripon/2027-06-07/").headers["Content-Security-Policy"]

    assert "img-src 'self' data: https://*.tile.example.org;" in policy
    assert "connect-src 'self';" in policy


def test_the_manifest_page_is_the_api_in_html(world: World) -> None:
    shift = a_shift_with_calls(world)
    driver = next(name for name, user in world.users.items() if shift.driver and user == shift.driver.user)
    api = world.get(driver, f"shifts/{shift.pk}/manifest").json()

    text = signed_in(world, driver).get(f"/shifts/{shift.pk}/manifest/").content.decode()

    assert f"Revision {api['revision']}" in text
    assert text.count('class="call ') == len(api["calls"])
    for call in api["calls"]:
        assert call["begin"][11:16] in text
        assert call["place"] in text
    assert "Ann" in text
    assert "1 adult" in text


def test_somebody_elses_manifest_is_not_found_and_says_so_as_a_page(world: World) -> None:
    shift = a_shift_with_calls(world)
    other = Driver.objects.exclude(pk=shift.driver_id).order_by("pk").first()
    assert other is not None

    page = signed_in(world, other.code).get(f"/shifts/{shift.pk}/manifest/")

    assert page.status_code == 404
    assert page.headers["Content-Type"].startswith("text/html")
    assert shift.name not in page.content.decode()


def test_a_passengers_name_is_text_and_never_markup(world: World) -> None:
    name = "<script>alert(1)</script>"
    offer = world.offers("agent", passenger={"name": name, "phone": "07700 900009"})[0]
    booking = world.post("agent", "bookings", {"offer": offer["id"]}).json()
    shift = world.get("agent", f"bookings/{booking['reference']}").json()["shift"]["id"]

    text = signed_in(world, "dispatcher").get(f"/shifts/{shift}/manifest/").content.decode()

    assert name not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_roads_under_the_map_are_lines_with_a_class(world: World) -> None:
    roads = signed_in(world, "dispatcher").get("/dispatch/ripon/roads.json").json()

    assert {each["geometry"]["type"] for each in roads["features"]} == {"MultiLineString"}
    assert {each["properties"]["class"] for each in roads["features"]} == {"A", "B", "C", "town", "motorway"}
    ends = {each["properties"]["class"]: len(each["geometry"]["coordinates"]) for each in roads["features"]}
    assert (ends["A"], ends["motorway"]) == (38, 1)  # as many as roads.geojson has


def test_a_driver_has_the_roads_under_the_map_packed_and_keeps_them_for_a_day(world: World) -> None:
    answer = signed_in(world, Driver.objects.order_by("pk")[0].code).get(
        "/dispatch/ripon/roads.json", HTTP_ACCEPT_ENCODING="gzip"
    )

    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    assert signed_in(world, "ann").get("/dispatch/ripon/roads.json").status_code == 404


def test_the_roads_of_an_extract_are_drawn_too_but_for_drives(world: World, settings: Any, shared_data: Path) -> None:
    settings.ROADS_ROOTS = [shared_data / "roads"]
    world.service.roads = "andorra.osm.pbf"
    world.service.save()

    answer = signed_in(world, "dispatcher").get("/dispatch/ripon/roads.json")

    classes = [each["properties"]["class"] for each in answer.json()["features"]]
    assert not {"service", "track", "turn"} & {*classes}
    # The important ones over the others.
    assert classes.index("residential") < classes.index("secondary") < classes.index("primary") == len(classes) - 1
    assert len(answer.content) < 300_000


def test_a_service_whose_roads_are_gone_has_a_map_without_roads(world: World) -> None:
    world.service.roads = "nowhere/roads.geojson"
    world.service.save()

    assert signed_in(world, "dispatcher").get("/dispatch/ripon/roads.json").json()["features"] == []


def test_signing_out_ends_it(world: World) -> None:
    client = signed_in(world, "dispatcher")

    assert client.post("/sign-out/").headers["Location"] == "/"
    assert client.get("/dispatch/").headers["Location"].startswith("/sign-in/")
