"""Plays a day of wishes through the HTTP API, as the app and the call centre would."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from backend.demo.ground import Account, Accounts

Json = dict[str, Any]

CHANGE_OF_MIND = 15
"""Every so many-th booking is cancelled again, as people do."""


class DemoFailed(RuntimeError):
    """An answer of the API that no day should bring."""


@dataclass(slots=True)
class Tally:
    """What came of the wishes."""

    asked: int = 0
    by_app: int = 0
    by_phone: int = 0
    cancelled: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def booked(self) -> int:
        return self.by_app + self.by_phone


@dataclass(slots=True)
class Player:
    """A client of the API with the accounts of a demo."""

    base_url: str
    service: str
    day: date
    zone: ZoneInfo
    accounts: Accounts
    tally: Tally = field(default_factory=Tally)
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=f"{self.base_url}/api/v1", timeout=60)

    def register(self, wishes: list[Json]) -> int:
        """Register whoever travels in a wheelchair for being fetched and brought at the door; how many they are."""
        callers = {wish["passenger"]["phone"]: wish["passenger"] for wish in wishes if wish["party"]["wheelchairs"]}
        for caller in callers.values():
            known = self.call(self.accounts.agent, "POST", "/passengers", caller)
            address = f"/passengers/{known['id']}"
            self.call(self.accounts.agent, "PATCH", address, {"door_to_door": True}, key=f"door-{known['id']}")
        return len(callers)

    def play(self, wishes: list[Json]) -> Iterator[Literal["booked", "refused"]]:
        """Ask for every wish in turn and book what is offered; yields what came of each."""
        for wish in wishes:
            self.tally.asked += 1
            yield "booked" if self._play_one(wish) else "refused"

    def reoptimise(self, patience_s: float = 240) -> Json:
        """Ask for a better plan, wait for the worker, and give its outcome."""
        address = f"/services/{self.service}/days/{self.day}"
        asked = self.call(self.accounts.dispatcher, "POST", f"{address}/reoptimise", {})
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            latest = self.call(self.accounts.dispatcher, "GET", address)["optimised"]
            if latest and latest["request"] == asked["request"]:
                return dict(latest)
            time.sleep(0.5)
        raise DemoFailed(f"no outcome of the re-optimisation after {patience_s:.0f} s: is the worker running?")

    def call(self, who: Account, method: str, path: str, body: Json | None = None, *, key: str = "") -> Any:
        """The JSON that the API answers. Raises DemoFailed for anything but success."""
        headers = {"Authorization": f"Token {who.token}", "Idempotency-Key": key or uuid4().hex}
        headers |= {"If-Match": "*"} if method == "PATCH" else {}  # nobody else is at it
        answer = self.client.request(method, path, json=body, headers=headers)
        if not answer.is_success:
            raise DemoFailed(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def _play_one(self, wish: Json) -> bool:
        by_phone = wish["channel"] == "phone"
        who = self.accounts.agent if by_phone else self.accounts.passengers[wish["passenger"]["name"]]
        answer = self.call(who, "POST", "/offers", self._question(wish))
        if not answer["offers"]:
            self.tally.refused[answer["refusal"]["title"]] += 1
            return False
        booking = self.call(
            who, "POST", "/bookings", {"offer": answer["offers"][0]["id"], "hold": by_phone}, key=f"book-{wish['id']}"
        )
        address = f"/bookings/{booking['reference']}"
        if by_phone:  # the agent reads the time out, the caller agrees
            self.call(who, "POST", f"{address}/confirm", {}, key=f"confirm-{wish['id']}")
            self.tally.by_phone += 1
        else:
            self.tally.by_app += 1
        if self.tally.booked % CHANGE_OF_MIND == 0:
            self.call(who, "POST", f"{address}/cancel", {"why": "changed plans"}, key=f"cancel-{wish['id']}")
            self.tally.cancelled += 1
        return True

    def _question(self, wish: Json) -> Json:
        question: Json = {"service": self.service, "party": wish["party"]}
        for end in ("origin", "destination"):
            question[end] = {"type": "Point", "coordinates": wish[end]["point"]}
            if not wish[end]["name"].startswith("Home in "):  # which tells a driver less than what Drover makes of the place
                question[end]["name"] = wish[end]["name"]
        for when in ("leave_at", "arrive_by"):
            if wish.get(when):
                local = datetime.combine(self.day, clock_time.fromisoformat(wish[when]), self.zone)
                question[when] = local.isoformat()
        if wish["channel"] == "phone":
            question["passenger"] = wish["passenger"]
        return question
