"""The modelled wishes of Ripon, asked at the call centre."""

from __future__ import annotations

import json
from typing import Any

from tests.backend.api_world import RIPON, World


def wishes(profile: str) -> list[dict[str, Any]]:
    """The wishes of the `usual` or the `busiest` day, in the order in which they are asked."""
    found: list[dict[str, Any]] = json.loads((RIPON / f"wishes_{profile}.json").read_text())["wishes"]
    return found


def ask(world: World, wish: dict[str, Any], days: int = 1) -> str | None:
    """The best offer for a wish, so many days ahead; None where it is refused."""
    asked: dict[str, Any] = {name: {"type": "Point", "coordinates": wish[name]["point"]} for name in ("origin", "destination")}
    for name in {"leave_at", "arrive_by"} & wish.keys():
        hour, minute = map(int, wish[name].split(":"))
        asked |= {"leave_at": None, name: world.at(hour, minute, days=days)}
    answer = world.post("agent", "offers", world.wish(party=wish["party"], passenger=wish["passenger"], **asked)).json()
    return answer["offers"][0]["id"] if answer.get("offers") else None
