"""Services from real files: a county of England with stops and postcodes, and a country from its extract alone."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely

from bookings.models import Place, Stop
from tests.bookings.open_town import add

pytestmark = pytest.mark.django_db
RUTLAND = Path(__file__).resolve().parents[2] / "fixtures" / "rutland"


def test_rutland_as_it_is_published(shared_data: Path) -> None:
    roads, naptan = shared_data / "roads" / "rutland.osm.pbf", shared_data / "stops" / "naptan-268-rutland.csv"
    postcodes = tuple(shared_data / "postcodes" / name for name in ("le.csv", "pe.csv"))
    report = add(
        {
            "roads": roads,
            "area": RUTLAND / "area.geojson",
            "fleet": RUTLAND / "fleet.csv",
            "stops": (naptan,),
            "postcodes": postcodes,
        },
        "rutland",
    )

    with naptan.open(encoding="utf-8-sig") as file:
        active = [row for row in csv.DictReader(file) if (row["StopType"], row["Status"]) == ("BCT", "active")]
    assert set(Stop.objects.values_list("code", flat=True)) == {row["ATCOCode"] for row in active}
    # The district in Code-Point Open tells which postcodes are Rutland's; the area is drawn by hand and a little wider.
    rows = [row for path in postcodes for row in csv.reader(path.open())]
    districts = {row[0].replace(" ", ""): row[8] for row in rows}
    ours = set(Place.objects.filter(kind="postcode").values_list("code", flat=True))
    county = {code for code, district in districts.items() if district == "E06000017"}
    assert len(ours & county) > 0.99 * len(county)
    assert len(ours - county) < 0.03 * len(ours)
    assert report.found.roads.share > 0.95
    assert covered_by_brute_force() == report.coverage.covered


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
