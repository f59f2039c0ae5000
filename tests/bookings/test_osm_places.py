"""A map from OpenStreetMap is read for what people name: villages, streets, surgeries, bus stops."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pyogrio
import pytest
import shapely
from shapely.geometry import Point as Shape

from bookings.open_data.osm_kinds import SETTLEMENTS
from bookings.open_data.osm_places import OsmPlace, OsmPlaces, read_osm_places
from routing.travel.osm import BadExtract
from routing.travel.sphere import distance_m

Tags = dict[str, str]


class Map:
    """A small map: things at places in units of about a metre east and north of 52.67 N, 0.73 W."""

    def __init__(self, folder: Path) -> None:
        self.path, self.nodes, self.others = folder / "map.osm", "", ""
        self.count = 0

    def node(self, x: float, y: float, **tags: str) -> int:
        self.count += 1
        at = f'lat="{52.67 + y / 111_000:.7f}" lon="{-0.73 + x / 67_000:.7f}"'
        self.nodes += f'<node id="{self.count}" version="1" {at}>{_tags(tags)}</node>\n'
        return self.count

    def way(self, *places: tuple[float, float], closed: bool = False, **tags: str) -> int:
        nodes = [self.node(x, y) for x, y in places]
        self.count += 1
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes + nodes[:closed])
        self.others += f'<way id="{self.count}" version="1">{refs}{_tags(tags)}</way>\n'
        return self.count

    def read(self) -> OsmPlaces:
        self.path.write_text(f"<osm version='0.6'>\n{self.nodes}{self.others}</osm>")
        return read_osm_places(self.path)


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key.replace('__', ':'))} v={quoteattr(value)}/>" for key, value in tags.items())


@pytest.fixture
def town(tmp_path: Path) -> Map:
    """Oakham, with the village of Langham three kilometres to the north."""
    town = Map(tmp_path)
    town.node(0, 0, place="town", name="Oakham")
    town.node(0, 3000, place="village", name="Langham")
    return town


def told(places: tuple[OsmPlace, ...]) -> list[str]:
    return sorted(f"{place.name}: {place.kind}, {place.settlement}" for place in places)


def test_a_street_of_several_ways_is_one_place_and_lies_on_the_street(town: Map) -> None:
    oldest = town.way((0, 0), (100, 0), highway="primary", name="High Street")
    town.way((100, 0), (200, 0), (300, 40), highway="primary", name="High  Street ")
    town.way((0, 3000), (0, 3100), highway="residential", name="High Street")  # Langham has one too

    oakham, langham = sorted(town.read().streets, key=lambda street: street.position.lat)

    assert (oakham.code, oakham.name, oakham.settlement) == (f"w{oldest}", "High Street", "Oakham")
    assert oakham.position.lon == pytest.approx(-0.73 + 100 / 67_000)  # a node of it, not the middle of nowhere
    assert langham.settlement == "Langham"


def test_a_town_reaches_farther_than_a_village(town: Map) -> None:
    town.node(0, 1800, amenity="pharmacy", name="Pharmacy on the edge")  # 1800 m to Oakham, 1200 m to Langham
    town.node(0, 2200, amenity="pharmacy", name="Pharmacy in the fields")

    assert told(town.read().landmarks) == [
        "Pharmacy in the fields: Pharmacy, Langham",
        "Pharmacy on the edge: Pharmacy, Oakham",
    ]


def test_what_else_a_place_is_and_was_called(town: Map) -> None:
    other = {"name:en": "Cardiff", "name:cy": "Caerdydd", "name:be-x-old": "Кардыф", "alt_name": "The Diff ;  Cerdiff;"}
    other |= {
        "old_name": "cardiff",
        "official_name:en": "City and County of Cardiff",
        "short_name": "Cdf",
        "loc_name": "Kairdiff",
    }
    none = {
        "name:source": "survey",
        "name:etymology:wikidata": "Q1",
        "name:left": "Leftside",
        "operator": "Council",
        "old_ref": "A",
    }
    town.node(9000, 0, place="city", name="Cardiff", **other, **none)

    cardiff = next(place for place in town.read().settlements if place.name == "Cardiff")

    assert sorted(cardiff.other_names) == [
        "Caerdydd", "Cdf", "Cerdiff", "City and County of Cardiff", "Kairdiff", "The Diff", "Кардыф",
    ]  # fmt: skip


def test_a_street_and_a_school_have_the_other_names_of_all_their_parts(town: Map) -> None:
    town.way((0, 0), (100, 0), highway="primary", name="High Street", name__cy="Stryd Fawr")
    town.way((100, 0), (200, 0), highway="primary", name="High Street", name__cy="Stryd fawr", old_name="London Road")
    town.way(
        (0, 100), (80, 100), (80, 160), (0, 160), closed=True, amenity="school", name="Catmose College", old_name="Vale School"
    )
    town.node(40, 130, amenity="school", name="Catmose College", short_name="CC")  # drawn twice

    places = town.read()

    assert [place.other_names for place in places.streets] == [("Stryd Fawr", "London Road")]
    assert [place.other_names for place in places.landmarks] == [("CC", "Vale School")]


def test_landmarks_are_points_and_outlines_and_no_benches(town: Map) -> None:
    town.node(10, 10, amenity="doctors", name="Oakham Medical Practice")
    school = town.way((0, 100), (80, 100), (80, 160), (0, 160), closed=True, amenity="school", name="Catmose College")
    town.node(40, 130, amenity="school", name="Catmose College")  # drawn twice
    town.node(20, 20, shop="supermarket", brand="Co-op Food")
    town.node(30, 20, amenity="hospital")
    town.node(30, 30, amenity="bench", name="In memory of Alf")
    town.node(50, 30, amenity="pub")  # a pub without a name helps nobody
    town.node(60, 30, place="farm", name="Lodge Farm")

    places = town.read()

    assert told(places.landmarks) == [
        "Catmose College: School, Oakham",
        "Co-op Food: Supermarket, Oakham",
        "Hospital: Hospital, Oakham",
        "Oakham Medical Practice: Surgery, Oakham",
    ]
    assert f"w{school}" not in {place.code for place in places.landmarks}
    assert "Lodge Farm: Farm, Oakham" in told(places.settlements)


def test_the_middle_of_a_school_that_is_only_drawn_as_an_outline(town: Map) -> None:
    school = town.way((0, 100), (80, 100), (80, 160), (0, 160), closed=True, amenity="school", name="Catmose College")

    (place,) = town.read().landmarks

    assert place.code == f"w{school}"
    assert place.position == pytest.approx((-0.73 + 40 / 67_000, 52.67 + 130 / 111_000))


def test_bus_stops_keep_what_is_tagged_and_learn_their_street(town: Map) -> None:
    town.way((0, 0), (0, 100), highway="residential", name="John Street")
    town.node(3, 40, highway="bus_stop", name="Market Place", naptan__AtcoCode="2700A", naptan__NaptanCode="rtladadw", ref="7")
    town.node(-3, 42, highway="bus_stop", name="Market Place", naptan__AtcoCode="2700B", wheelchair="no")  # across
    town.node(3, 90, public_transport="platform", bus="yes", ref="12 B")
    town.node(9, 90, public_transport="platform", tram="yes")

    stops = {stop.atco_code: stop for stop in town.read().bus_stops}

    assert set(stops) == {"2700A", "2700B", ""}
    first = stops["2700A"]
    assert (first.name, first.public_code, first.wheelchair) == ("Market Place", "rtladadw", None)
    assert (first.street, first.settlement) == ("John Street", "Oakham")
    assert (stops["2700B"].public_code, stops["2700B"].wheelchair) == ("", False)
    assert stops[""].public_code == "12 B"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("half.osm.pbf", "half of Rutland"),
        ("letter.osm.pbf", b"Dear council, please find enclosed the map."),
        ("cut.osm", b"<?xml version='1.0'?><osm version='0.6'><node id='1' lat='52"),
        ("page.osm", b"<html><body>Error 404</body></html>"),
        ("stops.csv", b"ATCOCode,CommonName\n"),
    ],
)
def test_what_is_no_map_is_told(tmp_path: Path, shared_data: Path, name: str, content: bytes | str) -> None:
    if isinstance(content, str):
        whole = (shared_data / "roads" / "rutland.osm.pbf").read_bytes()
        content = whole[: len(whole) // 2]
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BadExtract, match=f"{name}: not an OpenStreetMap extract"):
        read_osm_places(tmp_path / name)


def test_a_map_that_isn_t_there(tmp_path: Path) -> None:
    with pytest.raises(BadExtract, match="no such file"):
        read_osm_places(tmp_path / "rutland.osm.pbf")


def gdal(path: Path, layer: str, *columns: str) -> list[tuple[str | None, ...]]:
    """Rows of GDAL's reading of an extract, with the shape as the last column."""
    names, _, shapes, values = pyogrio.raw.read(path, layer=layer, columns=list(columns))
    by_name = dict(zip(names["fields"], values, strict=True))
    return list(zip(*(by_name[column] for column in columns), shapely.from_wkb(shapes), strict=True))


