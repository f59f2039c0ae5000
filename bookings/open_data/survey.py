"""Everything that a new or newer service is made of, read and checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from bookings.files import BadFile
from bookings.open_data.area import read_area
from bookings.open_data.choosing import choose_stops
from bookings.open_data.coverage import Address
from bookings.open_data.elsewhere import why_elsewhere
from bookings.open_data.fleet import Fleet, read_fleet
from bookings.open_data.naptan import read_naptan
from bookings.open_data.osm_places import OsmBusStop, OsmPlace, OsmPlaces, Towns, read_osm_places
from bookings.open_data.postcodes import Postcodes, read_postcodes
from bookings.open_data.roads import Roads, check_area, metres_from, read_roads, share_beyond
from bookings.open_data.values import LeftOut, OpenStop, Why
from bookings.sources import CODE_POINT_OPEN, NAPTAN, OPENSTREETMAP
from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import BadExtract
from routing.travel.osm_walks import read_walks
from routing.travel.snapping import SNAP_LIMIT_M
from routing.travel.vehicle_size import MINIBUS_SIZE, VehicleSize

Say = Callable[[str], None]
SizeFor = Callable[[Fleet | None], VehicleSize]
"""The size of the vehicles that have to get everywhere, with a fleet file or without one. Raises BadFile."""

BEYOND = 0.02
"""A share of the area without roads that is worth a warning."""
MOST_BEYOND = 0.9
"""With more, the area or the extract is another one."""
NEAR_DEGREES = 0.1
"""Stops so near to the box around the area are told one by one where they are left out; those farther off are counted."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a service is made from. Without `stops` or `postcodes`, bus stops and addresses are those in `roads`.

    An update keeps those that it has from other files, unless they are named in `of_extract`.
    """

    roads: Path
    area: Path
    stops: tuple[Path, ...] = ()
    postcodes: tuple[Path, ...] = ()
    fleet: Path | None = None
    of_extract: frozenset[str] = frozenset()
    """`stops`, `postcodes`, or both: taken from the roads on purpose."""


@dataclass(frozen=True)
class Survey:
    """What was found; `warnings` are sentences. `postcodes` are those in the area, the places of OpenStreetMap too.

    `minibus` are the roads for a minibus: the same where no vehicle is larger. What is `kept` (stops, postcodes) wasn't read.
    `origins` are names of `bookings.sources`.
    """

    sources: Sources
    roads: Roads
    minibus: Roads
    area: MultiPolygon
    stops: tuple[OpenStop, ...]
    left_out: tuple[LeftOut, ...]
    postcodes: tuple[Address, ...]
    origins: tuple[str, ...]
    settlements: tuple[OsmPlace, ...]
    streets: tuple[OsmPlace, ...]
    landmarks: tuple[OsmPlace, ...]
    fleet: Fleet | None
    footways: RoadGraphTimes
    warnings: tuple[str, ...]
    kept: frozenset[str]


def survey(sources: Sources, say: Say, size_for: SizeFor, kept: frozenset[str] = frozenset()) -> Survey:
    """Read everything and check that it fits together; `say` is told of each step. Raises BadFile."""
    area = read_area(sources.area)
    fleet = read_fleet(sources.fleet) if sources.fleet else None
    size = size_for(fleet)
    say(f"reading the roads of {sources.roads.name}")
    roads = minibus = read_roads(sources.roads, size)
    if size.beyond(MINIBUS_SIZE):
        say("reading them as for a minibus, to compare")
        minibus = read_roads(sources.roads)
    check_area(sources.area, area, roads)
    if fleet:
        _check_depots(fleet, roads, minibus)
    say("reading footways")
    footways = RoadGraphTimes(read_walks(sources.roads))
    say("reading settlements, streets and landmarks")
    everywhere = _places(sources.roads)
    towns, places = Towns(everywhere.settlements), _within(area, everywhere)
    warnings: list[str] = []
    if (beyond := share_beyond(area, roads)) > MOST_BEYOND:
        told = f"{beyond:.0%} of the area lies beyond the roads of {sources.roads.name}"
        raise BadFile(sources.area, "its positions", f"{told}: draw it around what they cover, or give an extract of all of it")
    if beyond > BEYOND:
        warnings.append(f"{beyond:.0%} of the area lies beyond the roads of {sources.roads.name}: nobody is served there")
    stops, left_out = ([], []) if "stops" in kept else _chosen(sources, places, area, roads, minibus, say)
    say("reading postcodes")
    postcodes, code_point = _postcodes(sources, area, towns, warnings)
    origins = (OPENSTREETMAP, *((NAPTAN,) if sources.stops else ()), *((CODE_POINT_OPEN,) if code_point else ()))
    return Survey(
        sources, roads, minibus, area, tuple(stops), tuple(left_out), postcodes, origins,
        places.settlements, places.streets, places.landmarks, fleet, footways, tuple(warnings), kept,
    )  # fmt: skip


def _check_depots(fleet: Fleet, roads: Roads, minibus: Roads) -> None:
    far, minibus_far = (metres_from(of.main, [point for _, point in fleet.depots.values()]).tolist() for of in (roads, minibus))
    for (name, (row, point)), metres, minibus_m in zip(fleet.depots.items(), far, minibus_far, strict=True):
        if metres > SNAP_LIMIT_M:
            where = f"depot {name} at lon {point.lon}, lat {point.lat}"
            if minibus_m <= SNAP_LIMIT_M:
                large = roads.size.said(roads.size.beyond(MINIBUS_SIZE))
                raise BadFile(fleet.file, f"row {row}", f"{where} is not reached by vehicles {large}: is that their size?")
            told = f"{where} is {metres / 1000:.1f} km from any road of {roads.file.name}"
            raise BadFile(fleet.file, f"row {row}", f"{told}: lon comes first")


def _places(extract: Path) -> OsmPlaces:
    try:
        return read_osm_places(extract)
    except BadExtract as error:
        raise BadFile(extract, "the file", str(error).removeprefix(f"{extract}: ")) from None


def _within(area: MultiPolygon, found: OsmPlaces) -> OsmPlaces:
    """The places that are in the area, and all bus stops: of those it's told why they are left out."""

    def inside(places: tuple[OsmPlace, ...]) -> tuple[OsmPlace, ...]:
        within = _are_inside(area, [place.position for place in places])
        return tuple(compress(places, within))

    return replace(found, settlements=inside(found.settlements), streets=inside(found.streets), landmarks=inside(found.landmarks))


