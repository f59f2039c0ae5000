"""A small town as open data: streets every 300 m, a lane that nothing leads to, bus stops, postcodes, an area and a fleet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from bookings.actions.add_service import Terms, add_service
from bookings.actions.service_report import Report
from bookings.open_data.survey import Sources

EAST, NORTH = 300 / 67_537, 300 / 111_195
"""A block of 300 m in degrees, at this latitude."""
SIZE = 5
NAPTAN_COLUMNS = (
    "ATCOCode", "CommonName", "Indicator", "LocalityName", "Easting", "Northing", "Longitude", "Latitude", "StopType", "Status",
)  # fmt: skip
FLEET = (
    "vehicle,name,registration,layouts,depot,lon,lat,shift,days,from,to,driver\n"
    "bus-1,Bus 1,AB1 CDE,8+0 5+1,Yard,-0.7,52.6,day,mon-sat,08:00,17:00,Ash Wheeler\n"
)


def at(column: float, row: float) -> tuple[float, float]:
    """Longitude and latitude of a corner, counted in blocks from the south-west."""
    return round(-0.7 + column * EAST, 6), round(52.6 + row * NORTH, 6)


def add(sources: dict[str, Any], slug: str = "mudford", dry_run: bool = False, **terms: Any) -> Report:
    """Add a service; its roads stay where they are."""
    return add_service(
        Terms(slug, **terms), Sources(**sources), keep_roads=lambda size: "kept.osm", say=lambda step: None, dry_run=dry_run
    )


@dataclass
class OpenTown:
    """Files to make a service from; change the attributes and `write` again for another year's."""

    folder: Path
    stops: list[tuple[str, str, float, float]] = field(
        default_factory=lambda: [("9A", "Mill", 0, 0), ("9B", "School", 2, 2), ("9C", "Church", 4, 4)]
    )
    """ATCO code, name, column, row."""
    postcodes: list[tuple[str, float, float]] = field(
        default_factory=lambda: [("AB1 1AA", 0.1, 0), ("AB1 1AB", 2, 2.2), ("AB1 1AC", 4, 0)]
    )
    outline: list[tuple[float, float]] = field(default_factory=lambda: [at(-1, -1), at(9, -1), at(9, 5), at(-1, 5)])
    fleet: str = FLEET
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    """Other tags of a street, by its name."""

    def write(self) -> OpenTown:
        rows = [f"{code},{name},,Mudford,,,{at(x, y)[0]},{at(x, y)[1]},BCT,active" for code, name, x, y in self.stops]
        self.path("stops.csv").write_text("\n".join([",".join(NAPTAN_COLUMNS), *rows]) + "\n")
        places = [f"{code},{at(x, y)[0]},{at(x, y)[1]}" for code, x, y in self.postcodes]
        self.path("postcodes.csv").write_text("\n".join(["postcode,lon,lat", *places]) + "\n")
        ring = [*self.outline, self.outline[0]]
        self.path("area.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
        self.path("fleet.csv").write_text(self.fleet)
        self.path("town.osm").write_text(_osm(self.tags))
        return self

    def path(self, name: str) -> Path:
        return self.folder / name

    def sources(self, **others: Any) -> dict[str, Any]:
        """What `bookings.open_data.survey.Sources` takes."""
        named = {"roads": self.path("town.osm"), "area": self.path("area.geojson"), "fleet": self.path("fleet.csv")}
        return {**named, "stops": (self.path("stops.csv"),), "postcodes": (self.path("postcodes.csv"),), **others}

    def options(self, **others: str | None) -> list[str]:
        """The same for the command line; None leaves an option out."""
        named: dict[str, str | None] = {
            "roads": "town.osm", "area": "area.geojson", "fleet": "fleet.csv", "stops": "stops.csv", "postcodes": "postcodes.csv",
        }  # fmt: skip
        pairs = [(f"--{key}", str(self.path(value))) for key, value in {**named, **others}.items() if value]
        return [part for pair in pairs for part in pair]


def _osm(other: dict[str, dict[str, str]]) -> str:
    """The town's extract: every street a way, and an island of one lane at its east."""
    number = {(x, y): 1 + x + SIZE * y for x in range(SIZE) for y in range(SIZE)}
    ways = [([number[x, y] for x in range(SIZE)], {"highway": "residential", "name": f"Street {y}"}) for y in range(SIZE)]
    ways += [([number[x, y] for y in range(SIZE)], {"highway": "residential", "name": f"Avenue {x}"}) for x in range(SIZE)]
    nodes = {code: (at(*corner), {}) for corner, code in number.items()}
    nodes |= {101: (at(8, 0), {}), 102: (at(8, 1), {})}
    ways.append(([101, 102], {"highway": "residential", "name": "Island Lane"}))
    nodes[201] = at(2, 2.1), {"place": "village", "name": "Mudford"}
    nodes[202] = at(1, 1.05), {"amenity": "hospital", "name": "Cottage Hospital"}
    nodes[203] = at(1, 0.02), {"highway": "bus_stop", "name": "Market Cross", "naptan:AtcoCode": "9C", "wheelchair": "no"}
    nodes[203][1]["naptan:NaptanCode"] = "mudadgjm"
    nodes[204] = at(3, 3.02), {"highway": "bus_stop"}
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n'
    ways = [(refs, tags | other.get(tags["name"], {})) for refs, tags in ways]
    return head + "".join([*_nodes(nodes), *_ways(ways)]) + "</osm>\n"


def _nodes(nodes: dict[int, Any]) -> Iterable[str]:
    for code, ((lon, lat), tags) in sorted(nodes.items()):
        yield f'<node id="{code}" version="1" lon="{lon}" lat="{lat}">{_tags(tags)}</node>\n'


def _ways(ways: list[tuple[list[int], dict[str, str]]]) -> Iterable[str]:
    for code, (nodes, tags) in enumerate(ways, 1):
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        yield f'<way id="{code}" version="1">{refs}{_tags(tags)}</way>\n'


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
