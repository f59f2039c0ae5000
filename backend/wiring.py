"""Where the parts are put together: the one place that knows which road network, planner and optimiser a service gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from django.conf import settings

from backend.payments.stripe_port import StripePort
from bookings.models import Service, ServiceHours, SpecialHours
from bookings.payment_port import PaymentPort
from bookings.planner import Planner, make_planner
from routing.cost import Weights
from routing.model import Point
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Optimiser
from routing.travel.fallback import FallbackTimes
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.http_times import server_times
from routing.travel.osm import read_osm
from routing.travel.osm_walks import read_walks
from routing.travel.protocol import TravelTimes
from routing.travel.road_graph import RoadGraph
from routing.travel.roads_geojson import read_roads
from routing.travel.rush import RushTimes, read_speeds
from routing.travel.snapping import Kerb
from routing.travel.stored import Roads, roads_of

READERS: dict[str, Callable[[Path], RoadGraph]] = {".geojson": read_roads, ".osm.pbf": read_osm, ".osm": read_osm}

Kerbs = tuple[tuple[Point, Kerb], ...]
"""The one-sided stops of a service."""

_planners: dict[int, Kept] = {}
_making, _reading = Lock(), Lock()


class Kept(NamedTuple):
    """A planner, and whatever it has its travel times from."""

    changed_at: object
    planner: Planner
    times: TravelTimes

    def good_for(self, service: Service) -> bool:
        """Whether the service is as it was, and no routing server might have better times by now."""
        overdue = isinstance(self.times, FallbackTimes) and self.times.overdue
        return self.changed_at == service.changed_at and not overdue


class NoRoads(RuntimeError):
    """The road network of a service can't be found or read; the message says where it was looked for."""


def planner_for(service: Service) -> Planner:
    """The planner of a service: made once, and again after the service was changed; safe among threads."""
    kept = _planners.get(service.pk)
    if kept is None or not kept.good_for(service):
        with _making:
            kept = _planners.get(service.pk)
            if kept is None or not kept.good_for(service):
                times = travel_of(service)
                planner = make_planner(service, times, footways_at(service.roads))
                kept = _planners[service.pk] = Kept(service.changed_at, planner, times)
    return kept.planner


def optimiser() -> Optimiser:
    """The optimiser that re-optimisation uses."""
    return LargeNeighbourhoodSearch(Weights())


@lru_cache(maxsize=1)
def payment_port() -> PaymentPort | None:
    """What payments online go through; None where none is set up."""
    if not settings.STRIPE_SECRET_KEY:
        return None
    return StripePort(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE)


def travel_of(service: Service) -> TravelTimes:
    """Travel times for a service: of its routing server, where it has one, with its roads behind it. Raises NoRoads."""
    address = settings.TRAVEL_SERVERS.get(service.slug, settings.TRAVEL_SERVER)
    rows: list[ServiceHours | SpecialHours] = [*service.hours.all(), *service.special_hours.all()]
    hours = {hour for row in rows for hour in range(row.opens.hour, row.closes.hour + (row.closes.minute > 0))}
    kerbs = tuple(sorted((stop.point, Kerb(stop.bearing)) for stop in service.stops.filter(bearing__isnull=False)))
    driven = service.roads, json.dumps(service.speeds, sort_keys=True), tuple(sorted(hours)), kerbs
    return _served(service.slug, address, *driven) if address else _driven(*driven)


@lru_cache(maxsize=64)
def _served(slug: str, address: str, roads: str, speeds: str, hours: tuple[int, ...], kerbs: Kerbs) -> TravelTimes:
    """One for each service, for as long as the process lives: it knows whether the server failed lately."""
    return FallbackTimes(server_times(address), _driven(roads, speeds, hours, kerbs))


@lru_cache(maxsize=64)
def _driven(roads: str, speeds: str, hours: tuple[int, ...], kerbs: Kerbs) -> TravelTimes:
    """Embedded travel times: at the speeds of the hours, and to one-sided stops from their side."""
    table = json.loads(speeds)
    if not table:
        times = travel_times(roads)
        return times.with_kerbs(dict(kerbs)) if kerbs else times
    found = roads_at(roads)
    return RushTimes(lambda factors: found.times(factors).with_kerbs(dict(kerbs)), read_speeds(table), hours)


def travel_times(roads: str) -> RoadGraphTimes:
    """Travel times on a road network as it was read, by its path; made once. Raises NoRoads."""
    found = roads_at(roads)
    with _reading:
        return _times(found)


def roads_at(roads: str) -> Roads:
    """A road network, by its path below one of settings.ROADS_ROOTS; read once. Raises NoRoads."""
    with _reading:
        return _read(roads)


def footways_at(roads: str) -> RoadGraphTimes | None:
    """The footways of the same extract, as times at a metre a second; None where the roads are hand-made. Raises NoRoads."""
    with _reading:
        return _footways(roads)


@lru_cache(maxsize=8)
def _footways(roads: str) -> RoadGraphTimes | None:
    path = _find(roads)
    if READERS[_ending(path)] is not read_osm:
        return None
    return roads_of(path, Path(settings.DATA_DIR) / f"{roads}.walks.drover", read_walks).times()


@lru_cache(maxsize=8)
def _times(roads: Roads) -> RoadGraphTimes:
    return roads.times()


@lru_cache(maxsize=8)
def _read(roads: str) -> Roads:
    path = _find(roads)
    return roads_of(path, Path(settings.DATA_DIR) / f"{roads}.drover", READERS[_ending(path)])


def _find(roads: str) -> Path:
    tried = [Path(root) / roads for root in settings.ROADS_ROOTS]
    path = next((path for path in tried if path.is_file()), None)
    if path is None:
        raise NoRoads(f"no road network at {' or '.join(map(str, tried))}: put it there, or change `roads` of the service")
    return path


def _ending(path: Path) -> str:
    ending = next((ending for ending in READERS if path.name.endswith(ending)), None)
    if ending is None:
        raise NoRoads(f"{path}: give it one of the endings {', '.join(READERS)}, by which its format is known")
    return ending
