"""Drivers' tablets: let in by a code that is said aloud, once; shut out at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import serializers
from django.test import Client

from bookings.actions.sweep_keys import sweep_keys
from bookings.models import Driver, Enrolment, Role, StaffMember, Tablet
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

WRONG = "This code doesn't work: it may be mistyped, used or too old. Ask for a new one at the desk."


@pytest.fixture
def driver(world: World) -> Driver:
    """Of ann's bus."""
    booking = world.book("ann", leave_at=world.at(10))
    return Driver.objects.get(shifts__pk=booking["shift"]["id"])


def code_for(world: World, driver: Driver) -> str:
    answer = world.post("dispatcher", "enrolments", {"driver": driver.code, "name": "Bus 2"})
    assert answer.status_code == 201, answer.data
    return str(answer.json()["code"])


def enter(world: World, code: str) -> Any:
    return world.post(None, "tablets", {"code": code})


def shifts_of(world: World, token: str) -> Any:
    return world.client(None).get("/api/v1/shifts", HTTP_AUTHORIZATION=f"Token {token}")


def test_a_tablet_is_let_in_by_a_code_drives_and_is_shut_out_at_once(world: World, driver: Driver) -> None:
    code = code_for(world, driver)
    assert len(code) == 9
    answer = enter(world, code.lower().replace("-", " "))  # as somebody types what was said
    assert answer.status_code == 201, answer.data
    token = answer.json()["token"]
    assert shifts_of(world, token).json()["results"]

    listed = world.get("dispatcher", "tablets").json()["results"]
    assert [(each["name"], each["driver"], each["enrolled_by"]) for each in listed] == [("Bus 2", driver.code, "dispatcher")]
    assert world.client("dispatcher").delete(f"/api/v1/tablets/{listed[0]['id']}").status_code == 204

    assert shifts_of(world, token).status_code == 401
    assert world.get("dispatcher", "tablets").json()["results"] == []
    kept = Tablet.objects.get()
    assert (kept.revoked_by, kept.credential) == (world.users["dispatcher"], "")
    # The driver's own token is another one.
    assert world.get(driver.code, "shifts").status_code == 200


def test_a_driver_without_a_user_gets_one_that_no_password_opens(world: World, driver: Driver) -> None:
    Driver.objects.filter(pk=driver.pk).update(user=None)
    token = enter(world, code_for(world, driver)).json()["token"]
    assert shifts_of(world, token).json()["results"]
    user = Driver.objects.get(pk=driver.pk).user
    assert user is not None
    assert not user.has_usable_password()


def test_wrong_used_and_old_codes_get_the_same_answer(world: World, driver: Driver) -> None:
    used, old = code_for(world, driver), code_for(world, driver)
    assert [enter(world, used).status_code for _ in range(2)] == [201, 422]
    world.set_clock(world.now + timedelta(minutes=10))
    answers = [enter(world, code) for code in (used, old, "K7M4-QXRT")]
    assert [(each.status_code, each.json()["detail"]) for each in answers] == [(422, WRONG)] * 3
    assert len({each.content for each in answers}) == 1


def test_codes_are_not_kept(world: World, driver: Driver) -> None:
    code = code_for(world, driver)
    assert code not in serializers.serialize("json", Enrolment.objects.all())
    assert code.replace("-", "") not in serializers.serialize("json", Enrolment.objects.all())
    sweep_keys(answered_before=world.now, now=world.now + timedelta(minutes=10))
    assert not Enrolment.objects.exists()


def test_codes_can_be_tried_ten_times_from_an_address(world: World) -> None:
    assert [enter(world, "K7M4-QXRT").status_code for _ in range(11)] == [422] * 10 + [429]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("what", ["desk", "admin"])
def test_a_tablet_never_has_the_rights_of_staff(world: World, driver: Driver, what: str, when: str) -> None:
    code = code_for(world, driver) if when == "after" else ""
    assert driver.user is not None
    if what == "desk":
        StaffMember.objects.create(user=driver.user, operator=driver.operator, role=Role.DISPATCHER)
    else:
        User.objects.filter(pk=driver.user.pk).update(is_staff=True)
    asked = enter(world, code) if code else world.post("dispatcher", "enrolments", {"driver": driver.code, "name": "Bus 2"})
    assert (asked.status_code, asked.json()["type"]) == (409, "/api/v1/problems/rights-beyond-driving")
    assert not Tablet.objects.exists()


def test_a_driver_whose_account_is_closed_gets_no_tablet(world: World, driver: Driver) -> None:
    code = code_for(world, driver)
    User.objects.filter(driver=driver).update(is_active=False)
    assert enter(world, code).status_code == 422


def test_there_has_to_be_such_a_driver(world: World) -> None:
    for who, code in (("dispatcher", "nobody"), ("otto", Driver.objects.order_by("pk")[0].code)):
        asked = world.post(who, "enrolments", {"driver": code, "name": "Bus 2"})
        assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (400, "#/driver")


# --- The page


def test_the_page_takes_a_code_and_shows_the_shifts(world: World, driver: Driver) -> None:
    browser = Client()
    assert "Ring the desk for a code" in browser.get("/enrol/").content.decode()
    wrong = browser.post("/enrol/", {"code": "K7M4-QXRT"})
    assert (wrong.status_code, "mistyped, used or too old" in wrong.content.decode()) == (422, True)

    assert browser.post("/enrol/", {"code": code_for(world, driver)})["Location"] == "/drive/"
    assert browser.get("/drive/").status_code == 200
    assert browser.get("/api/v1/shifts").json()["results"]

    tablet = Tablet.objects.get()
    assert world.client("dispatcher").delete(f"/api/v1/tablets/{tablet.pk}").status_code == 204
    assert browser.get("/drive/").status_code == 302
    assert browser.get("/api/v1/shifts").status_code == 401


def test_the_page_is_limited_as_well(world: World) -> None:
    browser = Client()
    assert [browser.post("/enrol/", {"code": "K7M4-QXRT"}).status_code for _ in range(11)] == [422] * 10 + [429]
