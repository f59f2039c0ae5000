"""Reads an OpenStreetMap extract (.osm.pbf, .osm) into a road graph for one vehicle.

Ways are cut into links where they meet, end, or are blocked. What is kept is the largest part within which every place reaches
every other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium

from routing.model import Point
from routing.travel.osm_profile import MINIBUS, Profile
from routing.travel.osm_restrictions import Origin, banned_turns, read_restrictions
from routing.travel.osm_speeds import Tags, duration_s, speed_kmh
from routing.travel.osm_tags import CROSSINGS, ROUND, TOLD_BY_NODES, blocks, directions, drivable, kerbside, node_s
from routing.travel.road_graph import EmptyNetwork, Link, RoadGraph, from_links, largest_component
from routing.travel.sphere import line_m
from routing.travel.traffic_side import keeps_left
from routing.travel.turns import forbid

SHORTEST_M = 0.1
"""Length of a link between two nodes at the same place: it joins them all the same."""


class BadExtract(ValueError):
    """An OpenStreetMap file that can't be used; the message says which and what to do."""


class Nodes(NamedTuple):
    """What is known of single nodes, by their ids."""

    barriers: set[int]
    delays_s: dict[int, tuple[float, float]]
    """Seconds lost there, forward and backward along the way that is drawn through."""


class Way(NamedTuple):
    """A drivable way, turned so that traffic may go along `nodes`."""

    id: int
    nodes: tuple[int, ...]
    places: tuple[Point, ...]
    turned: bool
    """Whether `nodes` run against the way as drawn."""
    oneway: bool
    pace: float
    """Seconds a metre along `nodes`."""
    pace_back: float
    wait_s: float
    """Before each stretch: a single lane in turns; before what leaves the land: a ferry."""
    kerbside: bool
    round: bool
    kind: str
    name: str

    @property
    def afloat(self) -> bool:
        return self.kind in CROSSINGS


def read_osm(path: Path, vehicle: Profile = MINIBUS, *, left: bool | None = None) -> RoadGraph:
    """The drivable network of an extract; `left`: whether traffic keeps left there, as its roundabouts tell if not given.

    Raises BadExtract if it is not an extract, or has no drivable road.
    """
    try:
        return largest_component(read_osm_whole(path, vehicle, left=left))
    except EmptyNetwork as error:
        raise BadExtract(f"{path}: {error}") from error


def read_osm_whole(path: Path, vehicle: Profile = MINIBUS, *, left: bool | None = None) -> RoadGraph:
    """All drivable roads of an extract, also those that the others can't be reached from. Raises BadExtract if it is not one."""
    if not path.is_file():
        raise BadExtract(f"{path}: no such file: give the path of an .osm.pbf extract")
    try:
        known, ways, restrictions = _nodes(path, vehicle), list(_ways(path, vehicle)), read_restrictions(path, vehicle)
    except RuntimeError as error:
        raise BadExtract(f"{path}: not an OpenStreetMap extract: {error}") from error
    numbering, land = _Numbering(known.barriers), {node for way in ways if not way.afloat for node in way.nodes}
    parts = list(_parts(ways, known.barriers))
    links = [_link(way, part, numbering, known.delays_s, land) for way, part in parts]
    if left is None and links:
        rings = [np.array(way.places) for way in ways if way.round and len(way.places) > 2]
        left = keeps_left(rings, float(np.mean(numbering.lon)), float(np.mean(numbering.lat)))
    graph = from_links(numbering.lon, numbering.lat, links, left=bool(left))
    origins = [Origin(way.id, way.nodes[part.start], way.nodes[part.stop - 1]) for way, part in parts]
    return forbid(graph, banned_turns(graph, origins, restrictions))


class _Numbering:
    """Numbers for junctions as they come up. A barrier gets a new one each time: a dead end on either side of it."""

    def __init__(self, barriers: set[int]) -> None:
        self.barriers = barriers
        self.known: dict[int, int] = {}
        self.lon: list[float] = []
        self.lat: list[float] = []

    def of(self, node: int, place: Point) -> int:
        if node not in self.known or node in self.barriers:
            self.known[node] = len(self.lon)
            self.lon.append(place.lon)
            self.lat.append(place.lat)
        return self.known[node]


def _nodes(path: Path, vehicle: Profile) -> Nodes:
    found = Nodes(set(), {})
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter(*TOLD_BY_NODES)):
        tags = dict(node.tags)
        if blocks(tags, vehicle):
            found.barriers.add(node.id)
        delays_s = node_s(tags, "forward", vehicle), node_s(tags, "backward", vehicle)
        if any(delays_s):
            found.delays_s[node.id] = delays_s
    return found


