"""What the braces in the words of a message stand for; to be used while its language is spoken."""

from __future__ import annotations

from datetime import datetime

from bookings.models import Booking, Event, Offer, Operator, Refusal
from bookings.models.promise import Promise
from bookings.telling import told_time
from bookings.wish import wish_from_json
from bookings.words import day_words, phrase, say_why

NAMES = ("because", "dropoff", "operator", "pickup", "vehicle")
"""Values that may be cut short where a text message gets too long."""


def values_of(event: Event, promise: Promise) -> dict[str, str]:
    """The values of whatever is told of an event; times are by the clocks of the service."""
    operator, data = promise.service.operator, event.data

    def clock(at: datetime | None) -> str:
        return f"{at.astimezone(promise.service.tz):%H:%M}" if at else ""

    held = promise.held_until if isinstance(promise, Booking) else None
    return {
        "day": str(day_words(promise.pickup_from_at.astimezone(promise.service.tz).date())),
        "from": clock(promise.pickup_from_at),
        "until": clock(promise.pickup_until_at),
        "arrive_by": clock(promise.arrive_by_at),
        "expected": clock(told_time(event, "expected_pickup_at") or promise.expected_pickup_at),
        "over": clock(told_time(event, "until") or held),
        "pickup": _one_line(promise.pickup_name),
        "dropoff": _one_line(promise.dropoff_name),
        "fare": money(promise.due_pence),
        "vehicle": _one_line(", ".join(filter(None, [data.get("vehicle", ""), data.get("registration", "")]))),
        "because": str(phrase("Reason: {why}. ", why=_one_line(say_why(data["why"])).rstrip("."))) if data.get("why") else "",
        "ref": promise.reference if isinstance(promise, Booking) else "",
        **operator_values(operator),
    }


def operator_values(operator: Operator) -> dict[str, str]:
    return {"operator": _one_line(operator.name), "phone": _one_line(operator.phone or operator.name)}


def money(pence: int) -> str:
    """`£2.00`, or that there is nothing to pay."""
    return f"£{pence / 100:.2f}" if pence else str(phrase("free"))


def promise_of(event: Event) -> Promise | None:
    """The journey that an event is about: a booking, an offer that its data name, or what somebody wished for."""
    if event.booking is not None:
        return event.booking
    if refusal := _refusal_of(event):
        return _wished_for(refusal)
    rows = Offer.objects.select_related("service__operator", "pickup_stop", "dropoff_stop", "passenger")
    return rows.filter(pk=event.data["offer"]).first() if event.data.get("offer") else None


def _refusal_of(event: Event) -> Refusal | None:
    rows = Refusal.objects.select_related("service__operator", "passenger")
    if event.data.get("waiting"):
        return rows.filter(waiting=event.data["waiting"]).first()
    return rows.filter(pk=event.data["refusal"]).first() if event.data.get("refusal") else None


def _wished_for(refusal: Refusal) -> Promise:
    """A wish in the shape of an offer that nobody could make."""
    wish = wish_from_json(refusal.wish)
    return Offer(
        service=refusal.service,
        passenger=refusal.passenger,
        pickup_from_at=wish.at,
        pickup_until_at=wish.at,
        arrive_by_at=wish.at,
        expected_pickup_at=wish.at,
        fare_pence=0,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
