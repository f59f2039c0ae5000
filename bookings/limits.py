"""What one passenger may have booked at once: a rule against those who book whatever there is and cancel later.

Judged when offers are made, and again when one is accepted, with the passenger locked: two may be accepted at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from bookings.models import Booking, Passenger, Promise, Service, Status
from routing.model import Point
from routing.travel.sphere import distance_m

OPEN = (Status.HELD, Status.CONFIRMED, Status.ABOARD)


@dataclass(frozen=True, slots=True)
class Trip:
    """A journey to be judged: an offer by the promised times, a wish by the one time that it has."""

    origin: Point
    destination: Point
    from_at: datetime | None
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnTrip:
    """A journey that a passenger has booked, from the start of the window until the promised arrival."""

    reference: str
    service_id: int
    origin: Point
    destination: Point
    from_at: datetime
    until_at: datetime


class Clash(NamedTuple):
    """What a limit has against a journey: the name of the rule, and the booking that it's about, where it's about one."""

    kind: str
    own: OwnTrip | None = None


def list_own(passenger: Passenger | None, *, now: datetime, without: Collection[int] = ()) -> tuple[OwnTrip, ...]:
    """The journeys that a passenger has booked or holds and that are not over, of any service; but for the bookings `without`."""
    if passenger is None:
        return ()
    rows = Booking.objects.filter(passenger=passenger, status__in=OPEN, arrive_by_at__gt=now).exclude(pk__in=without)
    rows = rows.exclude(Q(status=Status.HELD) & Q(held_until__lte=now)).order_by("pickup_from_at")
    columns = ("reference", "service_id", "origin", "destination", "pickup_from_at", "arrive_by_at")
    return tuple(
        OwnTrip(row.reference, row.service_id, *ends_of(row), row.pickup_from_at, row.arrive_by_at) for row in rows.only(*columns)
    )


def lock(passenger: Passenger) -> Passenger:
    """Have everybody else wait who does something for this passenger; the row as it is by now.

    Days are locked before passengers, by all, and bookings after them (DECISIONS 52).
    """
    return Passenger.objects.select_for_update(no_key=True).get(pk=passenger.pk)


def trip_of(promise: Promise) -> Trip:
    """An offer as a trip."""
    return Trip(*ends_of(promise), promise.pickup_from_at, promise.arrive_by_at)


def ends_of(promise: Promise) -> tuple[Point, Point]:
    """From where to where somebody wants to travel."""
    return Point(promise.origin.x, promise.origin.y), Point(promise.destination.x, promise.destination.y)


def find_clash(service: Service, trip: Trip, own: Sequence[OwnTrip]) -> Clash | None:
    """The first limit of a service that stands against a journey beside those that its passenger has; None where none does."""
    if has_too_many(service, own):
        return Clash("too_many_bookings")
    for each in own:
        if _is_duplicate(service, trip, each):
            return Clash("duplicate_booking", each)
    return next((Clash("overlapping_trip", each) for each in own if service.one_at_a_time and _overlap(trip, each)), None)


def has_too_many(service: Service, own: Sequence[OwnTrip]) -> bool:
    """Whether a passenger has as many journeys of a service before them as one may have."""
    most = service.max_open_bookings
    return most is not None and sum(each.service_id == service.pk for each in own) >= most


def _is_duplicate(service: Service, trip: Trip, own: OwnTrip) -> bool:
    """Whether both ends are next to one another, and one end in time."""
    if not service.duplicate_m:
        return False
    within = timedelta(seconds=service.duplicate_s)
    times = ((trip.from_at, own.from_at), (trip.until_at, own.until_at))
    if not any(a and b and abs(a - b) <= within for a, b in times):
        return False
    return goes_the_same_way((trip.origin, trip.destination), (own.origin, own.destination), within_m=service.duplicate_m)


def goes_the_same_way(ends: tuple[Point, Point], other: tuple[Point, Point], *, within_m: float) -> bool:
    """Whether both ends of two journeys are next to one another."""
    return all(distance_m(a, b) <= within_m for a, b in zip(ends, other, strict=True))


def _overlap(trip: Trip, own: OwnTrip) -> bool:
    """Whether one would have to be in two vehicles; of a wish, whether its one time lies within the other journey."""
    if trip.until_at is None:
        return trip.from_at is not None and own.from_at <= trip.from_at < own.until_at
    if trip.from_at is None:
        return own.from_at < trip.until_at <= own.until_at
    return trip.from_at < own.until_at and own.from_at < trip.until_at
