"""Asking for a code, and entering it, as a stranger."""

from __future__ import annotations

from typing import Any

from tests.backend.api_world import World
from tests.backend.messenger import Provider

MOBILE, STRANGER = "07700 900123", "07700 900999"


def code_in(post: Provider) -> str:
    """The code in the last message: everything before the first word."""
    return post.taken[-1].text.partition(" is ")[0]


def ask(world: World, **to: Any) -> Any:
    return world.post(None, "sign-in/codes", {"service": "ripon", **to})


def enter(world: World, ticket: str, code: str, **more: Any) -> Any:
    return world.post(None, "sign-in", {"ticket": ticket, "code": code, **more})


def signed_in(world: World, post: Provider, name: str = "", **to: Any) -> Any:
    """Ask for a code and enter it."""
    ticket = ask(world, **to).json()["ticket"]
    return enter(world, ticket, code_in(post), **({"name": name} if name else {}))


def bookings_of(world: World, token: str) -> list[str]:
    found = world.client(None).get("/api/v1/bookings", HTTP_X_SESSION_TOKEN=token)
    assert found.status_code == 200, found.data
    return [each["reference"] for each in found.json()["results"]]
