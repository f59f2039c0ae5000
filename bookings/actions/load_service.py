from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from django.contrib.gis.geos import Point as Position
from django.db import transaction
from django.utils.text import slugify

from bookings.actions import describing
from bookings.actions.put_places import put_places
from bookings.actions.put_zones import check_fare_zones, put_forbidden, put_zones
from bookings.models import Place, PlaceKind, Service
from bookings.service_folder import Section, StopRow, read_area, read_places, read_service_json, read_stops, read_zones


def load_service(folder: Path) -> Service:
    """The service that a folder describes, made or brought up to date, in one transaction.

    People find its stops, the settlements of these, and what places.csv names. Days that are open already keep their shifts;
    stops that the folder has no more become inactive. Raises BadFile.
    """
    top, area = read_service_json(folder), read_area(folder)
    stops, places, zones = read_stops(folder, area), read_places(folder), read_zones(folder, area)
    with transaction.atomic():
        operator = describing.put_operator(top.section("operator"))
        service = describing.put_service(top, operator, area=area, roads=f"{folder.name}/roads.geojson", **_sources(top))
        describing.put_hours(top, service)
        describing.put_closures(top.section("holidays"), service)
        describing.put_special_hours(top.section("holidays"), service)
        describing.put_stops(stops, service)
        service.stops.exclude(code__in=[row.code for row in stops]).update(active=False)
        if zones is not None:
            put_zones(zones, service)
        put_forbidden(top, service)
        check_fare_zones(top, service)
        put_places(service, [*_settlements(stops), *_landmarks(places)])
        describing.put_fleet(top, service, describing.list_spots(top, stops))
    service.refresh_from_db()
    return service


def _sources(top: Section) -> dict[str, list[str]]:
    """Names of `bookings.sources`; as they were where the file doesn't tell. `put_service` looks whether there are such."""
    section = top.section("service")
    return {"sources": section.get("sources", list)} if "sources" in section.data else {}


def _settlements(stops: list[StopRow]) -> Iterator[Place]:
    """Each settlement of the stops, in the middle of them."""
    by_name: dict[str, list[StopRow]] = defaultdict(list)
    for stop in stops:
        by_name[stop.settlement].append(stop)
    for name, those in by_name.items():
        if name:
            lon, lat = (mean(each) for each in zip(*(stop.position.coords for stop in those), strict=True))
            yield Place(kind=PlaceKind.SETTLEMENT, name=name, code=slugify(name)[:40], position=Position(lon, lat, srid=4326))


def _landmarks(rows: list[StopRow]) -> Iterator[Place]:
    for row in rows:
        yield Place(kind=PlaceKind.LANDMARK, name=row.name, detail=row.settlement, code=row.code, position=row.position)
