"""The roads of real extracts, counted a second time by a plain pass over the raw file that shares no code with the reader."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.travel.osm import read_osm, read_osm_whole
from routing.travel.road_graph import largest_component

CARS = "motorway trunk primary secondary tertiary unclassified residential living_street road service busway"
LINKS = "motorway_link trunk_link primary_link secondary_link tertiary_link"
TO_A_DOOR = {"driveway", "parking_aisle", "drive-through", "emergency_access", "slipway"}
OURS = {"psv", "bus", "minibus"}
SHUT = {"no", "private", "agricultural", "forestry", "delivery", "permit", "emergency", "military"}
GATES = {"gate", "lift_gate", "swing_gate", "cattle_grid", "entrance", "toll_booth", "border_control", "sliding_gate", "no"}
OPEN, PAVED = {"yes", "permissive", "designated", "destination"}, {"asphalt", "paved", "concrete"}


class Count(NamedTuple):
    all_km: float
    main_km: float
    """Of the largest part within which every node reaches every other."""


def shut(tags: dict[str, str], default: bool = False) -> bool:
    for key in ("minibus", "bus", "psv", "motor_vehicle", "vehicle", "access"):
        if tags.get(key, "unknown") != "unknown":
            return tags[key] in SHUT
    return default


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    h = sin(radians(b[1] - a[1]) / 2) ** 2 + cos(radians(a[1])) * cos(radians(b[1])) * sin(radians(b[0] - a[0]) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(h))


def counted(path: Path) -> Count:
    """Node by node: each pair of neighbours on a road is an edge, in the directions in which one may drive."""
    place: dict[int, tuple[float, float]] = {}
    walls, edges, lengths, twice = set[int](), list[tuple[int, int]](), list[float](), list[bool]()
    for item in osmium.FileProcessor(str(path)):
        tags = dict(item.tags)
        if item.is_node():
            place[item.id] = (item.location.lon, item.location.lat)
            if tags.get("barrier", "kerb") != "kerb" and shut(
                tags, default=tags["barrier"] not in GATES or tags.get("locked") == "yes"
            ):
                walls.add(item.id)
        paved = tags.get("tracktype") == "grade1" or tags.get("surface") in PAVED
        welcome = {tags.get(key) for key in ("access", "vehicle", "motor_vehicle", *OURS)} & OPEN
        driven = tags.get("highway") in (CARS + " " + LINKS).split() or (tags.get("highway") == "track" and paved and welcome)
        if not item.is_way() or tags.get("area") == "yes" or not driven:
            continue
        if shut(tags) or (tags.get("service") in TO_A_DOOR and tags["highway"] == "service" and not OURS & set(tags)):
            continue
        if float(tags.get("maxweight", "99")) < 5 or float(tags.get("maxheight", "99").replace("default", "99")) < 2.9:
            continue
        refs = [node.ref for node in item.nodes]
        if tags.get("oneway") == "-1":
            refs.reverse()
        single = tags.get("oneway") in ("yes", "true", "1", "-1") or (
            "oneway" not in tags and (tags.get("junction") == "roundabout" or tags["highway"] == "motorway")
        )
        for a, b in zip(refs, refs[1:], strict=False):  # noqa: RUF007 (as plain as can be)
            if a in place and b in place:
                edges.append((a, b))
                lengths.append(metres(place[a], place[b]))
                twice.append(not single)
    number: dict[int, int] = {}
    ends = []
    for i, (a, b) in enumerate(edges):  # a wall is another node for each edge: nobody gets past it
        ends.append([number.setdefault((node, i) if node in walls else node, len(number)) for node in (a, b)])  # type: ignore[arg-type]
    tail, head = np.array(ends).T
    back = np.array(twice)
    starts, stops = np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]])
    graph = coo_array((np.ones(len(starts)), (starts, stops)), shape=(len(number), len(number)))
    labels = connected_components(graph, connection="strong")[1]
    inside = (labels[tail] == labels[head]) & (labels[tail] == np.bincount(labels).argmax())
    return Count(sum(lengths) / 1000, float(np.array(lengths)[inside].sum()) / 1000)


@pytest.mark.parametrize("place", ["rutland", "andorra"])
def test_the_kilometres_are_those_of_a_plain_count(place: str, shared_data: Path) -> None:
    path = shared_data / "roads" / f"{place}.osm.pbf"
    expected, whole = counted(path), read_osm_whole(path)
    assert whole.road_km == pytest.approx(expected.all_km, rel=0.002)
    assert largest_component(whole).road_km == pytest.approx(expected.main_km, rel=0.002)
    assert read_osm(path).road_km == largest_component(whole).road_km
