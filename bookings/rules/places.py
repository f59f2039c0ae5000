"""From where to where: the area and its zones, distances, stops and doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from typing import NamedTuple

from django.contrib.gis.geos import Point as Position

from bookings.models.service import ZoneTrips
from bookings.refusals import Alternative, Reason
from bookings.rule_words import NO_OTHER_STOP, NO_STOP, NO_WAY, OUTSIDE
from bookings.rules.asked import DESTINATION, ORIGIN, Asked
from bookings.words import Sayable, Sentences, Words, phrase
from bookings.zones import KnownZone
from routing.model import Point
from routing.travel.sphere import distance_m

SAME_PLACE_M = 100
MOST_TRIED = 40
"""Stops that are tried in place of an end that won't do."""


class Fault(NamedTuple):
    """What a rule has against a place: a title, a sentence to act on, and the end that is to change."""

    title: Sayable
    detail: Sayable
    end: str = ""
    """Empty where another place would be no help."""


def outside_area(asked: Asked) -> Fault | None:
    for name, point in asked.ends:
        if not asked.service.area.intersects(Position(*point, srid=4326)):
            return Fault(phrase("Outside the area"), OUTSIDE[name].with_values(service=asked.service.name), name)
    return None


def same_place(asked: Asked) -> Fault | None:
    ends = (asked.wish.origin, asked.wish.destination)
    origins, destinations = (asked.accesses(point) for point in ends)
    one_stop = len({access.point for access in origins + destinations}) == 1 and origins and destinations
    if not one_stop and asked.planner.walk_m(*ends) > SAME_PLACE_M:
        return None
    return Fault(
        phrase("Origin and destination are the same place"),
        Sentences(
            (
                *_unfit_stops(asked, *ends),
                phrase("The origin and the destination are by the same stop, or a few steps apart."),
                phrase("Choose two places farther apart."),
            )
        ),
    )


def zones_not_served(asked: Asked) -> Fault | None:
    service, zones = asked.service, asked.planner.zones
    origin, destination = (zones.find(point) for _, point in asked.ends)
    if origin != destination:
        way = phrase("from {origin} to {destination}", origin=_called(origin), destination=_called(destination))
    else:
        way = phrase("inside {zone}", zone=origin.name) if origin else phrase("between two places outside its zones")
    ban = zones.find_ban(origin, destination)
    if ban is not None:
        said = phrase("{service} takes nobody {way} ({why}).", why=ban) if ban else phrase("{service} takes nobody {way}.")
    elif service.zone_trips == ZoneTrips.INSIDE and (origin is None or origin != destination):
        said = phrase("{service} takes people inside one zone alone, and not {way}.")
    elif service.zone_trips == ZoneTrips.BETWEEN and origin == destination:
        said = phrase("{service} takes people from one zone to another alone, and not {way}.")
    else:
        return None
    detail = Sentences((said.with_values(service=service.name, way=way), phrase("Choose another place.")))
    return Fault(phrase("No trips between these zones"), detail, DESTINATION)


def trip_too_short(asked: Asked) -> Fault | None:
    least_m, straight_m = asked.service.min_trip_m, distance_m(asked.wish.origin, asked.wish.destination)
    if straight_m >= least_m:
        return None
    return Fault(
        phrase("Too short a trip"),
        phrase(
            "It is {metres} m from the origin to the destination in a straight line, and {service} takes nobody "
            "less than {least} m. Choose a place farther away.",
            metres=f"{straight_m:.0f}",
            service=asked.service.name,
            least=least_m,
        ),
    )


def trip_too_long(asked: Asked) -> Fault | None:
    most_m, straight_m = asked.service.max_trip_m, distance_m(asked.wish.origin, asked.wish.destination)
    if most_m is None or straight_m <= most_m:
        return None
    return Fault(
        phrase("Too long a trip"),
        phrase(
            "It is {metres} m from the origin to the destination in a straight line, and {service} takes nobody "
            "more than {most} m. Choose a place less far away, or a stop where you can change.",
            metres=f"{straight_m:.0f}",
            service=asked.service.name,
            most=most_m,
        ),
        DESTINATION,
    )


def no_stop_near(asked: Asked) -> Fault | None:
    for name, point in asked.ends:
        if not asked.at_doors and not asked.accesses(point):
            unfit = _unfit_stops(asked, point)
            said = (NO_OTHER_STOP if unfit else NO_STOP)[name].with_values(limit=asked.service.walk_limit_m)
            return Fault(phrase("No stop near"), Sentences((*unfit, said)), name)
    return None


def no_way_to_door(asked: Asked) -> Fault | None:
    for name, point in asked.ends:
        if asked.at_doors and not asked.accesses(point):
            said = NO_WAY[name].with_values(service=asked.service.name)
            return Fault(phrase("No way to the door"), Sentences((*_unfit_stops(asked, point), said)), name)
    return None


JUDGES: tuple[Callable[[Asked], Fault | None], ...] = (
    outside_area,
    same_place,
    zones_not_served,
    trip_too_short,
    trip_too_long,
    no_stop_near,
    no_way_to_door,
)


def _as_rule(judge: Callable[[Asked], Fault | None]) -> Callable[[Asked], Reason | None]:
    """The rule that tells of a fault with stops that would do instead."""

    @wraps(judge)
    def rule(asked: Asked) -> Reason | None:
        fault = judge(asked)
        if fault is None:
            return None
        instead = _stops_instead(asked, fault.end) if fault.end else []
        return Reason(judge.__name__, fault.title, fault.detail, instead)

    return rule


RULES = tuple(_as_rule(judge) for judge in JUDGES)


def _stops_instead(asked: Asked, end: str) -> list[Alternative]:
    """The nearest stop to an end that all these rules let through; one for each end, to be taken together, if both won't do."""
    for first in (end, DESTINATION if end == ORIGIN else ORIGIN):
        for stop, text, again in _with_stops(asked, first):
            fault = _first_fault(again)
            if fault is None:
                return [Alternative(f"{first}_stop", text, stop=stop)]
            if fault.end not in ("", first) and first == end:
                found = next((each for each in _with_stops(again, fault.end) if _first_fault(each[2]) is None), None)
                both = [Alternative(f"{first}_stop", text, stop=stop)]
                if found:
                    return [*both, Alternative(f"{fault.end}_stop", found[1], stop=found[0])]
    return []


def _with_stops(asked: Asked, end: str) -> Iterator[tuple[str, Words, Asked]]:
    """The stops around an end of the journey, nearest first: the code, what is said of it, and the wish from or to there."""
    near = asked.planner.stops_outward(dict(asked.ends)[end], asked.journey)
    for number, (stop, walk_m) in enumerate(islice(near, MOST_TRIED)):
        if number:
            text = phrase("{stop} is the nearest stop that will do, {metres} m on foot", stop=stop.label, metres=walk_m)
        else:
            text = phrase("{stop} is the nearest stop, {metres} m on foot", stop=stop.label, metres=walk_m)
        yield stop.code, text, asked.with_end(end, stop.point)


def _first_fault(asked: Asked) -> Fault | None:
    return next((fault for judge in JUDGES if (fault := judge(asked))), None)


def _called(zone: KnownZone | None) -> Sayable:
    return zone.name if zone else phrase("a place outside its zones")


def _unfit_stops(asked: Asked, *points: Point) -> list[Sayable]:
    """Sentences on the stops near these places that can't serve the journey."""
    unfit = {stop.code: stop for point in points for stop in asked.planner.list_unfit(point, asked.journey)}
    return [said for stop in unfit.values() if (said := stop.why_not(asked.journey))]
