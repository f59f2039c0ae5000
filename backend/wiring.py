"""Where the parts are put together: the one place that knows which road network, planner and optimiser a service gets."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache, partial
from glob import escape
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from django.conf import settings

from backend.payments.stripe_port import StripePort
from bookings.kinds import BY_NAME
from bookings.models import Message, MessageChannel, Service, ServiceHours, SignInCode, SpecialHours
from bookings.models.fleet import fleet_size
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
from routing.travel.osm_profile import Profile
from routing.travel.osm_walks import read_walks
from routing.travel.protocol import TravelTimes
from routing.travel.roads_geojson import read_roads
from routing.travel.rush import RushTimes, read_speeds
from routing.travel.snapping import Kerb
from routing.travel.stored import Roads, drop, roads_of
from routing.travel.vehicle_size import MINIBUS_SIZE, VehicleSize

HAND_MADE, EXTRACTS = ".geojson", (".osm.pbf", ".osm")
"""The endings of road networks. Those made by hand know no limits: they are the same for vehicles of any size."""

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
                _drop_unneeded(service.roads)
    return kept.planner


def optimiser() -> Optimiser:
    """The optimiser that re-optimisation uses."""
    return LargeNeighbourhoodSearch(Weights())


@lru_cache(maxsize=1)
def payment_port() -> PaymentPort | None:
    """What payments online go through; None where none is set up."""
    told = settings.PAYMENTS
    return StripePort(told.secret_key, told.webhook_secret, told.api_base) if told.secret_key else None


def send_code(code: str, row: SignInCode, *, minutes: int, now: datetime) -> bool:
    """Send a code to sign in with; whether it's on its way."""
    from backend.notify import codes  # and with it the libraries of providers, which are slow to import

    channel = MessageChannel(row.channel)
    try:
        codes.send_code(row.to, code, channel=channel, operator=row.operator, language=row.language, minutes=minutes, now=now)
    except codes.NotSent:
        return False
    return True


def words_of(message: Message, language: str) -> str:
    """What a message says in a language, whole, of what is true by now; empty where it says nothing any more."""
    from backend.notify.values import promise_of
    from backend.notify.writing import write

    kind, promise = BY_NAME.get(message.kind), promise_of(message.event)
    if kind is None or promise is None:
        return ""
    return write(kind, message.event, promise, MessageChannel.PUSH, language).text  # as a text message says it, uncut


def travel_of(service: Service) -> TravelTimes:
    """Travel times for a service: of its routing server, where it has one, with its roads behind it. Raises NoRoads."""
    address = settings.TRAVEL_SERVERS.get(service.slug, settings.TRAVEL_SERVER)
    rows: list[ServiceHours | SpecialHours] = [*service.hours.all(), *service.special_hours.all()]
    hours = {hour for row in rows for hour in range(row.opens.hour, row.closes.hour + (row.closes.minute > 0))}
    kerbs = tuple(sorted((stop.point, Kerb(stop.bearing)) for stop in service.stops.filter(bearing__isnull=False)))
    driven = service.roads, fleet_size(service), json.dumps(service.speeds, sort_keys=True), tuple(sorted(hours)), kerbs
    return _served(service.slug, address, *driven) if address else _driven(*driven)


@lru_cache(maxsize=64)
def _served(
    slug: str, address: str, roads: str, size: VehicleSize, speeds: str, hours: tuple[int, ...], kerbs: Kerbs
) -> TravelTimes:
    """One for each service, for as long as the process lives: it knows whether the server failed lately."""
    return FallbackTimes(server_times(address, size), _driven(roads, size, speeds, hours, kerbs))


@lru_cache(maxsize=64)
def _driven(roads: str, size: VehicleSize, speeds: str, hours: tuple[int, ...], kerbs: Kerbs) -> TravelTimes:
    """Embedded travel times: at the speeds of the hours, and to one-sided stops from their side."""
    table = json.loads(speeds)
    if not table:
        times = travel_times(roads, size)
        return times.with_kerbs(dict(kerbs)) if kerbs else times
    found = roads_at(roads, size)
    return RushTimes(lambda factors: found.times(factors).with_kerbs(dict(kerbs)), read_speeds(table), hours)


def travel_times(roads: str, size: VehicleSize = MINIBUS_SIZE) -> RoadGraphTimes:
    """Travel times on a road network as it was read, by its path; made once. Raises NoRoads."""
    found = roads_at(roads, size)
    with _reading:
        return _times(found)


def roads_for(service: Service) -> Roads:
    """The roads that all vehicles of a service may take. Raises NoRoads."""
    return roads_at(service.roads, fleet_size(service))


def roads_at(roads: str, size: VehicleSize = MINIBUS_SIZE) -> Roads:
    """A road network for vehicles of a size, by its path below one of settings.ROADS_ROOTS; read once. Raises NoRoads."""
    with _reading:
        return _read(roads, size if roads.endswith(EXTRACTS) else MINIBUS_SIZE)


def footways_at(roads: str) -> RoadGraphTimes | None:
    """The footways of the same extract, as times at a metre a second; None where the roads are hand-made. Raises NoRoads."""
    with _reading:
        return _footways(roads)


@lru_cache(maxsize=8)
def _footways(roads: str) -> RoadGraphTimes | None:
    path = _find(roads)
    if not roads.endswith(EXTRACTS):
        return None
    return roads_of(path, Path(settings.DATA_DIR) / f"{roads}.walks.drover", read_walks).times()


@lru_cache(maxsize=8)
def _times(roads: Roads) -> RoadGraphTimes:
    return roads.times()


@lru_cache(maxsize=8)
def _read(roads: str, size: VehicleSize) -> Roads:
    path, store = _find(roads), _store(roads, size)
    if roads.endswith(HAND_MADE):
        return roads_of(path, store, read_roads)
    return roads_of(path, store, partial(read_osm, vehicle=Profile(size)), size.mark)


def _store(roads: str, size: VehicleSize) -> Path:
    """Where prepared roads are kept: services may share an extract, and drive it with vehicles of different sizes."""
    made_for = f".for-{size.mark}" if roads.endswith(EXTRACTS) else ""
    return Path(settings.DATA_DIR) / f"{roads}{made_for}.drover"


def _drop_unneeded(roads: str) -> None:
    """Remove what is kept of an extract for vehicles that no service on it has any more."""
    if roads.endswith(EXTRACTS):
        needed = {_store(roads, fleet_size(service)) for service in Service.objects.filter(roads=roads)}
        whole = Path(settings.DATA_DIR) / roads
        drop({*whole.parent.glob(f"{escape(whole.name)}.for-*.drover"), whole.with_name(f"{whole.name}.drover")} - needed)


def _find(roads: str) -> Path:
    """The file of a road network. Raises NoRoads."""
    tried = [Path(root) / roads for root in settings.ROADS_ROOTS]
    path = next((path for path in tried if path.is_file()), None)
    if path is None:
        raise NoRoads(f"no road network at {' or '.join(map(str, tried))}: put it there, or change `roads` of the service")
    if not roads.endswith((HAND_MADE, *EXTRACTS)):
        endings = ", ".join((HAND_MADE, *EXTRACTS))
        raise NoRoads(f"{path}: give it one of the endings {endings}, by which its format is known")
    return path
