"""Reads an OpenStreetMap extract (.osm.pbf, .osm) into a road graph.

Ways are cut into links where they meet, end, or are blocked. What is kept is the largest part within which every place reaches
every other. Turn restrictions are not read.
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
from routing.travel.osm_tags import blocks, direction, drivable, speed_kmh
from routing.travel.road_graph import EmptyNetwork, Link, RoadGraph, from_links, largest_component
from routing.travel.sphere import line_m

NO_STOPPING = {"motorway", "motorway_link", "trunk_link"}
SHORTEST_M = 0.1
"""Length of a link between two nodes at the same place: it joins them all the same."""


class BadExtract(ValueError):
    """An OpenStreetMap file that can't be used; the message says which and what to do."""


class Way(NamedTuple):
    """A drivable way, turned so that traffic goes along `nodes`."""

    nodes: tuple[int, ...]
    places: tuple[Point, ...]
    kmh: float
    oneway: bool
    kerbside: bool
    kind: str
    name: str


def read_osm(path: Path) -> RoadGraph:
    """The drivable network of an extract. Raises BadExtract if it is not one, or has no drivable road."""
    try:
        return largest_component(read_osm_whole(path))
    except EmptyNetwork as error:
        raise BadExtract(f"{path}: {error}") from error


def read_osm_whole(path: Path) -> RoadGraph:
    """All drivable roads of an extract, also those that nobody can reach from the others. Raises BadExtract if it is not one."""
    if not path.is_file():
        raise BadExtract(f"{path}: no such file: give the path of an .osm.pbf extract")
    try:
        barriers, ways = _barriers(path), list(_ways(path))
    except RuntimeError as error:
        raise BadExtract(f"{path}: not an OpenStreetMap extract: {error}") from error
    nodes = _Numbering(barriers)
    links = [_link(way, part, nodes) for way, part in _parts(ways, barriers)]
    return from_links(nodes.lon, nodes.lat, links)


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


def _barriers(path: Path) -> set[int]:
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("barrier"))
    return {node.id for node in nodes if blocks(dict(node.tags))}


def _ways(path: Path) -> Iterator[Way]:
    """The drivable ways, each stretch of nodes whose places are in the extract."""
    entities = osmium.osm.NODE | osmium.osm.WAY
    for entity in osmium.FileProcessor(str(path), entities).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if not isinstance(entity, osmium.osm.Way):
            continue
        tags = dict(entity.tags)
        course = direction(tags)
        if not drivable(tags) or course is None:
            continue
        refs = [(node.ref, _place(node.location)) for node in entity.nodes]
        if course == "backward":
            refs.reverse()
        kind, name = tags["highway"], tags.get("name") or tags.get("ref", "")
        for nodes, places in _runs(refs):
            yield Way(nodes, places, speed_kmh(tags), course != "both", kind not in NO_STOPPING, kind, name)


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


def _link(way: Way, part: slice, nodes: _Numbering) -> Link:
    refs, places = way.nodes[part], way.places[part]
    shape = np.array(places, dtype=np.float64)
    drawn_m = line_m(shape)
    length_m = max(SHORTEST_M, drawn_m)
    tail, head = nodes.of(refs[0], places[0]), nodes.of(refs[-1], places[-1])
    kerbside = way.kerbside and drawn_m > 0
    return Link(tail, head, length_m, length_m / (way.kmh / 3.6), shape, way.oneway, kerbside, way.kind, way.name)
