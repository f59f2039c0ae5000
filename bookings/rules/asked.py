"""A wish put to a service, with what its rules ask of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime, time, timedelta
from math import ceil

from bookings.limits import OwnTrip, Trip
from bookings.models import Booking, Passenger, Service
from bookings.notice import MOST_DAYS, Notice
from bookings.planner import Journey, Planner
from bookings.rules.deadlines import deadline_at, first_date, latest_at
from bookings.wish import RideWish
from routing.model import Point
from routing.offers import Access, OfferRules

ROUND_TO_S, DAY_S = 300, 86_400
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
    own: tuple[OwnTrip, ...] = ()
    """What the passenger has booked; see `bookings.limits`."""
    by_staff: bool = False
    """Whether an agent or a dispatcher of the operator asks."""

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

    def at(self, at: datetime) -> Asked:
        """The same wish at another time."""
        end = {"arrive_by": at} if self.wish.arrive_by else {"leave_at": at}
        return replace(self, wish=replace(self.wish, **end))  # type: ignore[arg-type]

    @property
    def trip(self) -> Trip:
        """The wish as the passenger's other journeys see it."""
        return Trip(self.wish.origin, self.wish.destination, self.wish.leave_at, self.wish.arrive_by)

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
    def notice(self) -> Notice:
        """From when and until when whoever asks can book: as the service says, or staff with less notice where they may."""
        notice, service = self.service.notice, self.service
        if self.by_staff and service.staff_skip_notice:
            notice = replace(notice, least_s=0, last=None)
        if self.by_staff and service.staff_skip_horizon:
            notice = replace(notice, most_s=MOST_DAYS * DAY_S, start=None)
        return notice

    @property
    def offer_rules(self) -> OfferRules:
        """The rules of offers, with the notice for whoever asks."""
        return replace(self.planner.rules, notice_s=self.notice.least_s)

    @property
    def soonest(self) -> datetime:
        """The first instant that can be asked for, on a full five minutes."""
        notice, tz = self.notice, self.service.tz
        soonest = self.now + timedelta(seconds=notice.least_s)
        if notice.last:
            date = first_date(self.service, notice.last, notice, self.now)
            soonest = max(soonest, datetime.combine(date, time(0), tz))
        return datetime.fromtimestamp(ceil(soonest.timestamp() / ROUND_TO_S) * ROUND_TO_S, tz)

    @property
    def latest(self) -> datetime:
        """The last instant that can be asked for."""
        return latest_at(self.service, self.notice, self.now)

    def opens_at(self, at: datetime) -> datetime:
        """From when a journey at an instant can be asked for."""
        notice = self.notice
        if notice.most_s is not None:
            return at - timedelta(seconds=notice.most_s)
        assert notice.start
        return deadline_at(self.service, at.astimezone(self.service.tz).date(), notice.start, notice)
