"""Every endpoint that the URLconf has, by every method, as everybody: one's own things, another's and another operator's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from backend.api.base import ApiView
from backend.rates import Rate
from tests.backend import access_lists as lists
from tests.backend import access_table as table
from tests.backend.access_world import ROLES, USERS, WHOSE, Things
from tests.backend.api_world import World, with_key

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
API = "api/v1/"
SIGNED = {"payments/stripe"}
"""For whoever has signed what they say, whoever they are; see `test_payments.py`."""
ROWS = table.rows()


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every route below an address, with its view."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.callback
        else:
            yield from addresses(each, route)


def api_views() -> dict[str, Any]:
    """The views of the API by route. Each is there with and without a slash at its end."""
    found = {
        route.removeprefix(API): view.cls
        for route, view in addresses(get_resolver())
        if route.startswith(API) and route.removeprefix(API) not in SIGNED
    }
    assert found.pop("")  # whatever is nowhere
    return {route: view for route, view in found.items() if not (route.endswith("/") and route.rstrip("/") in found)}


VIEWS = api_views()


@pytest.fixture(autouse=True)
def ready(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = {scope: Rate(10**6, 1) for scope in settings.RATE_LIMITS}
    monkeypatch.setattr("backend.api.days.app.send_task", lambda *args, **kwargs: None)


def answer(world: World, role: str, method: str, route: str, of: Things, *, query: str = "", more: Any = ()) -> Any:
    """What a role is told, with `more` in the body than there should be; whatever it did is undone."""
    body = table.BODIES.get((method, route), lambda world, of: {})(world, of) | dict(more)
    address = of.fill(method, route)
    who = USERS.get(role, role)
    with transaction.atomic():
        client = world.client(role if who else None)
        found = client.generic(
            method,
            f"/{API}{address}" + (query and f"{'&' if '?' in address else '?'}{query}"),
            json.dumps(body),
            content_type="application/json",
            **with_key({"HTTP_IF_MATCH": "*"} if method == "PATCH" else {}),
        )
        transaction.set_rollback(True)
    if found.status_code >= 400:
        assert found["Content-Type"] == "application/problem+json", (role, method, route)
    return found


def statuses(world: World, method: str, route: str, of: Things) -> dict[str, int]:
    return {role: answer(world, role, method, route, of).status_code for role in ROLES}


def implemented() -> set[tuple[str, str]]:
    return {(method, route) for route, view in VIEWS.items() for method in METHODS if hasattr(view, method.lower())}


def knowing(method: str, route: str) -> set[str]:
    """Who may do something, be it only about their own, or if it could be done now."""
    return {
        role
        for row, told in ROWS.items()
        if row[:2] == (method, route)
        for role, status in told.items()
        if status < 300 or status == 409
    }


def missing(listed: set[table.Row]) -> set[table.Row]:
    """Rows that the table should have: one for what is nobody's, else three."""
    return {
        (method, route, whose)
        for method, route in implemented()
        if (method, route, "-") not in listed
        for whose in WHOSE
        if (method, route, whose) not in listed
    }


def test_every_endpoint_is_in_the_table() -> None:
    assert missing(set(ROWS)) == set(), "say in tests/backend/access_table.py who may do this"
    assert {(method, route) for method, route, _ in ROWS} - implemented() == set()


def test_control_an_endpoint_that_is_not_in_the_table_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class NewView(ApiView):
        def patch(self, request: Any) -> None: ...

    monkeypatch.setitem(VIEWS, "new", NewView)
    assert missing(set(ROWS)) == {("PATCH", "new", whose) for whose in WHOSE}
    assert missing(set(ROWS) - {("GET", "bookings", "-")}) > {("GET", "bookings", "own")}


def test_an_address_is_the_same_with_a_slash_at_its_end() -> None:
    views = {route: getattr(view, "cls", view) for route, view in addresses(get_resolver()) if route.startswith(API)}
    for route in VIEWS:
        if not route.endswith("/"):
            assert views[f"{API}{route}/"] is views[f"{API}{route}"], route


@pytest.mark.parametrize(("method", "route", "whose"), ROWS, ids=map(" ".join, ROWS))
def test_everybody_may_do_what_the_table_says(
    world: World, things: dict[str, Things], method: str, route: str, whose: str
) -> None:
    of = things["own" if whose == "-" else whose]
    assert statuses(world, method, route, of) == ROWS[method, route, whose]


@pytest.mark.parametrize("route", VIEWS)
def test_what_an_endpoint_has_not_got_is_nobodys(world: World, things: dict[str, Things], route: str) -> None:
    ours = issubclass(VIEWS[route], ApiView)
    everybody = not ours or VIEWS[route].public
    for method in METHODS:
        if not hasattr(VIEWS[route], method.lower()):
            expected = dict.fromkeys(ROLES, 405) if everybody else table.ELSE
            assert statuses(world, method, route, things["own"]) == expected, method
    if ours:
        assert statuses(world, "OPTIONS", route, things["own"]) == table.OPTIONS


@pytest.mark.parametrize(("method", "route"), sorted(implemented()), ids=map(" ".join, sorted(implemented())))
def test_what_nobody_knows_is_refused_everywhere(world: World, things: dict[str, Things], method: str, route: str) -> None:
    if not issubclass(VIEWS[route], ApiView):
        return
    who = next((role for role in ("dispatcher", "passenger") if role in knowing(method, route)), "anonymous")
    asked = answer(world, who, method, route, things["own"], query="colour=red")
    assert (asked.status_code, [each["parameter"] for each in asked.json()["errors"]]) == (400, ["colour"])
    if method in ("POST", "PATCH"):
        sent = answer(world, who, method, route, things["own"], more={"colour": "red"})
        assert (sent.status_code, [each["pointer"] for each in sent.json()["errors"]]) == (400, ["#/colour"])


@pytest.mark.parametrize(("route", "seen"), lists.SEEN.items(), ids=lists.SEEN.keys())
def test_lists_hold_ones_own(world: World, things: dict[str, Things], route: str, seen: dict[str, set[str]]) -> None:
    for role, expected in seen.items():
        listed = json.dumps(answer(world, role, "GET", route, things["foreign" if role == "elsewhere" else "own"]).json())
        found = {whose for whose in WHOSE if lists.SIGNS[route](things[whose]) in listed}
        assert found == expected, role
