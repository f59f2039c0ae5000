"""Whether a message that is due is still to be sent, and at this hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from bookings.kinds import KINDS
from bookings.models import OPTED_OUT, Booking, Event, Message, State
from bookings.models.promise import Promise
from bookings.telling import Kind

ENOUGH = timedelta(hours=1)
"""What is told so long before it's needed is told early enough: for less, quiet hours are broken."""

AWAKE = timedelta(minutes=15)
"""Somebody who did something so long ago doesn't sleep."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Not to be sent any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Not yet."""

    until: datetime


def decide(message: Message, kind: Kind, promise: Promise, *, now: datetime) -> Drop | Hold | None:
    """What keeps a message from being sent; None where nothing does."""
    return _outdated(message, kind, promise) or _unwanted(message, kind) or _quiet(message, kind, promise, now)


def _outdated(message: Message, kind: Kind, promise: Promise) -> Drop | None:
    if isinstance(promise, Booking) and promise.status not in kind.statuses:
        return Drop(f"the booking is {promise.status} by now")
    newer = {each.on for each in KINDS if kind.name in each.replaces}
    later = Event.objects.filter(booking=message.booking_id, pk__gt=message.event_id, kind__in=newer)
    if message.booking_id and (found := later.order_by("-pk").first()):
        return Drop(f"{found.kind} came after it")
    elsewhere = Q(state=State.SENT) & ~Q(channel=message.channel)
    rows = Message.objects.filter(event=message.event_id, passenger=message.passenger_id)
    if told := rows.filter(elsewhere | Q(told_at__isnull=False)).first():
        return Drop(f"told by {'telephone' if told.told_at else told.get_channel_display()}")
    return None


def _unwanted(message: Message, kind: Kind) -> Drop | None:
    if kind.topic and message.passenger.has_opted_out(message.channel, kind.topic):
        return Drop(f"{OPTED_OUT} {kind.topic}")
    return None


def _quiet(message: Message, kind: Kind, promise: Promise, now: datetime) -> Drop | Hold | None:
    ends = promise.service.quiet_end(now)
    if ends is None or _answers(message, now):
        return None
    needed_at = min(promise.pickup_from_at, message.expires_at)
    if kind.urgent and needed_at < ends + ENOUGH:
        return None
    return Hold(ends) if ends < message.expires_at else Drop("after the quiet hours it would be too late")


def _answers(message: Message, now: datetime) -> bool:
    """Whether it's what the passenger has just done themselves."""
    event = message.event
    return event.by_id is not None and event.by_id == message.passenger.user_id and now - event.recorded_at < AWAKE
