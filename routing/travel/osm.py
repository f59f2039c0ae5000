"""Reads an OpenStreetMap extract (.osm.pbf, .osm) into a road graph for one vehicle.

What is kept is the largest part within which every place reaches every other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import osmium

from routing.model import Point
from routing.travel.osm_network import BadExtract as BadExtract
from routing.travel.osm_network import Nodes, Numbering, Way, link, parts, places_of, require_file, runs
from routing.travel.osm_profile import MINIBUS, Profile
from routing.travel.osm_restrictions import Origin, banned_turns, read_restrictions
from routing.travel.osm_speeds import Tags, duration_s, speed_kmh
from routing.travel.osm_tags import CROSSINGS, ROUND, TOLD_BY_NODES, blocks, directions, drivable, kerbside, node_s
from routing.travel.road_graph import EmptyNetwork, RoadGraph, from_links, largest_component
from routing.travel.sphere import line_m
from routing.travel.traffic_side import keeps_left
from routing.travel.turns import forbid


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
    require_file(path)
    try:
        known, ways, restrictions = _nodes(path, vehicle), list(_ways(path, vehicle)), read_restrictions(path, vehicle)
    except RuntimeError as error:
        raise BadExtract(f"{path}: not an OpenStreetMap extract: {error}") from error
    numbering, land = Numbering(known.barriers), {node for way in ways if not way.afloat for node in way.nodes}
    stretches = list(parts(ways, known.barriers))
    links = [link(way, part, numbering, known.delays_s, land) for way, part in stretches]
    if left is None and links:
        rings = [np.array(way.places) for way in ways if way.round and len(way.places) > 2]
        left = keeps_left(rings, float(np.mean(numbering.lon)), float(np.mean(numbering.lat)))
    graph = from_links(numbering.lon, numbering.lat, links, left=bool(left))
    origins = [Origin(way.id, way.nodes[part.start], way.nodes[part.stop - 1]) for way, part in stretches]
    return forbid(graph, banned_turns(graph, origins, restrictions))


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
        refs = places_of(entity)
        paces, wait_s = _paces(tags, refs, vehicle)
        if turned:
            refs.reverse()
            paces = paces[1], paces[0]
        kind = tags["route"] if tags.get("route") in CROSSINGS else tags["highway"]
        name, ring = tags.get("name") or tags.get("ref", ""), tags.get("junction") in ROUND
        for nodes, places in runs(refs):
            afloat = kind in CROSSINGS
            yield Way(entity.id, nodes, places, turned, not all(ways), *paces, wait_s, kerbside(tags), ring, kind, name, afloat)


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