def _chosen(
    sources: Sources, places: OsmPlaces, area: MultiPolygon, roads: Roads, minibus: Roads, say: Say
) -> tuple[list[OpenStop], list[LeftOut]]:
    """The stops that can be served, and why the others can't. Raises BadFile where there is none."""
    say("reading bus stops")
    stops, left_out = _stops(sources, places, area)
    chosen, unfit = choose_stops(stops, area, roads, minibus)
    if not chosen:
        raise BadFile((sources.stops or (sources.roads,))[0], "its stops", _no_stop(stops, [*left_out, *unfit], area))
    return chosen, [*left_out, *unfit]


def _stops(sources: Sources, places: OsmPlaces, area: MultiPolygon) -> tuple[list[OpenStop], list[LeftOut]]:
    if sources.stops:
        stops, left = read_naptan(sources.stops, area.buffer(NEAR_DEGREES).bounds)  # which says nothing of wheelchairs
        tagged = {stop.atco_code: stop for stop in places.bus_stops if stop.atco_code}
        return [_with_tags(stop, tagged.get(stop.atco_code)) for stop in stops], left
    return [_of_osm(stop) for stop in places.bus_stops], []


def _with_tags(stop: OpenStop, tagged: OsmBusStop | None) -> OpenStop:
    if tagged is None:
        return stop
    return replace(stop, wheelchair=tagged.wheelchair, public_code=stop.public_code or tagged.public_code[:20])


def _of_osm(stop: OsmBusStop) -> OpenStop:
    name = stop.name or stop.street or stop.settlement or "Bus stop"
    return OpenStop(
        code=f"osm-{stop.code}",
        name=name[:120],
        settlement=stop.settlement[:80],
        point=stop.position,
        atco_code=stop.atco_code[:12],
        wheelchair=stop.wheelchair,
        public_code=stop.public_code[:20],
    )


def _no_stop(stops: list[OpenStop], unfit: list[LeftOut], area: MultiPolygon) -> str:
    far = sum(one.count for one in unfit if one.why is Why.OUTSIDE and one.count > 1)
    if not stops and not far:
        return "there is no active bus stop in it: give the stops of this area with --stops"
    reasons = ", ".join(sorted({one.why for one in unfit}))
    points = np.array([stop.point for stop in stops], dtype=np.float64).reshape(-1, 2)
    return f"none of {len(stops) + far} bus stops can be used ({reasons}): {why_elsewhere(area, points)}"


def _postcodes(sources: Sources, area: MultiPolygon, towns: Towns, warnings: list[str]) -> tuple[tuple[Address, ...], bool]:
    """The postcodes in the area, and whether some are of Code-Point Open.

    Raises BadFile where there is none, warns of files without any.
    """
    if not sources.postcodes:
        return (), False
    found = read_postcodes(sources.postcodes)
    inside = np.array(_are_inside(area, [Point(lon, lat) for lon, lat in found.lonlat.tolist()]), dtype=bool)
    useful = set(compress(found.files, inside.tolist()))
    if not useful:
        raise BadFile(sources.postcodes[0], "its postcodes", _no_postcode(found, area))
    warnings += [f"{file.name} has no postcode in the area" for file in sources.postcodes if file not in useful]
    if found.unplaced:
        warnings.append(f"{found.unplaced} postcodes have no position in their file")
    names = list(compress(found.names, inside.tolist()))
    points = [Point(lon, lat) for lon, lat in found.lonlat[inside].tolist()]
    return tuple(map(Address, names, towns.names(points), points)), bool(useful & found.code_point)


def _no_postcode(found: Postcodes, area: MultiPolygon) -> str:
    west, south, east, north = area.bounds
    here = f"lon {west:.2f} to {east:.2f}, lat {south:.2f} to {north:.2f}"
    if not found.names:
        return "none of its postcodes has a position: give the files of this area"
    lon, lat = found.lonlat[0].tolist()
    first = f"{found.names[0]} at lon {lon:.2f}, lat {lat:.2f}"
    return f"none of {len(found.names)} postcodes is in the area ({here}), not {first}: {why_elsewhere(area, found.lonlat)}"


def _are_inside(area: MultiPolygon, points: list[Point]) -> list[bool]:
    shapely.prepare(area)
    inside: list[bool] = shapely.intersects_xy(area, [p.lon for p in points], [p.lat for p in points]).tolist()
    return inside
