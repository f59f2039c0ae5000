"""Reads the footways of an OpenStreetMap extract: where one may walk, in both directions, with all lengths as they are.

Follows the OpenStreetMap wiki, pages "Key:foot" and "Key:sidewalk". Along most roads, too: somebody who goes for a bus in the
country has no other way. Not along motorways, nor along trunk roads with a carriageway for each direction, unless their tags name
pedestrians.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import osmium

from routing.travel.doors import with_grounds
from routing.travel.footways import Footways
from routing.travel.osm_grounds import read_land
from routing.travel.osm_network import BadExtract, Numbering, Way, link, parts, places_of, require_file, runs
from routing.travel.osm_speeds import Tags
from routing.travel.osm_tags import SHORT_SERVICE
from routing.travel.road_graph import EmptyNetwork, from_links, largest_component

ROADS = {
    "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
    "living_street", "road", "service", "track",
}  # fmt: skip
PATHS = {"footway", "path", "steps", "pedestrian", "bridleway", "cycleway", "corridor", "platform", "crossing"}
FAST = {"trunk", "trunk_link"}

CLOSED = {"no", "private", "use_sidepath", "military", "agricultural", "forestry", "delivery", "permit", "employees", "residents"}
UNSAID = {"", "unknown"}
SIDEWALK = {"both", "left", "right", "yes", "separate"}
STEEP = {"mountain_hiking", "demanding_mountain_hiking", "alpine_hiking", "demanding_alpine_hiking", "difficult_alpine_hiking"}
"""Kinds of path (`sac_scale`) on which nobody goes for a bus."""

A_METRE_A_SECOND = 1.0
"""The pace of the graph, so that its whole milliseconds are millimetres."""


def read_walks(path: Path) -> Footways:
    """The network of footways of an extract, its largest part, and the grounds beside it; each link both ways, a second a metre.

    The kind of a link is the value of `highway`, or of `service` where that leads to a door only (`SHORT_SERVICE`).
    Raises BadExtract if it is not an extract, or has nothing to walk on.
    """
    require_file(path)
    try:
        barriers, ways = _barriers(path), list(_ways(path))
    except RuntimeError as error:
        raise BadExtract(f"{path}: not an OpenStreetMap extract: {error}") from error
    numbering = Numbering(barriers)
    links = [link(way, part, numbering, {}, set()) for way, part in parts(ways, barriers)]
    try:
        graph = largest_component(from_links(numbering.lon, numbering.lat, links))
    except EmptyNetwork as error:
        raise BadExtract(f"{path}: nothing to walk on: {error}") from error
    return with_grounds(graph, read_land(path))


def walkable(tags: Tags) -> bool:
    """Whether one may and would walk along a way."""
    kind = tags.get("highway", "")
    if kind not in ROADS | PATHS | FAST or tags.get("sac_scale") in STEEP or tags.get("indoor") == "yes":
        return False
    if kind in FAST and not _beside_traffic(tags):
        return False
    return _open_on_foot(tags, default=True)


def blocks_walkers(tags: Tags) -> bool:
    """Whether a node stops somebody on foot: only if it says so, or is locked."""
    return "barrier" in tags and not _open_on_foot(tags, default=tags.get("locked") != "yes" and tags["barrier"] != "wall")


def _open_on_foot(tags: Tags, *, default: bool) -> bool:
    said = [tags[key] for key in ("access", "foot") if tags.get(key, "") not in UNSAID]
    return default if not said else any(value.strip() not in CLOSED for value in said[-1].split(";"))


def _beside_traffic(tags: Tags) -> bool:
    """Whether a fast road has room for people on foot."""
    named = tags.get("foot", "no") not in CLOSED or tags.get("sidewalk") in SIDEWALK
    return named or (tags.get("oneway", "no") == "no" and tags.get("motorroad") != "yes" and tags["highway"] == "trunk")


def _barriers(path: Path) -> set[int]:
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("barrier"))
    return {node.id for node in nodes if blocks_walkers(dict(node.tags))}


def _ways(path: Path) -> Iterator[Way]:
    entities = osmium.osm.NODE | osmium.osm.WAY
    for entity in osmium.FileProcessor(str(path), entities).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if not isinstance(entity, osmium.osm.Way) or not walkable(tags := dict(entity.tags)):
            continue
        for nodes, places in runs(places_of(entity)):
            yield Way(
                id=entity.id,
                nodes=nodes,
                places=places,
                turned=False,
                oneway=False,
                pace=A_METRE_A_SECOND,
                pace_back=A_METRE_A_SECOND,
                wait_s=0.0,
                kerbside=True,
                round=False,
                kind=tags["service"] if tags.get("service") in SHORT_SERVICE else tags["highway"],
                name=tags.get("name", ""),
            )
