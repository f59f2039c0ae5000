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
from bookings.models import Passenger, Service
from bookings.planner import Journey, Planner
from bookings.refusals import Alternative, Reason
from bookings.rule_words import NO_OTHER_STOP, NO_STOP, NO_WAY, OUTSIDE
from bookings.wish import RideWish
from bookings.words import Sayable, Sentences, day_words, phrase, time_words
from routing.model import Point
from routing.offers import Access
from routing.units import ServiceTime

__all__ = ["RULES", "Asked", "at_time", "find_reason", "nearest_time", "open_hours"]

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
        fewer = phrase("Book for up to {count} people", count=service.max_party)
    elif party.wheelchairs > service.max_wheelchairs:
        fewer = phrase("Book for up to {count} wheelchairs", count=service.max_wheelchairs)
    else:
        return None
    return Reason(
        "party_too_large",
        phrase("Too many people for one booking"),
        phrase(
            "One booking takes up to {people} people, of whom up to {wheelchairs} in wheelchairs. "
            "Split your party into several bookings, or telephone the operator.",
            people=service.max_party,
            wheelchairs=service.max_wheelchairs,
        ),
        [Alternative("smaller_party", fewer)],
    )


def not_entitled(asked: Asked) -> Reason | None:
    if not asked.at_doors or asked.passenger is None or asked.passenger.door_to_door:
        return None
    return Reason(
        "not_entitled",
        phrase("Not entitled to be fetched at the door"),
        phrase(
            "{service} comes to the door of passengers who are registered for it. Ask to be fetched at a stop, or "
            "telephone the operator to be registered.",
            service=asked.service.name,
        ),
        [Alternative("stops", phrase("Ask to be fetched and brought at stops"))],
    )


def outside_area(asked: Asked) -> Reason | None:
    for name, point in (("origin", asked.wish.origin), ("destination", asked.wish.destination)):
        if not asked.service.area.intersects(Position(*point, srid=4326)):
            return Reason(
                "outside_area",
                phrase("Outside the area"),
                OUTSIDE[name].with_values(service=asked.service.name),
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
        phrase("Origin and destination are the same place"),
        Sentences(
            (
                *_unfit_stops(asked, *ends),
                phrase("The origin and the destination are by the same stop, or a few steps apart."),
                phrase("Choose two places farther apart."),
            )
        ),
    )


def in_the_past(asked: Asked) -> Reason | None:
    if asked.wish.at >= asked.now:
        return None
    return Reason(
        "in_the_past",
        phrase("In the past"),
        phrase("{time} has passed. Ask for a time from now on.", time=time_words(asked.wish.at, asked.service.tz)),
        nearest_time(asked),
    )


def too_soon(asked: Asked) -> Reason | None:
    if asked.wish.at >= asked.now + timedelta(seconds=asked.service.notice_s):
        return None
    return Reason(
        "too_soon",
        phrase("Too soon"),
        phrase(
            "Journeys are booked at least {minutes} minutes ahead. Ask for a later time.", minutes=asked.service.notice_s // 60
        ),
        nearest_time(asked),
    )


def too_far_ahead(asked: Asked) -> Reason | None:
    service = asked.service
    if asked.date <= asked.last_date:
        return None
    opens = asked.date - timedelta(days=service.horizon_days)
    return Reason(
        "too_far_ahead",
        phrase("Too far ahead"),
        phrase(
            "Journeys are booked up to {count} days ahead: for {day} from {opens} on.",
            count=service.horizon_days,
            day=day_words(asked.date),
            opens=day_words(opens),
        ),
        [_book_later(asked, asked.date)],
    )


def closed(asked: Asked) -> Reason | None:
    why = closed_because(asked.service, asked.date)
    if why is None:
        return None
    said = phrase("{service} is closed on {day}: {why}.", service=asked.service.name, day=day_words(asked.date), why=why)
    return Reason("closed", phrase("Closed that day"), said, nearest_time(asked))


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
        phrase("Outside the hours"),
        phrase(
            "{service} runs from {opens} to {closes} on {day}. Ask for a time between these.",
            service=service.name,
            opens=f"{opens:%H:%M}",
            closes=f"{closes:%H:%M}",
            day=day_words(asked.date),
        ),
        nearest_time(asked),
    )


def no_stop_near(asked: Asked) -> Reason | None:
    for name, point in (("origin", asked.wish.origin), ("destination", asked.wish.destination)):
        if not asked.at_doors and not asked.accesses(point):
            unfit = _unfit_stops(asked, point)
            said = (NO_OTHER_STOP if unfit else NO_STOP)[name].with_values(limit=asked.service.walk_limit_m)
            return Reason("no_stop_near", phrase("No stop near"), Sentences((*unfit, said)), _nearest_stop(asked, name, point))
    return None


def no_way_to_door(asked: Asked) -> Reason | None:
    for name, point in (("origin", asked.wish.origin), ("destination", asked.wish.destination)):
        if asked.at_doors and not asked.accesses(point):
            return Reason(
                "no_way_to_door",
                phrase("No way to the door"),
                Sentences((*_unfit_stops(asked, point), NO_WAY[name].with_values(service=asked.service.name))),
                _nearest_stop(asked, name, point),
            )
    return None


RULES: tuple[Callable[[Asked], Reason | None], ...] = (
    party_too_large,
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
    time = time_words(at, asked.service.tz)
    if asked.wish.arrive_by:
        return Alternative("other_time", phrase("Arrive by {time}", time=time), arrive_by=at)
    return Alternative("other_time", phrase("Leave at {time}", time=time), leave_at=at)


def _book_later(asked: Asked, date: Date) -> Alternative:
    opens = date - timedelta(days=asked.service.horizon_days)
    return Alternative("book_later", phrase("Ask again on {day} or after", day=day_words(opens)))


def _unfit_stops(asked: Asked, *points: Point) -> list[Sayable]:
    """Sentences on the stops near these places that can't serve the journey."""
    unfit = {stop.code: stop for point in points for stop in asked.planner.list_unfit(point, asked.journey)}
    return [said for stop in unfit.values() if (said := stop.why_not(asked.journey))]


def _nearest_stop(asked: Asked, name: str, point: Point) -> list[Alternative]:
    found = asked.planner.find_nearest_stop(point, asked.journey)
    if found is None:
        return []
    stop, walk_m = found
    said = phrase("{stop} is the nearest stop, {metres} m on foot", stop=stop.label, metres=walk_m)
    return [Alternative(f"{name}_stop", said, stop=stop.code)]
