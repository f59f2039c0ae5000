"""Services from real files: a county of England with stops and postcodes, and a country from its extract alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely
from django.db import transaction
from pytest_django import DjangoDbBlocker
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from bookings.actions.accept_stops import accept_stops
from bookings.actions.service_report import Report
from bookings.gazetteer.kept import read_gazetteer
from bookings.gazetteer.search import search
from bookings.models import Place, Service, Stop
from bookings.queries.stop_suggestions import as_geojson, suggest_stops
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm
from routing.travel.osm_walks import read_walks
from tests.bookings.open_town import add

pytestmark = pytest.mark.django_db
RUTLAND = Path(__file__).resolve().parents[2] / "fixtures" / "rutland"


IN_RUTLAND = pytest.mark.xdist_group("rutland")
walks_of = cache(read_walks)


@pytest.fixture(scope="module")
def rutland(shared_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Report]:
    """Rutland, added once for all of these; what a test changes is undone after it."""
    sources = {
        "roads": shared_data / "roads" / "rutland.osm.pbf",
        "area": RUTLAND / "area.geojson",
        "fleet": RUTLAND / "fleet.csv",
        "stops": (shared_data / "stops" / "naptan-268-rutland.csv",),
        "postcodes": tuple(shared_data / "postcodes" / name for name in ("le.csv", "pe.csv")),
    }
    with django_db_blocker.unblock(), transaction.atomic():
        yield add(sources, "rutland")
        transaction.set_rollback(True)


@IN_RUTLAND
def test_rutland_as_it_is_published(rutland: Report, shared_data: Path) -> None:
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
    assert rutland.found.roads.share > 0.95
    # From junction to junction it's a little farther than from door to stop, as the report has it.
    assert covered_by_dijkstra(rutland.found.roads.file) == pytest.approx(rutland.coverage.share - 0.015, abs=0.02)


@IN_RUTLAND
@pytest.mark.slow
def test_suggested_stops_bring_rutland_to_95_percent(rutland: Report, shared_data: Path, tmp_path: Path) -> None:
    service, graph = Service.objects.get(), read_osm(shared_data / "roads" / "rutland.osm.pbf")
    footways = RoadGraphTimes(walks_of(shared_data / "roads" / "rutland.osm.pbf"))
    found = suggest_stops(service, graph, footways=footways)
    assert found.enough
    assert len(found.stops) == found.at_least, "and it's proven that fewer won't do"
    before = covered_by_dijkstra(shared_data / "roads" / "rutland.osm.pbf")

    path = tmp_path / "map.geojson"
    path.write_text(json.dumps(as_geojson(found)))
    accept_stops(service, path, graph)
    after = covered_by_dijkstra(shared_data / "roads" / "rutland.osm.pbf")
    assert after - before == pytest.approx(found.after.share - found.before.share, abs=0.02)


def covered_by_dijkstra(extract: Path) -> float:
    """The share of postcodes from whose nearest junction of footways some stop's nearest junction is near enough, by SciPy."""
    graph = walks_of(extract)
    plane = (111_195 * np.cos(np.radians(52.65)), 111_195)
    junctions = KDTree(np.column_stack([graph.lon, graph.lat]) * plane)

    def nearest(rows: Any) -> tuple[Any, Any]:
        return junctions.query(np.array([(row.position.x, row.position.y) for row in rows]) * plane)

    to_home, homes = nearest(Place.objects.filter(kind="postcode"))
    to_stop, stops = nearest(Stop.objects.filter(active=True))
    links = coo_array((graph.length_m, (graph.tail, graph.head)), shape=(graph.nodes, graph.nodes)).tocsr()
    metres = to_stop[:, None] + dijkstra(links, indices=stops, limit=900)[:, homes] + to_home
    return float(np.mean(metres.min(axis=0) <= 800))


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
    assert set(Stop.objects.filter(service__slug="andorra").values_list("code", flat=True)) == tagged
    assert Place.objects.filter(kind="settlement", name="Andorra la Vella").exists()
    gazetteer = read_gazetteer(report.service)
    for typed, also in (("andorra la vella", ""), ("andorre la vieille", "Andorre-la-Vieille"), ("Андорра", "Андорра-ла-Велья")):
        found = [(each.name, each.also) for each in search(typed, [gazetteer], near=None, limit=20) if each.kind == "settlement"]
        assert found[0] == ("Andorra la Vella", also)
        assert len(dict(found)) == len(found)
    assert report.coverage.addresses == len(report.found.settlements) + len(report.found.landmarks)
