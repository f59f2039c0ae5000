"""The Ripon service with somebody in every role, a clock that stands still, and a client for each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from knox.models import AuthToken
from rest_framework.response import Response
from rest_framework.test import APIClient, ForceAuthClientHandler

from bookings.actions.load_service import load_service
from bookings.models import Driver, Operator, Passenger, Role, Service, StaffMember

LONDON = ZoneInfo("Europe/London")
RIPON = Path(__file__).resolve().parents[2] / "fixtures" / "ripon"

MONDAY = datetime(2027, 6, 7, 7, 0, tzinfo=LONDON)
"""An ordinary Monday in summer, just after the service has opened."""

HOME = {"type": "Point", "coordinates": [-1.5243, 54.1360]}
HOSPITAL = {"stop": "RIP01"}


@cache
def handler() -> ForceAuthClientHandler:
    """One for all clients: setting up the middleware takes longer than most calls."""
    handler = ForceAuthClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()
    return handler


def with_key(headers: dict[str, Any]) -> dict[str, Any]:
    """Headers with an Idempotency-Key that nobody has used; those that are None are left out."""
    sent = {"HTTP_IDEMPOTENCY_KEY": uuid4().hex} | headers
    return {name: value for name, value in sent.items() if value is not None}


@dataclass
class World:
    """Calls of the API as one of several people."""

    service: Service
    now: datetime
    tokens: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def user(self, name: str) -> User:
        user = User.objects.create_user(name, first_name=name.title())
        self.users[name], self.tokens[name] = user, AuthToken.objects.create(user)[1]
        return user

    def client(self, name: str | None) -> APIClient:
        client = APIClient()
        client.handler = handler()
        if name:
            client.credentials(HTTP_AUTHORIZATION=f"Token {self.tokens[name]}")
        return client

    def get(self, who: str | None, path: str, **headers: Any) -> Response:
        return self.client(who).get(f"/api/v1/{path}", **headers)

    def post(self, who: str | None, path: str, body: Any = None, **headers: Any) -> Response:
        """Under a key of its own, unless one is given (or None, for none at all)."""
        return self.client(who).post(f"/api/v1/{path}", body or {}, format="json", **with_key(headers))

    def patch(self, who: str | None, path: str, body: Any, **headers: Any) -> Response:
        """The same, for whatever there is by now, unless If-Match is given."""
        sent = with_key({"HTTP_IF_MATCH": "*"} | headers)
        return self.client(who).patch(f"/api/v1/{path}", body, format="json", **sent)

    def at(self, hour: int, minute: int = 0, days: int = 0) -> str:
        local = datetime.combine(self.now.astimezone(LONDON).date() + timedelta(days=days), datetime.min.time())
        return local.replace(hour=hour, minute=minute, tzinfo=LONDON).isoformat()

    def wish(self, **other: Any) -> dict[str, Any]:
        """A journey in Ripon and surroundings that there is room for; `other` replaces or (None) leaves out."""
        asked = {
            "service": self.service.slug,
            "origin": {"stop": "RIP01"},
            "destination": {"stop": "BED01"},
            "leave_at": self.at(10),
            "party": {"adults": 1},
        }
        return {name: value for name, value in (asked | other).items() if value is not None}

    def offers(self, who: str, **other: Any) -> list[dict[str, Any]]:
        response = self.post(who, "offers", self.wish(**other))
        assert response.status_code == 200, response.data
        assert response.data["offers"], response.data["refusal"]
        found: list[dict[str, Any]] = response.json()["offers"]
        return found

    def book(self, who: str, **other: Any) -> dict[str, Any]:
        more = {name: other.pop(name) for name in ("hold", "pay_by") if name in other}
        response = self.post(who, "bookings", {"offer": self.offers(who, **other)[0]["id"], **more})
        assert response.status_code == 201, response.data
        booking: dict[str, Any] = response.json()
        return booking

    def set_clock(self, now: datetime) -> None:
        self.now = now


def build_world(now: datetime = MONDAY) -> World:
    """Ripon's drivers are users under their codes; ann and bob are passengers, otto is another operator's dispatcher."""
    world = World(load_service(RIPON), now)
    operator = world.service.operator
    elsewhere = Operator.objects.create(slug="elsewhere", name="Elsewhere")
    for name in ("ann", "bob"):
        Passenger.objects.create(operator=operator, user=world.user(name), name=name.title(), phone="07700 900001")
    StaffMember.objects.create(user=world.user("agent"), operator=operator, role=Role.AGENT)
    StaffMember.objects.create(user=world.user("dispatcher"), operator=operator, role=Role.DISPATCHER)
    StaffMember.objects.create(user=world.user("otto"), operator=elsewhere, role=Role.DISPATCHER)
    Passenger.objects.create(operator=elsewhere, user=world.user("eve"), name="Eve", phone="07700 900002")
    world.user("nobody")
    for driver in Driver.objects.filter(operator=operator):
        driver.user = world.user(driver.code)
        driver.save()
    return world
