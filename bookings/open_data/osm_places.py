"""Reads what people name as places, and the bus stops, from an OpenStreetMap extract (.osm.pbf, .osm) of any country.

A thing stands at its node, or in the middle of its outline. A street is all ways of one name in one settlement, and stands at the
node of it that is nearest to its middle. Codes are OpenStreetMap's: n, w or r, and the number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import osmium
from numpy.typing import NDArray
from scipy.spatial import KDTree

from bookings.open_data.osm_kinds import (
    KEYS,
    REACH,
    SETTLEMENTS,
    STREETS,
    Tags,
    is_bus_stop,
    landmark_kind,
    landmark_name,
    other_names,
    written,
    yes_or_no,
)
from routing.model import Point
from routing.travel.osm import BadExtract
from routing.travel.sphere import chord_coordinates, distance_m

SAME_M = 300
"""Two things of one name and kind within so many metres are one that was drawn twice: as a point and as an outline."""
SAME_STOP_M = 15
NEAR_STREET_M = 60


@dataclass(frozen=True, slots=True)
class OsmPlace:
    """A settlement, a street or a landmark. `kind` is in words ("Village", "Surgery"), `settlement` where it is or near.

    `other_names`: what else it's called; each once, however its capitals are, and none that is its name.
    """

    code: str
    name: str
    kind: str
    position: Point
    settlement: str = ""
    other_names: tuple[str, ...] = ()

    def also_called(self, names: Iterable[str]) -> OsmPlace:
        """The same with more names."""
        named = {self.name.casefold(): self.name}
        for name in filter(None, (*self.other_names, *names)):
            named.setdefault(name.casefold(), name)
        return replace(self, other_names=tuple(named.values())[1:])


@dataclass(frozen=True, slots=True)
class OsmBusStop:
    """A bus stop as tagged: texts are empty, and `wheelchair` None, where nobody said. `street` is the nearest.

    `public_code` is what stands on the flag.
    """

    code: str
    name: str
    position: Point
    atco_code: str
    public_code: str
    wheelchair: bool | None
    street: str = ""
    settlement: str = ""


@dataclass(frozen=True, slots=True)
class OsmPlaces:
    settlements: tuple[OsmPlace, ...]
    streets: tuple[OsmPlace, ...]
    landmarks: tuple[OsmPlace, ...]
    bus_stops: tuple[OsmBusStop, ...]


def read_osm_places(path: Path) -> OsmPlaces:
    """The places and bus stops of an extract. Raises BadExtract if it is not one, or not whole."""
    if not path.is_file():
        raise BadExtract(f"{path}: no such file: give the path of an .osm.pbf extract")
    found = _Found()
    try:
        for entity in osmium.FileProcessor(str(path)).with_areas().with_filter(osmium.filter.KeyFilter(*KEYS)):
            _take(entity, found)
    except (RuntimeError, OSError) as error:
        raise BadExtract(f"{path}: not an OpenStreetMap extract: {error}") from error
    settlements = _once(found.settlements, SAME_M)
    towns = Towns(settlements)
    return OsmPlaces(
        settlements=tuple(_of_towns(settlements, towns)),
        streets=tuple(_streets(found.ways, towns)),
        landmarks=tuple(_within(_once(found.landmarks, SAME_M), towns)),
        bus_stops=tuple(_on_streets(_once(found.bus_stops, SAME_STOP_M), found.ways, towns)),
    )


@dataclass(frozen=True, slots=True)
class _Way:
    code: int
    name: str
    other_names: list[str]
    nodes: NDArray[np.float64]
    """Degrees, shape (n, 2)."""


@dataclass(frozen=True, slots=True)
class _Found:
    settlements: list[OsmPlace] = field(default_factory=list)
    landmarks: list[OsmPlace] = field(default_factory=list)
    bus_stops: list[OsmBusStop] = field(default_factory=list)
    ways: list[_Way] = field(default_factory=list)


def _take(entity: Any, found: _Found) -> None:
    tags: Tags = dict(entity.tags)
    if isinstance(entity, osmium.osm.Way):
        # A closed way comes again as an area; as a way it can only be a street.
        if tags.get("highway") in STREETS and (name := written(tags, "name")):
            nodes = [(node.lon, node.lat) for node in entity.nodes if node.location.valid()]
            if nodes:
                found.ways.append(_Way(entity.id, name, other_names(tags), np.array(nodes, dtype=np.float64)))
    elif (located := _located(entity)) is not None:
        code, position = located
        if (kind := SETTLEMENTS.get(tags.get("place", ""))) and (name := written(tags, "name")):
            found.settlements.append(OsmPlace(code, name, kind, position).also_called(other_names(tags)))
        elif (kind := landmark_kind(tags)) and (name := landmark_name(tags, kind)):
            found.landmarks.append(OsmPlace(code, name, kind, position).also_called(other_names(tags)))
        if is_bus_stop(tags):
            found.bus_stops.append(_bus_stop(code, position, tags))


def _located(entity: Any) -> tuple[str, Point] | None:
    """The code of a node or an area, and where it is; None for what is neither, and for areas that the extract cuts."""
    if isinstance(entity, osmium.osm.Node):
        return f"n{entity.id}", Point(entity.location.lon, entity.location.lat)
    if not isinstance(entity, osmium.osm.Area):
        return None
    rings = [[(node.lon, node.lat) for node in ring if node.location.valid()] for ring in entity.outer_rings()]
    nodes = np.array([node for ring in rings for node in ring[1:]], dtype=np.float64)  # a ring ends where it begins
    if not len(nodes):
        return None
    lon, lat = (nodes.min(axis=0) + nodes.max(axis=0)) / 2
    return f"{'w' if entity.from_way() else 'r'}{entity.orig_id()}", Point(float(lon), float(lat))


def _bus_stop(code: str, position: Point, tags: Tags) -> OsmBusStop:
    return OsmBusStop(
        code=code,
        name=written(tags, "name") or written(tags, "naptan:CommonName"),
        position=position,
        atco_code=tags.get("naptan:AtcoCode", ""),
        public_code=written(tags, "naptan:NaptanCode") or written(tags, "ref"),
        wheelchair=yes_or_no(tags.get("wheelchair")),
    )


Thing = TypeVar("Thing", OsmPlace, OsmBusStop)


def _once(things: list[Thing], within_m: float) -> list[Thing]:
    """Without those that stand near another of their name and sort, to which they leave their other names.

    Nodes, which come first in an extract, stay.
    """
    kept: dict[tuple[str, str], list[Thing]] = defaultdict(list)
    for thing in things:
        alike = kept[thing.name.casefold(), thing.kind if isinstance(thing, OsmPlace) else thing.atco_code]
        near = next((i for i, other in enumerate(alike) if distance_m(thing.position, other.position) <= within_m), None)
        if near is None:
            alike.append(thing)
        elif isinstance(thing, OsmPlace):
            alike[near] = alike[near].also_called(thing.other_names)
    return [thing for alike in kept.values() for thing in alike]


class Towns:
    """Tells which settlement a place is in or near: the nearest, where a town reaches farther than a hamlet."""

    def __init__(self, settlements: Iterable[OsmPlace]) -> None:
        self._kinds = []
        for kind, reach in REACH.items():
            those = [each for each in settlements if each.kind == SETTLEMENTS[kind]]
            if those:
                self._kinds.append((reach, [each.name for each in those], KDTree(_in_space([each.position for each in those]))))

    def names(self, points: list[Point]) -> list[str]:
        """The settlement of each point; empty where there is none at all."""
        if not self._kinds or not points:
            return [""] * len(points)
        space = _in_space(points)
        found = [(reach, names, *tree.query(space)) for reach, names, tree in self._kinds]
        best = np.argmin([metres / reach for reach, _, metres, _ in found], axis=0)
        return [found[kind][1][found[kind][3][i]] for i, kind in enumerate(best)]


def _of_towns(settlements: list[OsmPlace], towns: Towns) -> Iterator[OsmPlace]:
    """Suburbs and farms with the settlement that they belong to; towns and villages stand for themselves."""
    own = {SETTLEMENTS[kind] for kind in REACH}
    for place in _within(settlements, towns):
        yield replace(place, settlement="") if place.kind in own else place


def _within(places: list[OsmPlace], towns: Towns) -> Iterator[OsmPlace]:
    for place, town in zip(places, towns.names([each.position for each in places]), strict=True):
        yield replace(place, settlement=town)


def _streets(ways: list[_Way], towns: Towns) -> Iterator[OsmPlace]:
    """All ways of one name in one settlement as one street, with the code of its oldest way."""
    named = zip(ways, towns.names([_point(_middle_node(way.nodes)) for way in ways]), strict=True)
    key = {way.code: (way.name.casefold(), town) for way, town in named}
    for (_, town), group in groupby(sorted(ways, key=lambda way: (key[way.code], way.code)), key=lambda way: key[way.code]):
        street = list(group)
        position = _point(_middle_node(np.concatenate([way.nodes for way in street])))
        place = OsmPlace(f"w{street[0].code}", street[0].name, "Street", position, town)
        yield place.also_called(name for way in street for name in way.other_names)


def _middle_node(nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The node nearest to the middle of the box around them all, so that it is on the street."""
    middle = (nodes.min(axis=0) + nodes.max(axis=0)) / 2
    squeezed = (nodes - middle) * [np.cos(np.radians(middle[1])), 1.0]
    return np.asarray(nodes[np.argmin((squeezed**2).sum(axis=1))], dtype=np.float64)


def _on_streets(stops: list[OsmBusStop], ways: list[_Way], towns: Towns) -> Iterator[OsmBusStop]:
    """Stops with their settlement, and with the name of the street whose nodes are nearest."""
    streets = _Nearest(ways)
    for stop, town in zip(stops, towns.names([each.position for each in stops]), strict=True):
        yield replace(stop, settlement=town, street=streets.name(stop.position))


class _Nearest:
    def __init__(self, ways: list[_Way]) -> None:
        self._names = [way.name for way in ways for _ in way.nodes]
        nodes = np.concatenate([way.nodes for way in ways]) if ways else np.empty((0, 2))
        self._tree = KDTree(chord_coordinates(nodes))

    def name(self, point: Point) -> str:
        metres, node = self._tree.query(_in_space([point])[0], distance_upper_bound=NEAR_STREET_M)
        return self._names[int(node)] if np.isfinite(metres) else ""


def _in_space(points: list[Point]) -> NDArray[np.float64]:
    return chord_coordinates(np.array(points, dtype=np.float64).reshape(-1, 2))


def _point(lonlat: NDArray[np.float64]) -> Point:
    return Point(float(lonlat[0]), float(lonlat[1]))
