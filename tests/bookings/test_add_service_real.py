"""Services from real files: a county of England with stops and postcodes, and a country from its extract alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely

from bookings.actions.accept_stops import accept_stops
from bookings.actions.service_report import Report
from bookings.models import Place, Service, Stop
from bookings.queries.stop_suggestions import as_geojson, suggest_stops
from routing.travel.osm import read_osm
from tests.bookings.open_town import add

pytestmark = pytest.mark.django_db
RUTLAND = Path(__file__).resolve().parents[2] / "fixtures" / "rutland"


def add_rutland(data: Path) -> Report:
    sources = {
        "roads": data / "roads" / "rutland.osm.pbf",
        "area": RUTLAND / "area.geojson",
        "fleet": RUTLAND / "fleet.csv",
        "stops": (data / "stops" / "naptan-268-rutland.csv",),
        "postcodes": tuple(data / "postcodes" / name for name in ("le.csv", "pe.csv")),
    }
    return add(sources, "rutland")


def test_rutland_as_it_is_published(shared_data: Path) -> None:
    report = add_rutland(shared_data)

    with (shared_data / "stops" / "naptan-268-rutland.csv").open(encoding="utf-8-sig") as file:
        active = [row for row in csv.DictReader(file) if (row["StopType"], row["Status"]) == ("BCT", "active")]
    assert set(Stop.objects.values_list("code", flat=True)) == {row["ATCOCode"] for row in active}
    # The district in Code-Point Open tells which postcodes are Rutland's; the area is drawn by hand and a little wider.
    rows = [row for name in ("le.csv", "pe.csv") for row in csv.reader((shared_data / "postcodes" / name).open())]
    districts = {row[0].replace(" ", ""): row[8] for row in rows}
    ours = set(Place.objects.filter(kind="postcode").values_list("code", flat=True))
    county = {code for code, district in districts.items() if district == "E06000017"}
    assert len(ours & county) > 0.99 * len(county)
    assert len(ours - county) < 0.03 * len(ours)
    assert report.found.roads.share > 0.95
    assert covered_by_brute_force() == report.coverage.covered


@pytest.mark.slow
def test_suggested_stops_bring_rutland_to_95_percent(shared_data: Path, tmp_path: Path) -> None:
    add_rutland(shared_data)
    service, graph = Service.objects.get(), read_osm(shared_data / "roads" / "rutland.osm.pbf")
    postcodes = service.places.filter(kind="postcode").count()
    before = covered_by_brute_force() / postcodes
    found = suggest_stops(service, graph)
    assert found.enough
    assert len(found.stops) == found.at_least, "and it's proven that fewer won't do"

    path = tmp_path / "map.geojson"
    path.write_text(json.dumps(as_geojson(found)))
    accept_stops(service, path, graph)
    assert before < 0.92
    assert covered_by_brute_force() / postcodes >= 0.95


def covered_by_brute_force() -> int:
    """Postcodes of which some stop is near enough on a sphere, straight distance times 1.25."""

    def radians(rows: Any) -> Any:
        return np.radians([(row.position.x, row.position.y) for row in rows])

    homes, stops = radians(Place.objects.filter(kind="postcode"))[:, None], radians(Stop.objects.filter(active=True))[None]
    lon, lat = homes[..., 0] - stops[..., 0], homes[..., 1] - stops[..., 1]
    arc = np.sin(lat / 2) ** 2 + np.cos(homes[..., 1]) * np.cos(stops[..., 1]) * np.sin(lon / 2) ** 2
    metres = 2 * 6_371_008.8 * np.arcsin(np.sqrt(arc)) * 1.25
    return int((np.round(metres).min(axis=1) <= 800).sum())


def test_andorra_has_all_it_needs_in_its_extract(shared_data: Path, tmp_path: Path) -> None:
    roads, box = shared_data / "roads" / "andorra.osm.pbf", shapely.box(1.41, 42.43, 1.79, 42.66)
    area, fleet = tmp_path / "area.geojson", tmp_path / "fleet.csv"
    area.write_text(shapely.to_geojson(box))
    fleet.write_text(
        (RUTLAND / "fleet.csv")
        .read_text()
        .replace("-0.7305,52.6703", "1.5218,42.5063")
        .replace("-0.7220,52.5890", "1.5218,42.5063")
    )
    report = add({"roads": roads, "area": area, "fleet": fleet}, "andorra", zone="Europe/Andorra")

    nodes = osmium.FileProcessor(str(roads), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("highway"))
    tagged = {f"osm-n{node.id}" for node in nodes if node.tags.get("highway") == "bus_stop"}
    assert set(Stop.objects.values_list("code", flat=True)) == tagged
    assert Place.objects.filter(kind="settlement", name="Andorra la Vella").exists()
    assert report.coverage.addresses == len(report.found.settlements) + len(report.found.landmarks)
