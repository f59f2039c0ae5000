"""A wish put to a service, with what its rules ask of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime, timedelta
from math import ceil

from bookings.models import Booking, Passenger, Service
from bookings.planner import Journey, Planner
from bookings.wish import RideWish
from routing.model import Point
from routing.offers import Access

ROUND_TO_S = 300
ORIGIN, DESTINATION = "origin", "destination"


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish put to a service at an instant."""

    service: Service
    wish: RideWish
    planner: Planner
    now: datetime
    passenger: Passenger | None = None
    instead_of: Booking | None = None
    """What the passenger has booked already and would give up for this."""

    @property
    def date(self) -> Date:
        return self.wish.at.astimezone(self.service.tz).date()

    @property
    def ends(self) -> tuple[tuple[str, Point], tuple[str, Point]]:
        """Both ends of the journey, by name."""
        return (ORIGIN, self.wish.origin), (DESTINATION, self.wish.destination)

    def with_end(self, end: str, point: Point) -> Asked:
        """The same wish from or to another place."""
        if end == ORIGIN:
            return replace(self, wish=replace(self.wish, origin=point, origin_name=""))
        return replace(self, wish=replace(self.wish, destination=point, destination_name=""))

    @property
    def journey(self) -> Journey:
        return Journey(self.date, self.wish.party.wheelchairs > 0)

    @property
    def at_doors(self) -> bool:
        """Whether the vehicle is to come to the door: as asked, or else as the passenger is entitled to."""
        if self.wish.door_to_door is None:
            return self.passenger is not None and self.passenger.door_to_door
        return self.wish.door_to_door

    def accesses(self, point: Point) -> tuple[Access, ...]:
        """Where a vehicle can call for somebody at a place."""
        return self.planner.find_doors(point, self.journey) if self.at_doors else self.planner.find_accesses(point, self.journey)

    @property
    def soonest(self) -> datetime:
        """The first instant that can be asked for: now and the notice, on a full five minutes."""
        at = (self.now + timedelta(seconds=self.service.notice_s)).timestamp()
        return datetime.fromtimestamp(ceil(at / ROUND_TO_S) * ROUND_TO_S, self.service.tz)

    @property
    def last_date(self) -> Date:
        """The last day that can be asked for."""
        return self.now.astimezone(self.service.tz).date() + timedelta(days=self.service.horizon_days)
