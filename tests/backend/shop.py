"""Ripon takes money online, from a server that speaks as Stripe does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from rest_framework.response import Response

from backend.payments.stripe_port import StripePort
from bookings.models import Booking, Event, Service
from tests.backend.api_world import World
from tests.backend.stripe_stub import SECRET_KEY, WEBHOOK_SECRET, StripeStub, serving, sign


@pytest.fixture
def shop(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeStub]:
    """Ripon takes money online, and on board."""
    with serving(StripeStub(lambda: world.now)) as stub:
        port = StripePort(SECRET_KEY, WEBHOOK_SECRET, stub.base)
        monkeypatch.setattr("backend.wiring.payment_port", lambda: port)
        monkeypatch.setattr("backend.tasks.database_now", lambda: world.now)
        Service.objects.update(payment_methods=["online", "on_board"], refund_full_before_s=7200, refund_late_percent=50)
        yield stub


def hold(world: World, who: str = "ann", **wish: Any) -> str:
    """The reference of a booking that is held until it's paid."""
    held = world.book(who, hold=True, **wish)
    assert (held["status"], held["pay_by"]) == ("held", "online")
    return str(held["reference"])


def open_page(world: World, reference: str, who: str = "ann", pence: int = 200) -> str:
    """The session of its payment page."""
    answer = world.post(who, f"bookings/{reference}/payment")
    assert answer.status_code == 200, answer.data
    session = answer.json()["url"].rpartition("/")[2]
    assert answer.json()["pence"] == pence
    return str(session)


def notify(world: World, event: Any, signature: str | None = None) -> Response:
    body = event if isinstance(event, str) else json.dumps(event)
    header = sign(body) if signature is None else signature
    return world.client(None).post("/api/v1/payments/stripe", body, content_type="application/json", HTTP_STRIPE_SIGNATURE=header)


def paid(world: World, stub: StripeStub, who: str = "ann", **wish: Any) -> str:
    """The reference of a booking that was held and paid."""
    reference = hold(world, who, **wish)
    assert notify(world, stub.pay(open_page(world, reference, who))).status_code == 204
    return reference


def state(world: World, reference: str) -> tuple[str, dict[str, int]]:
    told = world.get("agent", f"bookings/{reference}").json()
    return told["status"], told["payment"]


def kinds(reference: str) -> list[str]:
    return list(Event.objects.filter(booking__reference=reference).values_list("kind", flat=True))


def hold_over(world: World, reference: str) -> datetime:
    until = Booking.objects.get(reference=reference).held_until
    assert until
    world.now = until
    return until
