"""What a service's rules refuse: one small function a rule, each giving a reason with what would be possible, or None.

What the plan has no room for is no matter of rules; see `actions/searching.py` and `actions/explaining.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, timedelta
from math import ceil

from django.contrib.gis.geos import Point as Position

from bookings.calendar import closed_because, next_open_date, open_hours
from bookings.models import Booking, Passenger, Service
from bookings.planner import Journey, Planner
from bookings.refusals import Alternative, Reason
from bookings.strikes import standing
from bookings.wish import RideWish
from routing.model import Point
from routing.offers import Access
from routing.units import ServiceTime

__all__ = ["RULES", "Asked", "at_time", "find_reason", "nearest_time", "open_hours", "say_time"]

SAME_PLACE_M = 100
ROUND_TO_S = 300


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


def find_reason(asked: Asked) -> Reason | None:
    """The first rule that refuses a wish, as a reason; None where all let it through."""
    return next((reason for rule in RULES if (reason := rule(asked))), None)


def party_too_large(asked: Asked) -> Reason | None:
    party, service = asked.wish.party, asked.service
    if party.people > service.max_party:
        fewer = f"{service.max_party} people"
    elif party.wheelchairs > service.max_wheelchairs:
        fewer = f"{service.max_wheelchairs} wheelchairs"
    else:
        return None
    return Reason(
        "party_too_large",
        "Too many people for one booking",
        f"One booking takes up to {service.max_party} people, of whom up to {service.max_wheelchairs} in wheelchairs. "
        "Split your party into several bookings, or telephone the operator.",
        [Alternative("smaller_party", f"Book for up to {fewer}")],
    )


def not_entitled(asked: Asked) -> Reason | None:
    if not asked.at_doors or asked.passenger is None or asked.passenger.door_to_door:
        return None
    return Reason(
        "not_entitled",
        "Not entitled to be fetched at the door",
        f"{asked.service.name} comes to the door of passengers who are registered for it. Ask to be fetched at a stop, or "
        "telephone the operator to be registered.",
        [Alternative("stops", "Ask to be fetched and brought at stops")],
    )


def suspended(asked: Asked) -> Reason | None:
    until = standing(asked.passenger, asked.service, asked.now).suspended_until if asked.passenger else None
    if until is None:
        return None
    return Reason(
        "suspended",
        "Suspended",
        f"Booking is suspended until {say_time(until, asked.service)}, after too many journeys that were cancelled late or not "
        "taken. Telephone the operator if that is a mistake.",
    )


def outside_area(asked: Asked) -> Reason | None:
    for name, point in (("origin", asked.wish.origin), ("destination", asked.wish.destination)):
        if not asked.service.area.intersects(Position(*point, srid=4326)):
            return Reason(
                "outside_area",
                "Outside the area",
                f"The {name} is outside the area of {asked.service.name}. Choose a place inside it.",
                _nearest_stop(asked, name, point),
            )
    return None


def same_place(asked: Asked) -> Reason | None:
    ends = (asked.wish.origin, asked.wish.destination)
    origins, destinations = (asked.accesses(point) for point in ends)
    one_stop = len({access.point for access in origins + destinations}) == 1 and origins and destinations
    if not one_stop and asked.planner.walk_m(*ends) > SAME_PLACE_M:
        return None
    return Reason(
        "same_place",
        "Origin and destination are the same place",
        f"{_unfit_stops(asked, *ends)}The origin and the destination are by the same stop, or a few steps apart. "
        "Choose two places farther apart.",
    )


def in_the_past(asked: Asked) -> Reason | None:
    if asked.wish.at >= asked.now:
        return None
    return Reason(
        "in_the_past",
        "In the past",
        f"{say_time(asked.wish.at, asked.service)} has passed. Ask for a time from now on.",
        nearest_time(asked),
    )


def too_soon(asked: Asked) -> Reason | None:
    if asked.wish.at >= asked.now + timedelta(seconds=asked.service.notice_s):
        return None
    return Reason(
        "too_soon",
        "Too soon",
        f"Journeys are booked at least {asked.service.notice_s // 60} minutes ahead. Ask for a later time.",
        nearest_time(asked),
    )


def too_far_ahead(asked: Asked) -> Reason | None:
    service = asked.service
    if asked.date <= asked.last_date:
        return None
    opens = asked.date - timedelta(days=service.horizon_days)
    return Reason(
        "too_far_ahead",
        "Too far ahead",
        f"Journeys are booked up to {service.horizon_days} days ahead: for {_day(asked.date)} from {_day(opens)} on.",
        [_book_later(asked, asked.date)],
    )


def closed(asked: Asked) -> Reason | None:
    why = closed_because(asked.service, asked.date)
    if why is None:
        return None
    return Reason(
        "closed", "Closed that day", f"{asked.service.name} is closed on {_day(asked.date)}: {why}.", nearest_time(asked)
    )


def outside_hours(asked: Asked) -> Reason | None:
    service, hours = asked.service, open_hours(asked.service, asked.date)
    if hours is None:
        return None
    day, at = service.day(asked.date), service.day(asked.date).time_of(asked.wish.at)
    if at in hours:
        return None
    opens, closes = day.instant(hours.earliest), day.instant(hours.latest)
    return Reason(
        "outside_hours",
        "Outside the hours",
        f"{service.name} runs from {opens:%H:%M} to {closes:%H:%M} on {_day(asked.date)}. Ask for a time between these.",
        nearest_time(asked),
    )


def no_stop_near(asked: Asked) -> Reason | None:
    for name, point in (("origin", asked.wish.origin), ("destination", asked.wish.destination)):
        if not asked.at_doors and not asked.accesses(point):
            unfit, limit_m = _unfit_stops(asked, point), asked.service.walk_limit_m
            return Reason(
                "no_stop_near",
                "No stop near",
                f"{unfit}There is no {'other ' if unfit else ''}stop within {limit_m} m on foot of the {name}. "
                f"Choose a place nearer to {'another' if unfit else 'a'} stop.",
                _nearest_stop(asked, name, point),
            )
    return None


def no_way_to_door(asked: Asked) -> Reason | None:
    for name, point in (("origin", asked.wish.origin), ("destination", asked.wish.destination)):
        if asked.at_doors and not asked.accesses(point):
            return Reason(
                "no_way_to_door",
                "No way to the door",
                f"{_unfit_stops(asked, point)}No vehicle of {asked.service.name} gets to the {name} by road. "
                "Choose a place beside a road, or ask to be fetched and brought at stops.",
                _nearest_stop(asked, name, point),
            )
    return None


RULES: tuple[Callable[[Asked], Reason | None], ...] = (
    party_too_large,
    suspended,
    not_entitled,
    in_the_past,
    too_soon,
    too_far_ahead,
    closed,
    outside_hours,
    outside_area,
    same_place,
    no_stop_near,
    no_way_to_door,
)
"""In the order in which they are asked."""


def nearest_time(asked: Asked, from_date: Date | None = None) -> list[Alternative]:
    """What is asked for at the nearest time, from its day or `from_date` on, that notice, hours and horizon let through.

    Whether the plan has room then is another matter. Where nothing can be booked yet, it tells when.
    """
    service, local = asked.service, asked.wish.at.astimezone(asked.service.tz).time()
    first = max(from_date or asked.date, asked.soonest.date())
    for date in (first + timedelta(days=days) for days in range((asked.last_date - first).days + 1)):
        hours, day = open_hours(service, date), service.day(date)
        if hours is None:
            continue
        earliest = max(hours.earliest, day.time_of(asked.soonest))
        if earliest <= hours.latest:
            return [at_time(asked, day.instant(ServiceTime(min(max(day.wall_clock(local), earliest), hours.latest))))]
    date_after = next_open_date(service, asked.last_date + timedelta(days=1), service.horizon_days)
    return [] if date_after is None else [_book_later(asked, date_after)]


def at_time(asked: Asked, at: datetime) -> Alternative:
    """The same wish at another time."""
    text = say_time(at, asked.service)
    if asked.wish.arrive_by:
        return Alternative("other_time", f"Arrive by {text}", arrive_by=at)
    return Alternative("other_time", f"Leave at {text}", leave_at=at)


def say_time(at: datetime, service: Service) -> str:
    """An instant as people of the service read it: `14:05 on Monday 7 June`."""
    local = at.astimezone(service.tz)
    return f"{local:%H:%M} on {_day(local.date())}"


def _book_later(asked: Asked, date: Date) -> Alternative:
    opens = date - timedelta(days=asked.service.horizon_days)
    return Alternative("book_later", f"Ask again on {_day(opens)} or after")


def _unfit_stops(asked: Asked, *points: Point) -> str:
    """Sentences on the stops near these places that can't serve the journey; empty where all can."""
    unfit = {stop.code: stop for point in points for stop in asked.planner.list_unfit(point, asked.journey)}
    return "".join(f"{stop.label} {stop.why_not(asked.journey)}. " for stop in unfit.values())


def _nearest_stop(asked: Asked, name: str, point: Point) -> list[Alternative]:
    found = asked.planner.find_nearest_stop(point, asked.journey)
    if found is None:
        return []
    stop, walk_m = found
    return [Alternative(f"{name}_stop", f"{stop.label} is the nearest stop, {walk_m} m on foot", stop=stop.code)]


def _day(date: Date) -> str:
    return f"{date:%A} {date.day} {date:%B}"
