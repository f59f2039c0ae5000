from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point as Position
from django.db import transaction

from bookings.files import BadFile, read_json
from bookings.models import Service, Stop
from bookings.open_data.choosing import FAR_M
from bookings.open_data.roads import metres_from
from routing.model import Point
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import distance_m

SAME_M = 5
"""A stop of the same name that is no farther off is the same stop, accepted before."""


class Accepted(NamedTuple):
    """Codes of the stops that were made, and how many were there already."""

    new: list[str]
    known: int


class Wanted(NamedTuple):
    where: str
    name: str
    settlement: str
    point: Point


def accept_stops(service: Service, file: Path, graph: RoadGraph) -> Accepted:
    """Make the suggested stops of a map into virtual stops of the service: those with `accept` true, wherever they are by now.

    In one transaction. Raises BadFile for a map that isn't one, or a stop outside the area or off the roads.
    """
    wanted = list(_wanted(file))
    _check(file, wanted, service, graph)
    with transaction.atomic():
        Service.objects.select_for_update().get(pk=service.pk)
        rows = list(service.stops.all())
        fresh = [stop for stop in wanted if not any(_same(stop, row) for row in rows if row.active)]
        codes = _codes({row.code for row in rows})
        made = [_row(service, next(codes), stop) for stop in fresh]
        Stop.objects.bulk_create(made)
        service.touch()
    return Accepted([row.code for row in made], len(wanted) - len(fresh))


def _wanted(file: Path) -> Iterator[Wanted]:
    features = read_json(file).get("features")
    if not isinstance(features, list):
        raise BadFile(file, "features", "make it a FeatureCollection, as suggest_stops writes it")
    for number, feature in enumerate(features):
        told = feature.get("properties") if isinstance(feature, dict) else None
        if isinstance(told, dict) and told.get("kind") == "suggested" and told.get("accept") is True:
            where = f"features[{number}]"
            yield Wanted(where, _name(file, where, told), str(told.get("settlement") or "")[:80], _point(file, where, feature))


def _name(file: Path, where: str, told: dict[str, Any]) -> str:
    name = told.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= 120:
        raise BadFile(file, f"{where}.properties.name", "give the stop a name of at most 120 characters")
    return name


def _point(file: Path, where: str, feature: dict[str, Any]) -> Point:
    try:
        lon, lat = map(float, feature["geometry"]["coordinates"])
    except (KeyError, TypeError, ValueError):
        raise BadFile(file, f"{where}.geometry", "make it a Point with lon and lat") from None
    return Point(lon, lat)


def _check(file: Path, wanted: list[Wanted], service: Service, graph: RoadGraph) -> None:
    area = service.area.prepared
    for stop in wanted:
        if not area.intersects(Position(*stop.point, srid=4326)):
            raise BadFile(file, stop.where, f"{stop.name} is outside the area: lon comes first")
    for stop, metres in zip(wanted, metres_from(graph, [stop.point for stop in wanted]).tolist(), strict=True):
        if metres > FAR_M:
            raise BadFile(file, stop.where, f"{stop.name} is {metres:.0f} m from the nearest road: move it to one")


def _same(stop: Wanted, row: Stop) -> bool:
    return stop.name == row.name and distance_m(stop.point, row.point) <= SAME_M


def _codes(taken: set[str]) -> Iterator[str]:
    """V1, V2 and on from the last one that was given."""
    numbers = [int(code[1:]) for code in taken if re.fullmatch(r"V\d+", code)]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"V{number}"


def _row(service: Service, code: str, stop: Wanted) -> Stop:
    return Stop(service=service, code=code, name=stop.name, settlement=stop.settlement, position=Position(*stop.point, srid=4326))
