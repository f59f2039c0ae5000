"""Rutland on its real roads and with its real bus stops, as a folder that a service is loaded from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from shapely import MultiPoint, to_geojson

from tests.backend.api_world import RIPON

OAKHAM = [-0.7305, 52.6703]
"""Near the railway station: where this test keeps its buses."""


def write_folder(folder: Path, naptan: Path) -> None:
    """Write service.json, stops.csv and area.geojson; rules, fares, fleet and shifts are those of Ripon."""
    folder.mkdir()
    with naptan.open(encoding="utf-8-sig", newline="") as file:
        stops = [row for row in csv.DictReader(file) if row["StopType"] == "BCT" and row["Status"] == "active"]
    with (folder / "stops.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["code", "name", "settlement", "lon", "lat", "atco_code", "source"])
        for row in stops:
            name = " ".join(filter(None, (row["CommonName"], row["Indicator"])))
            out.writerow(
                [row["ATCOCode"], name, row["LocalityName"], row["Longitude"], row["Latitude"], row["ATCOCode"], "NaPTAN"]
            )
    hull = MultiPoint([(float(row["Longitude"]), float(row["Latitude"])) for row in stops]).convex_hull.buffer(0.01)
    area = {"type": "MultiPolygon", "coordinates": [json.loads(to_geojson(hull))["coordinates"]]}
    feature = {"type": "Feature", "properties": {"service": "rutland"}, "geometry": area}
    (folder / "area.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))

    described = json.loads((RIPON / "service.json").read_text())
    described["service"] |= {"slug": "rutland", "name": "Rutland"}
    described["depots"] = [{"code": "depot", "name": "Oakham", "point": OAKHAM}]
    for shift in described["shifts"]:
        for pause in shift["breaks"]:
            pause["place"] = "depot"
    (folder / "service.json").write_text(json.dumps(described))
