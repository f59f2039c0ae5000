"""From where to where."""

from __future__ import annotations

from django.contrib.gis.geos import Point as Position

from bookings.refusals import Alternative, Reason
from bookings.rules.asked import Asked
from routing.model import Point

SAME_PLACE_M = 100


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
