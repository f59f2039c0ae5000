"""The admin: who gets in, what an administrator can change there, and what stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from backend.admin.forms import OutlineField
from bookings.models import Booking, Closure, Event, ShiftPattern, Stop, Vehicle
from tests.backend.api_world import World

LISTS = (
    *("operator", "service", "closure", "stop", "vehicle", "driver", "shiftpattern", "staffmember", "passenger", "shift"),
    *("booking", "event", "refusal", "message", "webhook", "webhookdelivery"),
)


@pytest.fixture
def admin(world: World) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("addy"))
    return client


def form(client: Client, address: str, **changed: Any) -> dict[str, Any]:
    """What a browser would send for the form at an address, with some of it changed."""
    page = client.get(address)
    assert page.status_code == 200
    whole = page.context["adminform"].form
    sent = {name: field.value() for name in whole.fields for field in [whole[name]]}
    sent = {name: whole.fields[name].widget.format_value(value) for name, value in sent.items() if value is not None}
    for formset in page.context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return {**{name: value for name, value in sent.items() if value not in (None, False)}, **changed}


@pytest.mark.parametrize("who", ["dispatcher", "agent", "ann", "nobody"])
def test_nobody_else_gets_in(world: World, who: str) -> None:
    client = Client()
    client.force_login(world.users[who])
    for address in ("/admin/", "/admin/bookings/stop/"):
        assert client.get(address, follow=True).status_code == 403
    # Staff as Django has it is not enough, either.
    User.objects.filter(username=who).update(is_staff=True)
    assert client.get("/admin/", follow=True).status_code == 403


def test_an_administrator_is_made_before_there_is_any_service_and_signs_in(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DROVER_PASSWORD", "a-long-and-private-word")
    call_command("create_user", "addy", "--role", "administrator")
    assert "/admin/" in capsys.readouterr().out

    client = Client()
    assert client.get("/admin/", follow=True).request["PATH_INFO"] == "/sign-in/"
    page = client.post("/sign-in/", {"username": "addy", "password": "a-long-and-private-word"}, follow=True)
    assert page.request["PATH_INFO"] == "/admin/"


@pytest.mark.parametrize("name", LISTS)
def test_every_list_and_every_row_opens_under_the_policy_of_all_pages(world: World, admin: Client, name: str) -> None:
    world.book("ann")
    for address in (f"/admin/bookings/{name}/", f"/admin/bookings/{name}/?q=a", f"/admin/bookings/{name}/add/"):
        page = admin.get(address)
        if page.status_code == 403 and address.endswith("/add/"):
            continue  # such rows are not made here
        assert "script-src 'self'; style-src 'self'" in page.headers["Content-Security-Policy"]
        text = page.content.decode()
        assert "//cdn." not in text
        assert text.count("<script") == text.count("<script src=") + text.count("<script id="), address
    row = admin.get(f"/admin/bookings/{name}/").context["cl"].queryset.first()
    if row is not None:
        assert admin.get(f"/admin/bookings/{name}/{row.pk}/change/").status_code == 200


def test_what_happened_and_what_was_promised_can_only_be_read(world: World, admin: Client) -> None:
    world.book("ann")
    for row in (Booking.objects.get(), Event.objects.first(), Stop.objects.first(), world.service):
        assert row is not None
        address = f"/admin/bookings/{row._meta.model_name}/{row.pk}"
        assert admin.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    booking = Booking.objects.get()
    assert admin.post(f"/admin/bookings/booking/{booking.pk}/change/", {"status": "cancelled"}).status_code == 403
    assert admin.get("/admin/bookings/event/add/").status_code == 403
    assert "plan" not in admin.get("/admin/").content.decode().lower()
    assert Booking.objects.get().status == booking.status


def test_a_stop_is_moved_and_not_to_another_country(world: World, admin: Client) -> None:
    stop = Stop.objects.get(code="RIP01")
    address, before = f"/admin/bookings/stop/{stop.pk}/change/", stop.service.changed_at

    for wrong, said in (
        ("54.1360, -1.5243", "is longitude first?"),
        ("here", "with a comma between"),
        ("200, 54", "not on the earth"),
        ("nan, nan", "not on the earth"),
    ):
        assert said in admin.post(address, form(admin, address, position=wrong)).content.decode()
    assert admin.post(address, form(admin, address, position="-1.5240, 54.1361", name="Market")).status_code == 302

    stop.refresh_from_db()
    assert (stop.position.coords, stop.name, stop.code) == ((-1.5240, 54.1361), "Market", "RIP01")
    assert stop.service.changed_at > before  # whoever keeps a planner makes a new one


def test_a_day_is_closed_and_opened_again(world: World, admin: Client) -> None:
    sent = {"service": world.service.pk, "date": "2027-06-09", "reason": "Fair"}
    assert admin.post("/admin/bookings/closure/add/", sent).status_code == 302
    closure = Closure.objects.get(reason="Fair")
    assert admin.post(f"/admin/bookings/closure/{closure.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Closure.objects.filter(reason="Fair").exists()


def test_fares_and_speeds_that_cannot_be_used_are_told(world: World, admin: Client) -> None:
    address = f"/admin/bookings/service/{world.service.pk}/change/"
    page = admin.post(address, form(admin, address, fares="[{}]", speeds='{"*": -1}')).content.decode()
    assert "exactly once" in page
    assert page.count('class="errorlist"') >= 2
    page = admin.post(address, form(admin, address, walk_limit_m="650"))
    assert page.status_code == 302, page.context["errors"]
    world.service.refresh_from_db()
    assert world.service.walk_limit_m == 650


def test_a_shift_is_put_on_other_days_and_never_backwards(world: World, admin: Client) -> None:
    pattern = ShiftPattern.objects.order_by("pk").first()
    assert pattern is not None
    address = f"/admin/bookings/shiftpattern/{pattern.pk}/change/"
    wrong = form(admin, address, weekdays=["5"], starts="18:00", ends="09:00")
    assert "ends after it starts" in admin.post(address, wrong).content.decode()
    assert admin.post(address, {**wrong, "starts": "09:00", "ends": "18:00"}).status_code == 302
    pattern.refresh_from_db()
    assert (pattern.weekdays, pattern.breaks) == ([5], ShiftPattern.objects.get(pk=pattern.pk).breaks)


def test_a_bus_is_measured_in_metres_and_its_service_hears_of_it(world: World, admin: Client) -> None:
    bus = Vehicle.objects.get(code="bus-1")
    address, before = f"/admin/bookings/vehicle/{bus.pk}/change/", world.service.changed_at

    for wrong, said in (
        ({"width_m": "2300"}, "2300 is in millimetres: write it in metres, 2.3."),
        ({"weight_t": "7500"}, "7500 is in kilograms: write it in tonnes, 7.5."),
        ({"weight_t": "5", "axle_t": "6"}, "An axle bears no more than the vehicle weighs."),
    ):
        assert said in admin.post(address, form(admin, address, **wrong)).content.decode()
    assert "where empty, 2.3 as of a minibus" in admin.get(address).content.decode()
    assert admin.post(address, form(admin, address, width_m="2.55", weight_t="7.5")).status_code == 302

    bus.refresh_from_db()
    world.service.refresh_from_db()
    assert bus.measures == {"width_m": 2.55, "height_m": None, "length_m": None, "weight_t": 7.5, "axle_t": None}
    assert world.service.changed_at > before


def test_a_service_hears_that_a_pattern_has_gone_alone_or_with_others(world: World, admin: Client) -> None:
    one, *others = ShiftPattern.objects.values_list("pk", flat=True)
    before = world.service.changed_at
    admin.post(f"/admin/bookings/shiftpattern/{one}/delete/", {"post": "yes"})
    world.service.refresh_from_db()
    between = world.service.changed_at
    sent = {"action": "delete_selected", "_selected_action": others, "post": "yes"}
    admin.post("/admin/bookings/shiftpattern/", sent)
    world.service.refresh_from_db()
    assert not ShiftPattern.objects.exists()
    assert before < between < world.service.changed_at


@pytest.mark.parametrize("address", ["", "called/", "roads/", "check/"])
def test_nobody_else_adds_a_service(db: None, tmp_path: Path, settings: Settings, address: str) -> None:
    settings.DATA_DIR = tmp_path
    client, page = Client(), f"/admin/add-service/{address}"
    client.force_login(User.objects.create_user("dora", is_staff=True))
    for answer in (client.get(page, follow=True), client.post(page, {"slug": "mine"}, follow=True)):
        assert answer.status_code == 403
    careless = Client(enforce_csrf_checks=True)
    careless.force_login(User.objects.create_superuser("addy"))
    assert careless.post("/admin/add-service/called/", {"slug": "mine"}).status_code == 403
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("outline", ["[" * 200_000, "9" * 5_000, "{"], ids=["brackets", "digits", "short"])
def test_an_outline_that_is_none_is_told_in_words(outline: str) -> None:
    with pytest.raises(ValidationError):
        OutlineField().clean(outline)
