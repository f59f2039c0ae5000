"""Every page that the URLconf has, and every one of the admin, as everybody."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver

from bookings.models import Shift
from tests.backend.access_world import ROLES, USERS, Things
from tests.backend.api_world import World
from tests.backend.test_access import API, addresses

pytestmark = pytest.mark.django_db

TABLE = """
                                                 passenger agent dispatcher driver elsewhere admin nobody anonymous
healthz                                 -        200       200   200        200    200       200   200    200
<landing>                               -        200       200   200        200    200       200   200    200
sign-in/                                -        200       200   200        200    200       200   200    200
sign-in/second-step/                    -        302       302   302        302    302       302   302    302
sign-in/set-up/                         -        200       200   200        200    200       200   200    302
oidc/<slug:provider_id>/login/          -        404       404   404        404    404       404   404    404
oidc/<slug:provider_id>/login/callback/ -        404       404   404        404    404       404   404    404
enrol/                                  -        200       200   200        200    200       200   200    200
o/token/                                -        405       405   405        405    405       405   405    405
o/revoke_token/                         -        405       405   405        405    405       405   405    405
sign-out/                               -        405       405   405        405    405       405   405    405
dispatch/                               -        403       403   302        403    302       403   403    302
dispatch/<slug:slug>/                   own      403       403   302        403    404       403   403    302
dispatch/<slug:slug>/                   foreign  403       403   404        403    302       403   403    302
dispatch/<slug:slug>/<date:date>/       own      403       403   200        403    404       403   403    302
dispatch/<slug:slug>/<date:date>/       foreign  403       403   404        403    200       403   403    302
dispatch/<slug:slug>/roads.json         own      404       200   200        200    404       404   404    302
dispatch/<slug:slug>/roads.json         foreign  404       404   404        404    200       404   404    302
drive/                                  -        200       200   200        200    200       200   200    302
bookings/<slug:reference>/receipts/<int:number>/ own     200       200   200        403    404       403   403    302
bookings/<slug:reference>/receipts/<int:number>/ other   404       200   200        403    404       403   403    302
bookings/<slug:reference>/receipts/<int:number>/ foreign 404       404   404        403    200       403   403    302
shifts/<int:shift>/manifest/            own      403       403   200        200    404       403   403    302
shifts/<int:shift>/manifest/            other    403       403   200        404    404       403   403    302
shifts/<int:shift>/manifest/            foreign  403       403   404        404    200       403   403    302
"""
"""GET; a 302 of somebody who isn't signed in leads to the sign-in page."""

SIGN_IN = dict(zip(ROLES, (403, 403, 403, 403, 403, 302, 403, 302, 403), strict=True))
"""The sign-in page of the admin."""
FOR_ALL = {"admin/login/", "admin/logout/", "admin/jsi18n/"}


def rows() -> dict[tuple[str, str], dict[str, int]]:
    head, *lines = filter(None, TABLE.splitlines())
    assert (*head.split(), "partner") == ROLES
    cells = [line.split() for line in lines]
    found = {(route, whose): dict(zip(ROLES, map(int, statuses), strict=False)) for route, whose, *statuses in cells}
    # They have no pages, but for the receipts of their passengers.
    return {row: statuses | {"partner": 404 if "receipts" in row[0] else statuses["nobody"]} for row, statuses in found.items()}


@pytest.fixture(scope="module")
def browsers(things: dict[str, Things]) -> dict[str, Client]:
    """Somebody at a browser, by role."""
    driver = Shift.objects.get(pk=things["own"].shift).driver
    assert driver is not None
    names = {role: USERS.get(role, role) for role in ROLES} | {"driver": driver.code, "admin": "addy"}
    found = {}
    for role, name in names.items():
        found[role] = Client(raise_request_exception=False)
        if name:
            found[role].force_login(User.objects.get(username=name))
    return found


def pages() -> set[str]:
    found = {route for route, _ in addresses(get_resolver()) if not route.startswith((API, "admin/"))}
    return {route or "<landing>" for route in found}


def admin_pages() -> set[str]:
    return {route for route, _ in addresses(get_resolver()) if route.startswith("admin/")}


def filled(route: str, of: Things) -> str:
    """The address of a page; in the admin one about something that may not even be there."""
    values = {
        "slug": of.slug,
        "date": of.day,
        "shift": str(of.shift),
        "reference": of.confirmed,
        "number": str(of.receipt),
        "int": "1",
        "path": "1",
        "object_id": "1",
    }
    route = re.sub(r"\(\?P<\w+>.*\)|[$^\\]", "", route.replace("<landing>", ""))
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], "1"), route)


def test_every_page_is_in_the_table() -> None:
    assert {route for route, _ in rows()} == pages()


@pytest.mark.parametrize(("route", "whose"), rows(), ids=map(" ".join, rows()))
def test_everybody_sees_what_the_table_says(
    world: World, things: dict[str, Things], browsers: dict[str, Client], route: str, whose: str
) -> None:
    address = filled(route, things["own" if whose == "-" else whose])
    answers = {role: browser.get(address) for role, browser in browsers.items()}
    assert {role: answer.status_code for role, answer in answers.items()} == rows()[route, whose]
    if answers["anonymous"].status_code == 302:
        assert answers["anonymous"].headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("route", sorted(admin_pages() - FOR_ALL))
def test_the_admin_is_for_superusers(things: dict[str, Things], browsers: dict[str, Client], route: str) -> None:
    address = filled(route, things["own"])
    for role, browser in browsers.items():
        answers = [browser.get(address), *([browser.post(address)] if role in ("dispatcher", "anonymous") else [])]
        for answer in answers:
            # To the admin's own sign-in, and from there to everybody's; who is signed in already is let through nowhere.
            asked = answer.status_code == 302 and answer.headers["Location"].startswith("/admin/login/?next=")
            assert asked or (role == "admin" and "/sign-in/" not in answer.headers.get("Location", "")), (role, address)


def test_the_admins_sign_in_lets_nobody_through(browsers: dict[str, Client]) -> None:
    answers = {role: browser.get("/admin/login/?next=/admin/") for role, browser in browsers.items()}
    assert {role: answer.status_code for role, answer in answers.items()} == SIGN_IN
    assert answers["anonymous"].headers["Location"] == "/sign-in/?next=/admin/"
    assert browsers["admin"].get("/admin/").status_code == 200
