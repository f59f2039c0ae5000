"""The same journey by app and by telephone: the same endpoints in the same order, and answers that differ in who asks alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.urls import resolve

from bookings.models import IdempotencyKey
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
ONES_OWN = {
    *("id", "offer", "reference", "booking", "changed_to", "changed_from", "return_of"),
    *("booked_by", "channel", "messages", "by", "by_name", "cancelled_by", "cancelled_by_name"),
}
"""What is another one each time, or is about who asks; see `test_control_…` for what is compared."""


@dataclass
class Client:
    """One of the two: who calls, for whom they say it is, and every call with its answer."""

    world: World
    who: str
    whom: Json
    calls: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)

    def call(self, method: str, path: str, body: Json | None = None, *, names_passenger: bool = False) -> Any:
        sent = {**(body or {}), **(self.whom if names_passenger else {})}
        answer = self.world.get(self.who, path) if method == "GET" else self.world.post(self.who, path, sent)
        route = resolve(f"/api/v1/{path.partition('?')[0]}").route
        self.calls.append((method, route, frozenset(sent) - {"passenger"}))
        self.answers.append((answer.status_code, compared(answer.json())))
        return answer.json()


def compared(answer: Any) -> Any:
    """An answer without what is another one each time."""
    if isinstance(answer, dict):
        return {name: compared(value) for name, value in answer.items() if name not in ONES_OWN}
    return [compared(each) for each in answer] if isinstance(answer, list) else answer


def book_change_and_cancel(world: World, client: Client) -> None:
    """Somebody finds a place, asks, holds, confirms, comes to want another time, books each week, and cancels."""
    client.call("GET", "services")
    client.call("GET", "places?service=ripon&q=hospital")
    offers = client.call("POST", "offers", world.wish(), names_passenger=True)["offers"]
    held = client.call("POST", "bookings", {"offer": offers[0]["id"], "hold": True})
    address = f"bookings/{held['reference']}"
    client.call("POST", f"{address}/confirm")
    client.call("GET", address)
    later = world.wish(leave_at=world.at(11), instead_of=held["reference"])
    other = client.call("POST", "offers", later, names_passenger=True)["offers"][0]["id"]
    changed = client.call("POST", f"{address}/change", {"offer": other})
    weekly = world.wish(leave_at=world.at(14, days=1)) | {"repeat": {"weekdays": ["tue"], "until": world.at(14, days=1)[:10]}}
    series = client.call("POST", "series", weekly, names_passenger=True)
    client.call("POST", f"series/{series['id']}/end")
    client.call("POST", f"bookings/{changed['reference']}/cancel", {"why": "better"})
    client.call("POST", "offers", world.wish(leave_at=world.at(3)), names_passenger=True)  # refused by a rule


def life_of(world: World, who: str, whom: Json) -> Client:
    client = Client(world, who, whom)
    with transaction.atomic():
        book_change_and_cancel(world, client)
        transaction.set_rollback(True)
    return client


@pytest.fixture
def both(world: World) -> tuple[Client, Client]:
    """Ann by her app; and Ann again, at the telephone of an agent."""
    ann = world.users["ann"].passenger.pk
    return life_of(world, "ann", {}), life_of(world, "agent", {"passenger": ann})


def test_they_call_the_same_endpoints_with_the_same_bodies(both: tuple[Client, Client]) -> None:
    app, phone = both
    assert app.calls == phone.calls
    assert len(app.calls) > 10


def test_they_get_the_same_answers(both: tuple[Client, Client]) -> None:
    app, phone = both
    assert [status for status, _ in app.answers] == [200, 200, 200, 201, 200, 200, 200, 201, 201, 200, 200, 422]
    for call, mine, theirs in zip(app.calls, app.answers, phone.answers, strict=True):
        assert mine == theirs, call


def test_who_asked_and_by_which_way_is_on_record(world: World) -> None:
    ann = world.users["ann"].passenger.pk
    by_app, by_phone = world.book("ann"), world.book("agent", leave_at=world.at(14), passenger=ann)
    assert [(each["passenger"]["name"], each["channel"]) for each in (by_app, by_phone)] == [("Ann", "app"), ("Ann", "phone")]
    assert by_app["booked_by"] != by_phone["booked_by"]
    assert IdempotencyKey.objects.count() == 2


def test_control_what_is_compared_holds_the_journey_and_its_price(both: tuple[Client, Client]) -> None:
    status, booking = both[0].answers[3]
    assert (status, booking["status"]) == (201, "held")
    assert {"pickup", "dropoff", "fare_pence", "party", "passenger"} <= booking.keys()
