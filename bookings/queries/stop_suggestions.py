"""Virtual stops that would bring more addresses within a walk, as few as can be. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

import shapely

from bookings.gazetteer.addresses import addresses_of
from bookings.models import PlaceKind, Service
from bookings.open_data.candidates import Spot, spots
from bookings.open_data.coverage import Address, Coverage, OnFoot, coverage
from bookings.open_data.covering import Cover, cover
from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.road_graph import RoadGraph
from routing.travel.walking import Walking


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A stop that could be: `addresses` are those that have none within a walk today and would have this one."""

    name: str
    settlement: str
    point: Point
    at: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Suggestions:
    """What to add, and what that would come to. With fewer than `at_least` stops `share` of the addresses can't be had."""

    service: Service
    share: float
    stops: tuple[Suggestion, ...]
    at_least: int
    before: Coverage
    after: Coverage

    @property
    def enough(self) -> bool:
        return self.after.covered >= ceil(self.share * self.after.addresses - 1e-9)


def suggest_stops(
    service: Service, graph: RoadGraph, *, footways: RoadGraphTimes | None = None, share: float = 0.95, seconds: float = 20
) -> Suggestions:
    """Stops on the roads of a service, so that a share of its postcodes (else settlements and landmarks) can walk to one.

    `seconds` is for the proof that fewer won't do.
    """
    on_foot = OnFoot(Walking(service.walk_circuity, service.walk_speed_mps), service.walk_limit_m, footways)
    addresses = addresses_of(service)
    stops = {row.code: row.point for row in service.stops.filter(active=True)}
    before = coverage(addresses, stops, on_foot)
    need = ceil(share * before.addresses - 1e-9) - before.covered
    if need <= 0:
        return Suggestions(service, share, (), 0, before, before)
    area = shapely.from_wkb(bytes(service.area.wkb))
    places = spots(graph, area, _landmarks(service))
    served = _served(places, before.without, on_foot)
    found = cover(served, need, seconds)
    stops |= {f"suggested {place}": places[place].point for place in found.chosen}
    suggestions = tuple(_suggestions(found, places, served, before.without))
    return Suggestions(service, share, suggestions, found.at_least, before, coverage(addresses, stops, on_foot))


def _landmarks(service: Service) -> Iterator[tuple[str, Point]]:
    for row in service.places.filter(kind=PlaceKind.LANDMARK).order_by("code"):
        yield row.name[:120], row.point


def _served(places: list[Spot], without: tuple[Address, ...], on_foot: OnFoot) -> list[frozenset[int]]:
    """For each place the addresses without a stop that could walk to it."""
    index = on_foot.to({str(number): place.point for number, place in enumerate(places)})
    served: list[set[int]] = [set() for _ in places]
    for number, address in enumerate(without):
        for walk in index.near(address.point, on_foot.limit_m):
            served[int(walk.stop)].add(number)
    return [frozenset(each) for each in served]


def _suggestions(
    found: Cover, places: list[Spot], served: list[frozenset[int]], without: tuple[Address, ...]
) -> Iterator[Suggestion]:
    """The chosen places, those first that most addresses wait for."""
    for place in sorted(found.chosen, key=lambda place: (-len(served[place]), place)):
        spot, homes = places[place], [without[number] for number in sorted(served[place])]
        settlement = Counter(home.settlement for home in homes).most_common(1)[0][0]
        yield Suggestion(
            spot.name or settlement or "Junction", settlement, spot.point, spot.at, tuple(home.name for home in homes)
        )


def as_geojson(found: Suggestions) -> dict[str, Any]:
    """A map: what is suggested, to be accepted or not, among the stops there are and the addresses without one."""
    features = [
        _feature(
            stop.point,
            kind="suggested",
            accept=True,
            name=stop.name,
            settlement=stop.settlement,
            at=stop.at,
            addresses=len(stop.addresses),
        )
        for stop in found.stops
    ]
    features += [
        _feature(row.point, kind="stop", code=row.code, name=str(row)) for row in found.service.stops.filter(active=True)
    ]
    features += [_feature(home.point, kind="address without a stop", name=home.name) for home in found.before.without]
    return {"type": "FeatureCollection", "features": features}


def _feature(point: Point, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]}}
