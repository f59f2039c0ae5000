"""zones.geojson and `trips` of a service folder: read, brought up to date, and complained about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bookings.actions.load_service import load_service
from bookings.files import BadFile
from bookings.models import ForbiddenTrip, Service, Zone
from tests.bookings.test_load_service import edit, folder

__all__ = ["folder"]

pytestmark = pytest.mark.django_db


def feature(code: str, *corners: float, **told: Any) -> dict[str, Any]:
    west, south, east, north = corners
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": code.title(), **told},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def draw(folder: Path, *features: Any) -> None:
    (folder / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


RIPON = feature("ripon", -1.56, 54.11, -1.49, 54.16, rank=1)
MASHAM = feature("masham", -1.69, 54.20, -1.62, 54.25)
TRIPS = {"zones": "between", "min_m": 500, "forbidden": [{"from": "ripon", "to": "masham", "both_ways": False, "why": "bus 144"}]}


def test_a_folder_has_zones_and_which_trips_are_taken(folder: Path) -> None:
    draw(folder, RIPON, MASHAM)
    edit(folder, lambda data: data.update(trips=TRIPS))
    service = load_service(folder)
    assert [(row.code, row.name, row.rank) for row in service.zones.all()] == [("masham", "Masham", 0), ("ripon", "Ripon", 1)]
    assert (service.zone_trips, service.min_trip_m, service.max_trip_m) == ("between", 500, None)
    ban = ForbiddenTrip.objects.get()
    assert (ban.origin.code, ban.destination.code, ban.both_ways, ban.why) == ("ripon", "masham", False, "bus 144")


def test_loaded_again_zones_change_come_and_go(folder: Path) -> None:
    draw(folder, RIPON, MASHAM)
    edit(folder, lambda data: data.update(trips=TRIPS))
    load_service(folder)
    kept = Zone.objects.get(code="ripon").pk
    draw(folder, RIPON | {"properties": {"code": "ripon", "name": "The city"}}, feature("bedale", -1.62, 54.26, -1.56, 54.31))
    edit(folder, lambda data: data["trips"].update(forbidden=[{"from": "bedale", "to": "bedale"}]))
    service = load_service(folder)
    assert {row.code: row.name for row in service.zones.all()} == {"ripon": "The city", "bedale": "Bedale"}
    assert Zone.objects.get(code="ripon").pk == kept
    assert [str(ban) for ban in ForbiddenTrip.objects.all()] == ["Bedale and Bedale"]


def test_what_a_folder_does_not_tell_stays_as_it_is(folder: Path) -> None:
    draw(folder, RIPON, MASHAM)
    edit(folder, lambda data: data.update(trips=TRIPS))
    load_service(folder)
    (folder / "zones.geojson").unlink()
    edit(folder, lambda data: data.pop("trips"))
    service = load_service(folder)
    assert (service.zones.count(), ForbiddenTrip.objects.count(), service.zone_trips) == (2, 1, "between")


@pytest.mark.parametrize(
    ("features", "where", "remedy"),
    [
        ([], "features", "FeatureCollection"),
        (["ripon"], "features[0]", "GeoJSON Feature"),
        ([RIPON, RIPON], "features[1].properties.code", "already"),
        ([RIPON | {"properties": None}], "features[0].properties.code", "letters"),
        ([RIPON | {"properties": {"code": "the city", "name": "x"}}], "features[0].properties.code", "letters"),
        ([RIPON | {"properties": {"code": "ripon"}}], "features[0].properties.name", "name"),
        ([feature("ripon", -1.56, 54.11, -1.49, 54.16, rank=-1)], "features[0].properties.rank", "whole number"),
        ([feature("ripon", -1.56, 54.11, -1.49, 54.16, rank="first")], "features[0].properties.rank", "whole number"),
        ([RIPON | {"geometry": None}], "features[0].geometry", "Polygon"),
        ([RIPON, feature("york", -1.2, 53.9, -1.0, 54.0)], "features[1]", "no part in the area"),
        ([feature("swapped", 54.11, -1.56, 54.16, -1.49)], "features[0]", "no part in the area"),
    ],
)
def test_zones_that_cant_be_used_are_told_of(folder: Path, features: list[Any], where: str, remedy: str) -> None:
    draw(folder, *features)
    with pytest.raises(BadFile) as told:
        load_service(folder)
    assert (told.value.file.name, told.value.where) == ("zones.geojson", where)
    assert remedy in told.value.remedy
    assert not Service.objects.exists()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda trips: trips.update(zones="within"), "trips.zones"),
        (lambda trips: trips.update(min_m=-1), "trips.min_m"),
        (lambda trips: trips.update(max_m="far"), "trips.max_m"),
        (lambda trips: trips.update(forbidden=[{"from": "ripon", "to": "leeds"}]), "trips.forbidden[0].to"),
        (lambda trips: trips.update(forbidden=[{"from": "ripon"}]), "trips.forbidden[0]"),
    ],
)
def test_trips_that_make_no_sense_are_told_of(folder: Path, change: Callable[[Any], object], where: str) -> None:
    draw(folder, RIPON, MASHAM)

    def spoil(data: dict[str, Any]) -> None:
        data["trips"] = json.loads(json.dumps(TRIPS))
        change(data["trips"])

    edit(folder, spoil)
    with pytest.raises(BadFile) as told:
        load_service(folder)
    assert told.value.where == where
    assert not Service.objects.exists()