@pytest.mark.parametrize("country", ["rutland", "andorra"])
def test_a_real_map_has_what_gdal_counts(shared_data: Path, country: str) -> None:
    path = shared_data / "roads" / f"{country}.osm.pbf"
    points = gdal(path, "points", "name", "place", "highway")
    towns = [" ".join(name.split()) for name, place, _, _ in points if name and place in ("town", "village", "hamlet")]
    streets = {
        " ".join(name.split()) for name, kind, _ in gdal(path, "lines", "name", "highway") if name and kind == "residential"
    }

    read = read_osm_places(path)

    settlements = [each.name for each in read.settlements if each.kind in ("Town", "Village", "Hamlet")]
    assert set(settlements) >= set(towns)
    assert len(towns) <= len(settlements) <= len(towns) + 2  # those that are drawn as an outline
    assert len(streets) > 100
    assert {each.name for each in read.streets} >= streets
    assert len(read.bus_stops) == sum(kind == "bus_stop" for _, _, kind, _ in points)
    codes = [each.code for each in (*read.streets, *read.landmarks, *read.settlements)]
    assert len(codes) == len(set(codes))


def test_other_names_of_a_real_map(shared_data: Path) -> None:
    path = shared_data / "roads" / "andorra.osm.pbf"
    tagged = {
        " ".join((name or "").split()): dict(re.findall('"([^"]+)"=>"([^"]*)"', others or ""))
        for name, place, others, _ in gdal(path, "points", "name", "place", "other_tags")
        if place in SETTLEMENTS
    }

    called = {place.name: set(place.other_names) for place in read_osm_places(path).settlements}

    wanted = {name: {value for key, value in tags.items() if key.startswith("name:")} - {name} for name, tags in tagged.items()}
    assert {name: called[name] for name in wanted} == wanted
    assert len(called["Andorra la Vella"]) > 40
    assert sum(bool(others) for others in called.values()) > 10


def test_streets_of_rutland_lie_on_their_roads(shared_data: Path) -> None:
    path = shared_data / "roads" / "rutland.osm.pbf"
    lines: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for name, shape in gdal(path, "lines", "name") + gdal(path, "multipolygons", "name"):
        lines[" ".join((name or "").split())].append(shape)

    read = read_osm_places(path)

    off = [
        street for street in read.streets if min(shape.distance(Shape(street.position)) for shape in lines[street.name]) > 1e-6
    ]
    assert off == []
    oakham = next(street for street in read.streets if street.name == "High Street" and street.settlement == "Oakham")
    station = next(place for place in read.landmarks if place.kind == "Railway station")
    assert distance_m(oakham.position, station.position) < 800
