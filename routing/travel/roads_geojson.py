"""Reads a road network drawn by hand: junctions as points, roads as lines between them, and a table of classes.

The format is described in fixtures/ripon/README.md. A length is that of the line on the earth times the circuity of its class;
a time is the length at the speed of its class.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from routing.model import Point
from routing.travel.road_graph import Link, RoadGraph, from_links, strong_components
from routing.travel.sphere import distance_m, line_m
from routing.travel.traffic_side import keeps_left_at

APART_M = 5
"""How far the end of a line may be from the junction that it names: more is a slip of the hand."""


class BadRoads(ValueError):
    """A network file that can't be used; the message says where and what to do."""


class RoadClass(NamedTuple):
    """Average speed, and road length over drawn length."""

    speed_kmh: float
    circuity: float


def read_roads(path: Path) -> RoadGraph:
    """The network of a file. Raises BadRoads with file, feature number (the first is 1) and remedy; OSError if unreadable."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadRoads(f"{path}: not JSON: {error}") from error
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection" or not isinstance(data.get("features"), list):
        raise BadRoads(f"{path}: not a GeoJSON FeatureCollection with a list of features")
    classes = _classes(path, data.get("classes"))
    junctions: dict[str, Point] = {}
    lines: list[tuple[str, dict[str, Any]]] = []
    for number, feature in enumerate(data["features"], start=1):
        where = f"{path}: feature {number}"
        kind, properties, coordinates = _parts(where, feature)
        if kind == "Point":
            name = _text(where, properties, "node")
            if name in junctions:
                raise BadRoads(f"{where}: junction {name!r} is there twice: remove or rename one")
            junctions[name] = _point(where, coordinates)
        elif kind == "LineString":
            lines.append((where, feature))
        else:
            raise BadRoads(f"{where}: a {kind}: use Point for junctions and LineString for roads")
    number_of = {name: i for i, name in enumerate(junctions)}
    links = [_link(where, feature, classes, junctions, number_of) for where, feature in lines]
    if not links:
        raise BadRoads(f"{path}: no road in it: add LineString features")
    lon, lat = [place.lon for place in junctions.values()], [place.lat for place in junctions.values()]
    graph = from_links(lon, lat, links, left=keeps_left_at(float(np.mean(lon)), float(np.mean(lat))))
    parts = strong_components(graph)
    cut_off = [name for name, part in zip(junctions, parts, strict=True) if part != np.bincount(parts).argmax()]
    if cut_off:
        raise BadRoads(f"{path}: one can't drive both to and from {', '.join(cut_off[:5])}: join them to the other roads")
    return graph


def _classes(path: Path, table: Any) -> dict[str, RoadClass]:
    if not isinstance(table, dict) or not table:
        raise BadRoads(f'{path}: no "classes": add {{"A": {{"speed_kmh": 50, "circuity": 1.1}}, ...}} beside "features"')
    found = {}
    for name, row in table.items():
        speed, circuity = (row.get("speed_kmh", 0), row.get("circuity", 0)) if isinstance(row, dict) else (0, 0)
        if not (_number(speed) and 0 < speed <= 130 and _number(circuity) and 1 <= circuity <= 3):
            raise BadRoads(f"{path}: class {name!r} wants a speed_kmh up to 130 and a circuity from 1 to 3, not {row!r}")
        found[name] = RoadClass(float(speed), float(circuity))
    return found


def _link(
    where: str, feature: dict[str, Any], classes: dict[str, RoadClass], junctions: dict[str, Point], number_of: dict[str, int]
) -> Link:
    properties, coordinates = feature["properties"], feature["geometry"]["coordinates"]
    kind, ends = _text(where, properties, "class"), [_text(where, properties, "from"), _text(where, properties, "to")]
    if kind not in classes:
        raise BadRoads(f'{where}: class {kind!r} is not in "classes" ({", ".join(classes)}): add it there or correct it here')
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        raise BadRoads(f"{where}: a road needs at least two coordinates")
    line = [_point(where, each) for each in coordinates]
    for name, drawn in zip(ends, (line[0], line[-1]), strict=True):
        if name not in junctions:
            raise BadRoads(f"{where}: no junction {name!r}: add a Point feature with that node")
        if distance_m(junctions[name], drawn) > APART_M:
            apart_m = distance_m(junctions[name], drawn)
            raise BadRoads(f"{where}: ends {apart_m:.0f} m from its junction {name!r}: move one of them")
    if ends[0] == ends[1]:
        raise BadRoads(f"{where}: runs from {ends[0]!r} to itself: put a junction in the middle")
    oneway = properties.get("oneway", False)
    if not isinstance(oneway, bool):
        raise BadRoads(f"{where}: oneway is {oneway!r}: write true or false")
    shape = np.array(line, dtype=np.float64)
    length_m = line_m(shape) * classes[kind].circuity
    if length_m <= 0:
        raise BadRoads(f"{where}: has no length: its coordinates are all the same")
    seconds = length_m / (classes[kind].speed_kmh / 3.6)
    tail, head = number_of[ends[0]], number_of[ends[1]]
    return Link(tail, head, length_m, seconds, shape, oneway, kind != "motorway", kind, _name(where, properties))


def _parts(where: str, feature: Any) -> tuple[str, dict[str, Any], Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise BadRoads(f'{where}: not a GeoJSON Feature: give it "type": "Feature"')
    geometry, properties = feature.get("geometry"), feature.get("properties")
    if not isinstance(geometry, dict) or not isinstance(properties, dict) or "coordinates" not in geometry:
        raise BadRoads(f"{where}: needs a geometry with coordinates, and properties")
    return str(geometry.get("type")), properties, geometry["coordinates"]


def _text(where: str, properties: dict[str, Any], key: str) -> str:
    value = properties.get(key)
    if not isinstance(value, str) or not value:
        raise BadRoads(f"{where}: no property {key!r}: add it")
    return value


def _name(where: str, properties: dict[str, Any]) -> str:
    name = properties.get("name") or ""
    if not isinstance(name, str):
        raise BadRoads(f"{where}: name is {name!r}: write text, or leave it out")
    return name


def _point(where: str, pair: Any) -> Point:
    if not isinstance(pair, list) or len(pair) < 2 or not (_number(pair[0]) and _number(pair[1])):
        raise BadRoads(f"{where}: {pair!r} is not a [lon, lat] pair of numbers")
    if not (abs(pair[0]) <= 180 and abs(pair[1]) <= 90):
        raise BadRoads(f"{where}: {pair!r} is not on the earth: write [lon, lat] in degrees")
    return Point(float(pair[0]), float(pair[1]))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
