"""Where the parts are put together: the one place that knows which road network, planner and optimiser a service gets."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.conf import settings

from bookings.models import Service
from bookings.planner import Planner, make_planner
from routing.cost import Weights
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Optimiser
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm
from routing.travel.protocol import TravelTimes
from routing.travel.road_graph import RoadGraph
from routing.travel.roads_geojson import read_roads

READERS: dict[str, Callable[[Path], RoadGraph]] = {".geojson": read_roads, ".osm.pbf": read_osm, ".osm": read_osm}

_planners: dict[int, tuple[object, Planner]] = {}
_making, _reading = Lock(), Lock()


class NoRoads(RuntimeError):
    """The road network of a service can't be found or read; the message says where it was looked for."""


def planner_for(service: Service) -> Planner:
    """The planner of a service: made once, and again after the service was changed; safe among threads."""
    kept = _planners.get(service.pk)
    if kept is None or kept[0] != service.changed_at:
        with _making:
            kept = _planners.get(service.pk)
            if kept is None or kept[0] != service.changed_at:
                kept = _planners[service.pk] = (service.changed_at, make_planner(service, travel_times(service.roads)))
    return kept[1]


def optimiser() -> Optimiser:
    """The optimiser that re-optimisation uses."""
    return LargeNeighbourhoodSearch(Weights())


def travel_times(roads: str) -> TravelTimes:
    """Travel times on a road network, by its path below one of settings.ROADS_ROOTS; read once. Raises NoRoads."""
    with _reading:
        return _read(roads)


@lru_cache(maxsize=8)
def _read(roads: str) -> TravelTimes:
    tried = [Path(root) / roads for root in settings.ROADS_ROOTS]
    path = next((path for path in tried if path.is_file()), None)
    if path is None:
        raise NoRoads(f"no road network at {' or '.join(map(str, tried))}: put it there, or change `roads` of the service")
    reader = next((reader for suffix, reader in READERS.items() if path.name.endswith(suffix)), None)
    if reader is None:
        raise NoRoads(f"{path}: give it one of the endings {', '.join(READERS)}, by which its format is known")
    return RoadGraphTimes(reader(path))
