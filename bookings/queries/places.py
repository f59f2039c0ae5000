"""One search box: what may be meant by a text, and whether a bus comes near it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib.gis.geos import Point as Position
from django.contrib.gis.geos.prepared import PreparedGeometry

from bookings.gazetteer.names import Named
from bookings.gazetteer.search import search
from bookings.models import Passenger, Service
from bookings.planner import Journey, PlannedStop, Planner
from bookings.queries.gazetteers import places_of, saved_of, stops_of
from routing.model import Point


@dataclass(frozen=True, slots=True)
class Serving:
    """Whether the service takes people to and from a place: the nearest stop, and metres on foot; else `why` not.

    `why` is empty, "outside_area" or "no_stop_near"; then the stop is the nearest one, farther than the walking limit.
    """

    why: str
    stop: PlannedStop | None
    walk_m: int | None
    at_door: bool = False
    """Whether the passenger is fetched and brought at the place itself."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """An answer of the search; `kind` is that of `PlaceKind`, "stop", or "saved" for a passenger's own.

    `detail` says also by what other name it was found, where its name doesn't show that.
    """

    kind: str
    name: str
    detail: str
    code: str
    point: Point
    serving: Serving
    public_code: str = ""
    """Of a stop: what stands on its flag."""


def find_places(
    service: Service,
    text: str,
    *,
    near: Point | None,
    limit: int,
    planner: Planner,
    journey: Journey | None = None,
    passenger: Passenger | None = None,
) -> list[FoundPlace]:
    """What may be meant by `text`, the saved places of a passenger among it, best first; the nearer to `near`, the better.

    With a `journey`, places are served by stops that can serve that.
    """
    gazetteers = [places_of(service), stops_of(service)] + ([saved_of(passenger)] if passenger else [])
    found = search(text, gazetteers, near=near, limit=limit)
    area = service.area.prepared
    answers = [_answer(named, _serving(named.point, area, planner, journey)) for named in found]
    answers = [_with_flag(each, planner) if each.kind == "stop" else each for each in answers]
    if passenger is None or not passenger.door_to_door:
        return answers
    return [replace(each, serving=_at_the_door(each, planner)) for each in answers]


def _with_flag(place: FoundPlace, planner: Planner) -> FoundPlace:
    stop = planner.stops.get(place.code)
    return replace(place, public_code=stop.public_code) if stop else place


def _at_the_door(place: FoundPlace, planner: Planner) -> Serving:
    """For whoever is entitled to it, a vehicle comes to the place itself, with or without a stop near."""
    serving = place.serving
    if serving.why == "outside_area" or not planner.can_come_to(place.point):
        return serving
    return replace(serving, why="", at_door=True)


def _answer(named: Named, serving: Serving) -> FoundPlace:
    detail = ", ".join(filter(None, (named.detail, f"also {named.also}" if named.also else "")))
    return FoundPlace(named.kind, named.name, detail, named.code, named.point, serving)


def _serving(point: Point, area: PreparedGeometry, planner: Planner, journey: Journey | None) -> Serving:
    if not area.intersects(Position(*point, srid=4326)):
        return Serving("outside_area", None, None)
    if access := next(iter(planner.find_accesses(point, journey)), None):
        return Serving("", planner.stops[access.stop], access.walk_m)
    nearest = planner.find_nearest_stop(point, journey)
    return Serving("no_stop_near", *(nearest or (None, None)))
