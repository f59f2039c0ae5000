"""Nobody's name, number or address stands in an address or in a log: both are read, kept and passed on by others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.signals import request_started
from django.urls import get_resolver

from backend.api import openapi
from bookings.models import Passenger
from tests.backend.api_world import World
from tests.backend.test_access import addresses
from tests.backend.test_erasure import NAME, PHONE, SIGNS, cancel_all, gwen

__all__ = ["gwen"]

pytestmark = pytest.mark.django_db

FREE_TEXT = {
    ("/api/v1/places", "q"),  # what a place is called
    ("/api/v1/places", "near"),  # where the map is, or a telephone if its owner allows it
}
"""Parameters in which somebody could write anything."""
WORDS = ("name", "phone", "mail", "address", "needs", "birth", "code")


@pytest.fixture
def told() -> Iterator[list[str]]:
    """Whatever is logged from here on, at any level and with its traceback; and each address, as servers write them down."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter("%(name)s %(message)s").format(record))

    def access(environ: dict[str, Any], **_: Any) -> None:
        lines.append(f"access {environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}")

    root, handler = logging.getLogger(), Keeping()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    request_started.connect(access)
    yield lines
    request_started.disconnect(access)
    root.setLevel(before)
    root.removeHandler(handler)


def test_a_busy_life_leaves_no_name_in_logs_and_addresses(told: list[str], world: World, gwen: Passenger) -> None:
    for path in (f"passengers/{gwen.pk}", f"passengers/{gwen.pk}/audit", f"passengers/{gwen.pk}/export", "bookings", "waitlist"):
        world.get("dispatcher", path)
    world.post("agent", "passengers/search", {"q": PHONE})
    wrong = {"name": NAME, "phone": f"{PHONE} ext. {NAME}", "email": "gwen@"}
    assert world.patch("agent", f"passengers/{gwen.pk}", wrong).status_code == 400
    assert world.post("agent", "offers", world.wish(passenger={"name": NAME, "phone": NAME})).status_code == 400
    assert world.post("dispatcher", f"passengers/{gwen.pk}/erase").status_code == 409
    cancel_all(world, gwen)
    call_command("purge", stdout=StringIO())
    world.post("dispatcher", f"passengers/{gwen.pk}/erase")
    text = "\n".join(told)
    assert "access POST /api/v1/passengers/search?" in text  # the controls: both are heard
    assert "django.request Bad Request: /api/v1/passengers/" in text
    for sign in SIGNS:
        assert sign not in text, [line for line in told if sign in line][:3]


def test_control_a_name_in_an_address_is_heard(told: list[str], world: World) -> None:
    world.get("agent", f"passengers?q={NAME.replace(' ', '+')}")
    assert any("Gwenllian" in line for line in told)


def test_no_route_takes_more_than_ids_slugs_dates_and_references() -> None:
    routes = [route for route, _ in addresses(get_resolver()) if not route.startswith("admin/")]
    kinds = {part.split(":")[0] for route in routes for part in _parts(route)}
    assert kinds <= {"int", "slug", "day", "date", "month", "reference", "uuid"}
    assert len(routes) > 50


def _parts(route: str) -> list[str]:
    return [piece.partition(">")[0] for piece in route.split("<")[1:] if ":" in piece]


def test_no_parameter_that_is_documented_is_for_a_name_or_a_number() -> None:
    seen = set()
    for path, operations in openapi.generated()["paths"].items():
        for operation in operations.values():
            for each in operation.get("parameters", []):
                if each["in"] == "header":
                    continue
                seen.add(each["name"])
                assert not any(word in each["name"] for word in WORDS), (path, each["name"])
                if each["name"] not in ("cursor", "month", "reference") and _is_free(each["schema"]):
                    assert (path, each["name"]) in FREE_TEXT, (path, each["name"])
    assert {"q", "cursor", "passenger", "limit"} <= seen


def _is_free(schema: dict[str, Any]) -> bool:
    plain = ("format", "enum")
    return schema["type"] == "string" and not any(name in schema for name in plain) and "_]+$" not in schema.get("pattern", "")
