"""The bookings that have a place in a plan, each with the request that its promise makes.

Promise columns never change, so a request is kept from one loading of a plan to the next: to read them anew, with the positions
of stops and doors, was half of what loading took. What can change is read each time. Requests are known by the booking and by the
offer that was accepted: SQLite gives the number of a booking that was rolled back to another one, and an offer whose booking was
rolled back is accepted again. And by the names of both ends, since a door that is forgotten (`bookings.coarse`) loses its name.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date as Date
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.models import Booking, Service, Status
from routing.model import Request, RequestId

MOST_DAYS = 64
"""Days whose requests a process keeps; of the busiest day in Ripon they take 50 KB."""

_KNOWN_BY = ("pk", "offer_id", "origin_name", "destination_name")
_PROMISED = (
    *("offer_id", "origin_name", "destination_name"),
    *("pickup_stop__position", "dropoff_stop__position", "origin", "destination"),
    *("pickup_from_at", "pickup_until_at", "arrive_by_at", "max_ride_s", "seats", "wheelchairs", "boarding_s", "alighting_s"),
)

_Day = tuple[int, Date, datetime]
_Known = tuple[int, UUID, str, str]
_kept: OrderedDict[_Day, dict[_Known, Request]] = OrderedDict()
_lock = Lock()


class Planned(NamedTuple):
    """A booking as far as plans have to do with it."""

    request: Request
    status: Status
    held_until: datetime | None

    @property
    def request_id(self) -> RequestId:
        return self.request.id

    def is_over(self, now: datetime) -> bool:
        """Whether it was held, and the hold has run out."""
        return self.status == Status.HELD and self.held_until is not None and self.held_until <= now


def list_planned(service: Service, date: Date, number: int) -> list[Planned]:
    """The bookings with a place in the plan of a revision, oldest first."""
    stayed = Q(left_revision=None) | Q(left_revision__gt=number)
    return _planned(Booking.objects.filter(stayed, service=service, date=date, entered_revision__lte=number), service, date)


def list_by_request(service: Service, date: Date, requests: Iterable[str]) -> list[Planned]:
    """The bookings of these requests, oldest first."""
    return _planned(Booking.objects.filter(pk__in=[int(each.removeprefix("b")) for each in requests]), service, date)


def _planned(rows: QuerySet[Booking], service: Service, date: Date) -> list[Planned]:
    rows = rows.order_by("pk")
    found = list(rows.values_list("status", "held_until", *_KNOWN_BY))
    known = _known(service, date)
    unknown = [by[0] for _, _, *by in found if tuple(by) not in known]
    if unknown:
        known.update(_requests(rows, unknown, service, date))
    return [Planned(known[tuple(by)], Status(status), held_until) for status, held_until, *by in found]


def _known(service: Service, date: Date) -> dict[_Known, Request]:
    """The requests of a day that are kept. Where a stop moves, its service has changed, and they are made anew."""
    key = (service.pk, date, service.changed_at)
    with _lock:
        day = _kept.setdefault(key, {})
        _kept.move_to_end(key)
        if len(_kept) > MOST_DAYS:
            _kept.popitem(last=False)
    return day


def _requests(rows: QuerySet[Booking], unknown: list[int], service: Service, date: Date) -> dict[_Known, Request]:
    day = service.day(date)
    found = rows.filter(pk__in=unknown).select_related("pickup_stop", "dropoff_stop").only(*_PROMISED)
    return {tuple(getattr(booking, name) for name in _KNOWN_BY): booking.request(day) for booking in found}