def _ways(path: Path, vehicle: Profile) -> Iterator[Way]:
    """The drivable ways, each stretch of nodes whose places are in the extract."""
    entities = osmium.osm.NODE | osmium.osm.WAY
    keys = osmium.filter.KeyFilter("highway", "route")
    for entity in osmium.FileProcessor(str(path), entities).with_locations().with_filter(keys):
        if not isinstance(entity, osmium.osm.Way):
            continue
        tags = dict(entity.tags)
        if not drivable(tags, vehicle) or not any(ways := directions(tags)):
            continue
        turned = not ways[0]
        refs = [(node.ref, _place(node.location)) for node in entity.nodes]
        paces, wait_s = _paces(tags, refs, vehicle)
        if turned:
            refs.reverse()
            paces = paces[1], paces[0]
        kind = tags["route"] if tags.get("route") in CROSSINGS else tags["highway"]
        name, ring = tags.get("name") or tags.get("ref", ""), tags.get("junction") in ROUND
        for nodes, places in _runs(refs):
            yield Way(entity.id, nodes, places, turned, not all(ways), *paces, wait_s, kerbside(tags), ring, kind, name)


def _paces(tags: Tags, refs: list[tuple[int, Point | None]], vehicle: Profile) -> tuple[tuple[float, float], float]:
    """Seconds a metre forward and backward along a way, and what has to be waited for it."""
    if tags.get("route") not in CROSSINGS:
        wait_s = vehicle.alternating_s if tags.get("oneway") == "alternating" else 0.0
        return (3.6 / speed_kmh(tags, "forward", vehicle), 3.6 / speed_kmh(tags, "backward", vehicle)), wait_s
    crossing_s, interval_s = duration_s(tags.get("duration", "")), duration_s(tags.get("interval", ""))
    places = [place for _, place in refs if place is not None]
    length_m = line_m(np.array(places)) if len(places) == len(refs) > 1 else 0.0
    pace = crossing_s / length_m if crossing_s and length_m > 0 else 3.6 / vehicle.ferry_kmh
    return (pace, pace), interval_s / 2 if interval_s else vehicle.ferry_wait_s


def _place(location: osmium.osm.Location) -> Point | None:
    return Point(location.lon, location.lat) if location.valid() else None


def _runs(refs: list[tuple[int, Point | None]]) -> Iterator[tuple[tuple[int, ...], tuple[Point, ...]]]:
    """Stretches of at least two nodes with a known place."""
    run: list[tuple[int, Point]] = []
    for ref, place in [*refs, (0, None)]:
        if place is not None:
            run.append((ref, place))
            continue
        if len(run) > 1:
            yield tuple(ref for ref, _ in run), tuple(place for _, place in run)
        run = []


def _parts(ways: list[Way], barriers: set[int]) -> Iterator[tuple[Way, slice]]:
    """Every way with the stretches from junction to junction; a stretch that returns to its begin is cut in the middle."""
    uses = Counter(node for way in ways for node in way.nodes)
    uses.update(node for way in ways for node in (way.nodes[0], way.nodes[-1]))
    for way in ways:
        last = len(way.nodes) - 1
        cuts = [i for i, node in enumerate(way.nodes) if i in (0, last) or uses[node] > 1 or node in barriers]
        for begin, end in pairwise(cuts):
            middle = (begin + end) // 2
            if way.nodes[begin] == way.nodes[end] and begin < middle:
                yield way, slice(begin, middle + 1)
                yield way, slice(middle, end + 1)
            elif way.nodes[begin] != way.nodes[end]:
                yield way, slice(begin, end + 1)


def _link(way: Way, part: slice, numbering: _Numbering, delays_s: dict[int, tuple[float, float]], land: set[int]) -> Link:
    refs, places = way.nodes[part], way.places[part]
    shape = np.array(places, dtype=np.float64)
    drawn_m = line_m(shape)
    length_m = max(SHORTEST_M, drawn_m)
    tail, head = numbering.of(refs[0], places[0]), numbering.of(refs[-1], places[-1])
    # A junction's delay is that of who drives towards it; a barrier that blocks is never passed.
    there = sum(delays_s[ref][way.turned] for ref in refs[1:] if ref in delays_s)
    back = sum(delays_s[ref][not way.turned] for ref in refs[:-1] if ref in delays_s)
    wait_there, wait_back = (way.wait_s * (not way.afloat or ref in land) for ref in (refs[0], refs[-1]))
    return Link(
        tail,
        head,
        length_m,
        length_m * way.pace + there + wait_there,
        shape,
        way.oneway,
        way.kerbside and drawn_m > 0,
        way.kind,
        way.name,
        None if way.oneway else length_m * way.pace_back + back + wait_back,
        way.round,
    )
