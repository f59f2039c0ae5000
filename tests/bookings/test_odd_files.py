"""Files that are something else than their names say, broken, or spoilt by a spreadsheet: each is told with the remedy."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely

from bookings.files import BadFile, read_json
from bookings.open_data.area import read_area
from bookings.open_data.candidates import quiet_links
from bookings.open_data.elsewhere import why_elsewhere
from bookings.open_data.extracts import check_extract
from bookings.open_data.fleet import read_fleet
from bookings.open_data.naptan import read_naptan
from bookings.open_data.national_grid import grid_of, lonlat_of
from bookings.open_data.postcodes import read_postcodes
from bookings.open_data.roads import read_roads
from bookings.open_data.rules import read_rules
from bookings.open_data.survey import Sources, survey
from bookings.open_data.values import Why
from routing.travel.osm import read_osm
from routing.travel.vehicle_size import MINIBUS_SIZE
from tests.bookings.open_town import FLEET, NAPTAN_COLUMNS, OpenTown
from tests.bookings.test_open_fleet import EARLY, fleet_file


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def told(read: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(BadFile) as error:
        read(path)
    return f"{error.value.where}: {error.value.remedy}"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[" * 200_000, "its brackets: they are nested too deeply: is it the right file?"),
        ('{"a":' * 200_000, "its brackets: they are nested too deeply"),
        ('{"type": ' + "9" * 5_000 + "}", "its numbers: one has thousands of digits"),
        ('{"name":\n "a\\u0000b"}', "line 2: take out the \\u0000"),
        ("{\n", "line 2: this is not JSON"),
    ],
    ids=["brackets", "objects", "digits", "NUL", "short"],
)
def test_odd_json_is_no_crash(tmp_path: Path, content: str, complaint: str) -> None:
    path = written(tmp_path, "area.geojson", content)
    for read in (read_area, read_rules, read_json):
        assert told(read, path).startswith(complaint)


def test_coordinates_in_many_brackets_are_no_crash_either(tmp_path: Path) -> None:
    for depth in range(700, 1010):  # among them those that are read, and are too deep to be written again
        nested = '{"type": "Polygon", "coordinates": ' + "[" * depth + "]" * depth + "}"
        assert told(read_area, written(tmp_path, "area.geojson", nested))
    huge = '{"type": "Polygon", "coordinates": [[[' + "9" * 400 + ", 0], [1, 0], [1, 1], [0, 0]]]}"
    assert told(read_area, written(tmp_path, "area.geojson", huge))


def test_a_nul_in_a_table_is_told_with_its_row(tmp_path: Path) -> None:
    nul = "it has a NUL character in it: save it as CSV (UTF-8) anew"
    assert told(read_fleet, written(tmp_path, "fleet.csv", FLEET.replace("Ash", "A\0sh"))) == f"row 2: {nul}"
    postcodes = "postcode,lon,lat\nAB1 1AA,0,0\nAB1\0 1AB,0,0\n"
    assert told(lambda path: read_postcodes([path]), written(tmp_path, "p.csv", postcodes)) == f"row 3: {nul}"


WORKBOOK = "the file: it is a workbook or a ZIP: save it as CSV (UTF-8), and give that"
CODE_POINT = '"LE15 6AB",10,486000,308000,"E92000001","","E18000000","","E06000017","E05000000"\n'
NAMES = "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,NHS_R,NHS_H,County,District,Ward\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", WORKBOOK),
        (gzip.compress(CODE_POINT.encode()), "the file: it is compressed (gzip): save it as CSV (UTF-8), and give that"),
        (b"postcode,lon,lat\nM\xfcnster,1,2\n", "row 1 or a few after it: save it as UTF-8"),
        ("postcode;lon;lat\nAB1 1AA;0;0\n", "row 1: save it as CSV with commas between the values"),
        ("postcode\tlon\tlat\n", "row 1: save it as CSV with commas between the values"),
        ("LE15 6AB;10;486000;308000\n", "row 1: save it as CSV with commas between the values"),
        ("postcode,lon,lat\nAB1 1AA,0,0\n ,0,0\n", "row 3: give it a postcode, or take it out"),
    ],
    ids=["workbook", "gzip", "Latin-1", "semicolons", "tabs", "Code-Point with semicolons", "no postcode"],
)
def test_tables_from_spreadsheets(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    assert told(lambda path: read_postcodes([path]), written(tmp_path, "le.csv", content)) == complaint


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    assert told(read_fleet, tmp_path) == "the file: it is a folder: give a file in it"


def test_code_point_open_may_have_a_row_of_names(tmp_path: Path) -> None:
    assert read_postcodes([written(tmp_path, "le.csv", NAMES + CODE_POINT)]).names == ("LE15 6AB",)
    assert read_postcodes([written(tmp_path, "pe.csv", "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\n" + CODE_POINT)]).names == ("LE15 6AB",)


@pytest.mark.parametrize(("typed", "is_read_as"), [("6:45", "06:45"), ("06:45:00", "06:45"), ("06:45", "06:45")])
def test_times_as_spreadsheets_write_them(tmp_path: Path, typed: str, is_read_as: str) -> None:
    path = fleet_file(tmp_path, EARLY.replace("06:45", typed))
    assert read_fleet(path).described["shifts"][0]["from"] == is_read_as


@pytest.mark.parametrize("typed", ["6.45", "24:00", "6:45 am", "06:45:30", "645", "06:45+01:00"])
def test_other_times_are_refused(tmp_path: Path, typed: str) -> None:
    assert "write from" in told(read_fleet, fleet_file(tmp_path, EARLY.replace("06:45", typed)))


def test_what_is_wrong_with_positions_elsewhere() -> None:
    oakham = shapely.MultiPolygon([shapely.box(-0.75, 52.65, -0.70, 52.69)])
    # Oakham's station is at easting 485,700, northing 309,000; the other way round that's near Dunkeld's latitude, in the sea.
    swapped = np.array([[-0.734, 52.672]])
    assert why_elsewhere(oakham, swapped[:, ::-1]) == "lon and lat are swapped in it: lon is degrees east"
    assert why_elsewhere(oakham, lonlat_of(grid_of(swapped)[:, ::-1])) == "eastings and northings are swapped in it"
    assert why_elsewhere(oakham, np.array([[1.5, 42.5], [-1.5, 54.0]])) == "is it the file of this area?"
    assert why_elsewhere(oakham, np.empty((0, 2))) == "is it the file of this area?"


def test_stops_far_off_are_counted_and_not_listed(tmp_path: Path) -> None:
    head = ",".join(NAPTAN_COLUMNS)
    row = "{},Mill,,Town,,,{},{},{},active"
    rows = [row.format("1A", -0.7, 52.6, "BCT"), row.format("1B", -0.75, 52.6, "BCT"), row.format("1C", -0.7, 52.6, "RSE")]
    far = [row.format(f"9{number}", -3 + number / 100, 55, "BCT" if number % 2 else "RSE") for number in range(50)]
    path = written(tmp_path, "stops.csv", "\n".join([head, *rows, *far]))

    stops, left = read_naptan([path], (-0.71, 52.5, -0.6, 52.7))

    assert [stop.code for stop in stops] == ["1A"]
    assert [(one.what, one.why, one.count) for one in left] == [
        ("1C Mill", Why.NO_BUS_STOP, 1),
        ("51 rows of stops.csv", Why.OUTSIDE, 51),
    ]
    # One odd row among fifty good ones doesn't spoil them, wherever they are.
    odd = row.format("1D", 52.6, -0.7, "BCT")
    assert read_naptan([written(tmp_path, "stops.csv", "\n".join([head, odd, *far]))], (-0.71, 52.5, -0.6, 52.7))[0] == []


@pytest.fixture
def pbf(tmp_path: Path) -> Path:
    """The town as .osm.pbf, of three blocks: a header, nodes, ways."""
    town = OpenTown(tmp_path).write()
    path = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(town.path("town.osm"))):
            writer.add(thing)
    return path


def test_a_whole_extract_will_do(pbf: Path) -> None:
    check_extract(pbf)
    check_extract(pbf.with_name("town.osm"))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_an_extract_that_breaks_off_is_told_without_unpacking_it(pbf: Path, share: float) -> None:
    for path in (pbf, pbf.with_name("town.osm")):
        path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
        assert "Fetch the extract again" in told(check_extract, path)


@pytest.mark.parametrize(
    ("name", "spoil", "complaint"),
    [
        ("town.osm.pbf", gzip.compress, "the file: it is compressed (gzip): unpack it"),
        ("town.osm.pbf", lambda _: b"<osm></osm>", "the file: it is XML: give it a name that ends in .osm"),
        ("town.osm", lambda content: content, "the file: it is no XML: is it a .osm.pbf?"),
        ("town.osm.pbf", lambda _: b"", "the file: it does not begin as an OpenStreetMap extract does"),
        ("town.osm.pbf", lambda _: b"\xff" * 500, "block 1: it is no block of OpenStreetMap data"),
        ("town.osm.pbf", lambda content: content + b"\0" * 9, "block 4: it is no block of OpenStreetMap data"),
        ("town.pbf", lambda content: content, "its name: give an OpenStreetMap extract that ends in .osm.pbf or .osm"),
    ],
)
def test_what_is_no_extract_is_told(pbf: Path, name: str, spoil: Callable[[bytes], bytes], complaint: str) -> None:
    path = written(pbf.parent, name, spoil(pbf.read_bytes()))
    for read in (check_extract, read_roads):
        assert told(read, path).startswith(complaint)


def test_a_folder_or_nothing_is_no_extract(tmp_path: Path) -> None:
    (tmp_path / "roads.osm.pbf").mkdir()
    assert told(read_roads, tmp_path / "roads.osm.pbf") == "the file: it is a folder: give a file in it"
    assert told(read_roads, tmp_path / "none.osm.pbf") == "the file: it can't be read (No such file or directory): put it there"


def test_a_real_extract_is_looked_at_in_no_time(shared_data: Path, tmp_path: Path) -> None:
    rutland = shared_data / "roads" / "rutland.osm.pbf"
    check_extract(rutland)
    check_extract(shared_data / "roads" / "andorra.osm.pbf")
    cut = written(tmp_path, "cut.osm.pbf", rutland.read_bytes()[:1_000_000])
    assert "breaks off in it" in told(check_extract, cut)


def test_a_main_road_with_lights_is_not_quiet(tmp_path: Path) -> None:
    # 300 m at 80 km/h are 13.5 s. With lights at their ends a bus is slower than 45 km/h all in all, and yet drives as fast.
    town = OpenTown(tmp_path, tags={"Street 2": {"highway": "primary", "maxspeed": "80"}}).write()
    osm = town.path("town.osm").read_text()
    for node in range(11, 16):
        start = osm.index(f'<node id="{node}"')
        end = osm.index("</node>", start)
        osm = osm[:end] + '<tag k="highway" v="traffic_signals"/>' + osm[end:]
    town.path("town.osm").write_text(osm)
    graph = read_osm(town.path("town.osm"))

    main = np.array(graph.kinds)[graph.kind] == "primary"
    edges = main[graph.link]
    assert graph.wait_s[edges].max() > 0
    kmh = 3.6 * graph.length_m[edges] / graph.seconds[edges]
    assert kmh.min() < 45, "else there is nothing to see here"
    assert not quiet_links(graph)[main].any()


def test_an_area_that_is_the_earth_is_another_one(tmp_path: Path) -> None:
    town = OpenTown(tmp_path, outline=[(-180, -90), (180, -90), (180, 90), (-180, 90)]).write()
    with pytest.raises(BadFile, match=r"area.geojson, its positions: 100% of the area lies beyond the roads of town.osm"):
        survey(Sources(**town.sources()), lambda step: None, lambda fleet: MINIBUS_SIZE)


def test_stops_with_northings_as_eastings_are_told(tmp_path: Path) -> None:
    town = OpenTown(tmp_path).write()
    east, north = grid_of(np.array([[-0.7, 52.6]]))[0].round().tolist()
    head, row = ",".join(NAPTAN_COLUMNS), f"9A,Mill,,Mudford,{north},{east},,,BCT,active"
    written(tmp_path, "stops.csv", f"{head}\n{row}\n")
    with pytest.raises(BadFile, match=r"none of 1 bus stops can be used .*: eastings and northings are swapped in it"):
        survey(Sources(**town.sources()), lambda step: None, lambda fleet: MINIBUS_SIZE)
