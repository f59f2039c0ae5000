"""From events to what is to be told of them: the rows of messages and of deliveries to partners, and which event is done.

It's one transaction: an event is marked when its rows are there. Looking at an event twice makes no second row.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from backend.notify import reaching
from backend.notify.claiming import locked
from backend.notify.tracing import where
from backend.notify.values import promise_of
from backend.notify.webhooks import queue_webhooks
from bookings import asked
from bookings.kinds import find_kind
from bookings.models import OPTED_OUT, Booking, Event, Message, MessageChannel, Offer, Passenger, State
from bookings.models.promise import Promise
from bookings.telling import Kind

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Events that are looked at in one transaction."""

RELATED = (
    "service__operator",
    "booking__service__operator",
    "booking__passenger",
    "booking__pickup_stop",
    "booking__dropoff_stop",
)


def untold() -> QuerySet[Event]:
    """Events that nobody has looked at yet. What asks for a better plan has a way of its own: see `bookings.asked`."""
    return Event.objects.filter(sent_at=None).exclude(kind=asked.ASKED).order_by("pk")


def queue_untold(*, usable: Collection[str], now: datetime) -> int:
    """Queue what is to be told of the oldest untold events; how many events that were. `usable`: channels with a provider."""
    if not untold().exists():
        return 0
    with transaction.atomic():
        mine = list(locked(untold()).values_list("pk", flat=True)[:AT_ONCE])
        for event in Event.objects.filter(pk__in=mine).select_related(*RELATED).order_by("pk"):
            try:
                with transaction.atomic():
                    queue(event, usable=usable, now=now)
                    queue_webhooks(event, now=now)
            except Exception as error:  # one that can't be told must not keep all others from it
                log.error("event %s can't be told: %s", event.pk, where(error))
        Event.objects.filter(pk__in=mine).update(sent_at=now)
    return len(mine)


def queue(event: Event, *, usable: Collection[str], now: datetime, but: Collection[str] = ()) -> list[Message]:
    """Queue the messages of an event to its passenger, in the first channel that fits and is not among `but`."""
    kind, promise = find_kind(event), promise_of(event)
    passenger = _passenger(promise)
    if kind is None or promise is None or passenger is None:
        return []
    ways = reaching.choose(passenger, kind, usable, but)
    rows = [_row(event, kind, promise, passenger, way, now) for way in ways]
    if not rows and not but:
        rows = [_untellable(event, kind, promise, passenger, usable, now)]
    Message.objects.bulk_create(rows, ignore_conflicts=True)  # by `key`: what is queued already stays
    _wake(event, {row.channel for row in rows}, now)
    return rows


def _wake(event: Event, channels: Collection[str], now: datetime) -> None:
    """A booking is told of in order; so what waits for another attempt makes it now, and keeps this one waiting no more."""
    before = Message.objects.filter(booking=event.booking_id, event__lt=event.pk, channel__in=channels, state=State.QUEUED)
    if event.booking_id:
        before.filter(attempts__gt=0, claimed_until=None).update(due_at=now)


def key_of(event: Event, passenger: Passenger, channel: str, device: int | None) -> str:
    """What makes a message one: the event, who is told, and by which way."""
    return f"{event.pk}-{passenger.pk}-{channel}" + (f"-{device}" if device else "")


def _passenger(promise: Promise | None) -> Passenger | None:
    return promise.passenger if isinstance(promise, Booking | Offer) else None


def _row(event: Event, kind: Kind, promise: Promise, passenger: Passenger, way: reaching.Way, now: datetime) -> Message:
    return Message(
        key=key_of(event, passenger, way.channel, way.device.pk if way.device else None),
        event=event,
        booking=event.booking,
        passenger=passenger,
        device=way.device,
        kind=kind.name,
        channel=way.channel,
        language=passenger.language,
        created_at=now,
        due_at=now,
        expires_at=kind.until(promise, event),
    )


def _untellable(
    event: Event, kind: Kind, promise: Promise, passenger: Passenger, usable: Collection[str], now: datetime
) -> Message:
    """A row that says that a passenger is not told, and why: for whoever might telephone instead."""
    ways = [way for each in reaching.ways_of(passenger) for way in each]
    if not ways:
        reason = "there is no mobile number, e-mail address or device of theirs"
    elif not any(way.channel in usable for way in ways):
        reason = "no provider is set up for the ways in which they can be reached"
    else:
        reason = f"{OPTED_OUT} {kind.topic}"
    way = ways[0] if ways else reaching.Way(MessageChannel.SMS.value, "")
    row = _row(event, kind, promise, passenger, way, now)
    row.state, row.reason, row.done_at = State.SUPPRESSED, reason, now
    return row
