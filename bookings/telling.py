"""One thing that passengers are told: of which event, until when, in which words. `bookings.kinds` has the table of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.models import Booking, Channel, Event, Status, Waiting
from bookings.models.promise import Promise

ANY_STATUS = frozenset(Status)


def always(event: Event) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """`title`, `short` and `lead` are sentences to be translated, with values in braces (see backend/notify/values.py).

    `short` is a text message and a notification; an e-mail has `title` as its subject and begins with `lead`.
    """

    name: str
    on: str
    """The kind of event."""
    title: str
    short: str
    lead: str
    until: Callable[[Promise, Event], datetime]
    """When it's too late to tell."""
    when: Callable[[Event], bool] = always
    topic: str = ""
    """What somebody opts out of who doesn't want it; empty where one has to be told."""
    urgent: bool = False
    """Whether it may disturb in quiet hours, where waiting for their end would leave too little time."""
    statuses: frozenset[Status] = ANY_STATUS
    """Those of the booking with which it's still true."""
    promised: bool = True
    """Whether there is a journey to tell of; a letter about none has no times and places beneath its lead."""
    replaces: frozenset[str] = frozenset()
    """Kinds that need not be told of this booking any more, if they have not been."""


# --- Until when


def until_pickup(promise: Promise, event: Event) -> datetime:
    """As promised, or as expected where that is later."""
    return max(promise.pickup_until_at, told_time(event, "expected_pickup_at") or promise.pickup_until_at)


def until_told(promise: Promise, event: Event) -> datetime:
    """For an hour from when one wanted to travel: without notice it's too late only then."""
    return promise.pickup_until_at + timedelta(hours=1)


def until_arrival(promise: Promise, event: Event) -> datetime:
    return promise.arrive_by_at


def for_a_day(promise: Promise, event: Event) -> datetime:
    return event.at + timedelta(days=1)


def until_over(promise: Promise, event: Event) -> datetime:
    """The end of a hold, or of an offer to somebody on the waiting list."""
    held = promise.held_until if isinstance(promise, Booking) else None
    return told_time(event, "until") or held or promise.pickup_from_at


def told_time(event: Event, name: str) -> datetime | None:
    """An instant in the data of an event."""
    return datetime.fromisoformat(event.data[name]) if event.data.get(name) else None


# --- When


def by_passenger(event: Event) -> bool:
    """Whether the passenger did it, or the partner by whom they book, and not staff for them or for the operator."""
    if event.by_id is None or event.booking is None:
        return False
    passenger = event.booking.passenger
    return event.by_id == (passenger.partner.user_id if passenger.partner else passenger.user_id)


def by_operator(event: Event) -> bool:
    """Whether nobody asked for it: the service itself did it, or staff who said so."""
    return event.by_id is None or bool(event.data.get("for_operator"))


def by_staff(event: Event) -> bool:
    """Whether staff did it for a passenger who asked them to."""
    return not by_passenger(event) and not by_operator(event)


def by_app(event: Event) -> bool:
    """Whoever books by telephone is told of holds there; not of places that were found for them later."""
    booking = event.booking
    return booking is not None and (booking.channel != Channel.PHONE or Waiting.objects.filter(booking=booking).exists())


def still_waits(event: Event) -> bool:
    """Whether a day of a series that nobody watched fail is on the waitlist."""
    return event.by_id is None and bool(event.data.get("waits"))


def is_lost(event: Event) -> bool:
    """Whether a day of a series failed, that nobody watched fail, and nobody looks on."""
    return event.by_id is None and not event.data.get("waits")


def some_time_after_booking(event: Event) -> bool:
    """A reminder a moment after booking tells nothing new."""
    return bool(event.data.get("remind", True))
