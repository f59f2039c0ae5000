"""From where to where: the area and its zones, distances, stops and doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from typing import NamedTuple

from django.contrib.gis.geos import Point as Position

from bookings.models.service import ZoneTrips
from bookings.refusals import Alternative, Reason
from bookings.rules.asked import DESTINATION, ORIGIN, Asked
from bookings.zones import KnownZone
from routing.model import Point
from routing.travel.sphere import distance_m

SAME_PLACE_M = 100
MOST_TRIED = 40
"""Stops that are tried in place of an end that won't do."""


class Fault(NamedTuple):
    """What a rule has against a place: a title, a sentence to act on, and the end that is to change."""

    title: str
    detail: str
    end: str = ""
    """Empty where another place would be no help."""


def outside_area(asked: Asked) -> Fault | None:
    for name, point in asked.ends:
        if not asked.service.area.intersects(Position(*point, srid=4326)):
            detail = f"The {name} is outside the area of {asked.service.name}. Choose a place inside it."
            return Fault("Outside the area", detail, name)
    return None


def same_place(asked: Asked) -> Fault | None:
    ends = (asked.wish.origin, asked.wish.destination)
    origins, destinations = (asked.accesses(point) for point in ends)
    one_stop = len({access.point for access in origins + destinations}) == 1 and origins and destinations
    if not one_stop and asked.planner.walk_m(*ends) > SAME_PLACE_M:
        return None
    return Fault(
        "Origin and destination are the same place",
        f"{_unfit_stops(asked, *ends)}The origin and the destination are by the same stop, or a few steps apart. "
        "Choose two places farther apart.",
    )


def zones_not_served(asked: Asked) -> Fault | None:
    service, zones = asked.service, asked.planner.zones
    origin, destination = (zones.find(point) for _, point in asked.ends)
    way = f"from {_called(origin)} to {_called(destination)}"
    inside = f"inside {origin.name}" if origin else "between two places outside its zones"
    ban = zones.find_ban(origin, destination)
    if ban is not None:
        said = f"takes nobody {inside if origin == destination else way}{f' ({ban})' if ban else ''}"
    elif service.zone_trips == ZoneTrips.INSIDE and (origin is None or origin != destination):
        said = f"takes people inside one zone alone, and not {inside if origin == destination else way}"
    elif service.zone_trips == ZoneTrips.BETWEEN and origin == destination:
        said = f"takes people from one zone to another alone, and not {inside}"
    else:
        return None
    return Fault("No trips between these zones", f"{service.name} {said}. Choose another place.", DESTINATION)


def trip_too_short(asked: Asked) -> Fault | None:
    least_m, straight_m = asked.service.min_trip_m, distance_m(asked.wish.origin, asked.wish.destination)
    if straight_m >= least_m:
        return None
    return Fault(
        "Too short a trip",
        f"It is {straight_m:.0f} m from the origin to the destination in a straight line, and {asked.service.name} takes nobody "
        f"less than {least_m} m. Choose a place farther away.",
    )


def trip_too_long(asked: Asked) -> Fault | None:
    most_m, straight_m = asked.service.max_trip_m, distance_m(asked.wish.origin, asked.wish.destination)
    if most_m is None or straight_m <= most_m:
        return None
    return Fault(
        "Too long a trip",
        f"It is {straight_m:.0f} m from the origin to the destination in a straight line, and {asked.service.name} takes nobody "
        f"more than {most_m} m. Choose a place less far away, or a stop where you can change.",
        DESTINATION,
    )


def no_stop_near(asked: Asked) -> Fault | None:
    for name, point in asked.ends:
        if not asked.at_doors and not asked.accesses(point):
            unfit, limit_m = _unfit_stops(asked, point), asked.service.walk_limit_m
            return Fault(
                "No stop near",
                f"{unfit}There is no {'other ' if unfit else ''}stop within {limit_m} m on foot of the {name}. "
                f"Choose a place nearer to {'another' if unfit else 'a'} stop.",
                name,
            )
    return None


def no_way_to_door(asked: Asked) -> Fault | None:
    for name, point in asked.ends:
        if asked.at_doors and not asked.accesses(point):
            return Fault(
                "No way to the door",
                f"{_unfit_stops(asked, point)}No vehicle of {asked.service.name} gets to the {name} by road. "
                "Choose a place beside a road, or ask to be fetched and brought at stops.",
                name,
            )
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


def _with_stops(asked: Asked, end: str) -> Iterator[tuple[str, str, Asked]]:
    """The stops around an end of the journey, nearest first: the code, what is said of it, and the wish from or to there."""
    near = asked.planner.stops_outward(dict(asked.ends)[end], asked.journey)
    for number, (stop, walk_m) in enumerate(islice(near, MOST_TRIED)):
        text = f"{stop.label} is the nearest stop{' that will do' if number else ''}, {walk_m} m on foot"
        yield stop.code, text, asked.with_end(end, stop.point)


def _first_fault(asked: Asked) -> Fault | None:
    return next((fault for judge in JUDGES if (fault := judge(asked))), None)


def _called(zone: KnownZone | None) -> str:
    return zone.name if zone else "a place outside its zones"


def _unfit_stops(asked: Asked, *points: Point) -> str:
    """Sentences on the stops near these places that can't serve the journey; empty where all can."""
    unfit = {stop.code: stop for point in points for stop in asked.planner.list_unfit(point, asked.journey)}
    return "".join(f"{stop.why_not(asked.journey)} " for stop in unfit.values())
