"""Files as councils have them: read to the metre, or refused with the place of the mistake and what to do."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from math import cos, hypot, radians
from pathlib import Path

import numpy as np
import pytest

from bookings.files import BadFile
from bookings.open_data.area import read_area
from bookings.open_data.naptan import read_naptan
from bookings.open_data.national_grid import lonlat_of
from bookings.open_data.postcodes import read_postcodes
from bookings.open_data.values import Why

# Ordnance Survey's own: the worked example of "Transformations and OSGM15 user guide", annexe A, and some of the forty points
# that it publishes to test OSTN15 with (test input and output, ETRS89 to OSGB36). Longitude, latitude, easting, northing.
PUBLISHED = {
    "Caister water tower": (1.716073973, 52.658007833, 651409.804, 313177.450),
    "TP01 St Mary's, Scilly": (-6.29977752014, 49.92226393730, 91492.146, 11318.804),
    "TP07 North Foreland": (1.44454730409, 51.37447025550, 639821.835, 169565.858),
    "TP09 Lambeth": (-0.11992557180, 51.48936564950, 530624.974, 178388.464),
    "TP13 Northampton": (-0.91248957, 52.25160951, 474335.969, 262047.755),
    "TP14 King's Lynn": (0.40153547, 52.75136687, 562180.547, 319784.995),
    "TP20": (-1.66379168242, 53.8002151963, 422242.186, 433818.701),
    "TP30": (-4.21926398555, 57.4862500072, 267056.768, 846176.972),
    "TP40": (-2.07382822798, 60.1330809166, 395999.668, 1138728.951),
}


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return hypot((a[0] - b[0]) * 111_320 * cos(radians(a[1])), (a[1] - b[1]) * 111_320)


def test_the_national_grid_is_where_ordnance_survey_says() -> None:
    found = lonlat_of(np.array([(east, north) for _, _, east, north in PUBLISHED.values()]))

    off = {name: metres(tuple(at), where[:2]) for (name, where), at in zip(PUBLISHED.items(), found, strict=True)}
    assert max(off.values()) < 5, off
    assert np.array_equal(found, np.round(found, 7)), "a database that keeps fewer digits would call the rest a move"


def test_the_grid_positions_of_rutlands_stops_are_their_degrees(shared_data: Path) -> None:
    with (shared_data / "stops" / "naptan-268-rutland.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    found = lonlat_of(np.array([(float(row["Easting"]), float(row["Northing"])) for row in rows]))

    off = [metres(tuple(at), (float(row["Longitude"]), float(row["Latitude"]))) for row, at in zip(rows, found, strict=True)]
    assert np.median(off) < 3
    assert max(off) < 8  # some of their degrees are worked out more roughly than ours


NAPTAN = "ATCOCode,CommonName,Indicator,LocalityName,Easting,Northing,Longitude,Latitude,StopType,BusStopType,Status\n"


def stops_file(folder: Path, *rows: str) -> Path:
    path = folder / "stops.csv"
    path.write_text("\ufeff" + NAPTAN + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_bus_stops_are_taken_and_the_rest_is_told(tmp_path: Path) -> None:
    path = stops_file(
        tmp_path,
        '268A,"Church Lane",opp,Langham,,,-0.75,52.69,BCT,MKD,active',
        "268B,White Lion,adj,Whissendine,482987,314266,,,BCT,HAR,active",
        "268C,Old Mill,,Langham,,,-0.75,52.69,BCT,CUS,inactive",
        "268D,Station,Entrance,Oakham,,,-0.73,52.67,RSE,,active",
        "268E,Nowhere,,Oakham,,,,,BCT,MKD,active",
        "268G,In the sea,,Oakham,7,0,-7.5571602,49.7668072,BCT,CUS,active",
        "268A,Church Lane,opp,Langham,,,-0.75,52.69,BCT,MKD,active",
        "268F,Round the houses,,Oakham,,,-0.73,52.67,BCT,FLX,active",
    )

    stops, left = read_naptan([path])

    assert [(stop.code, stop.name, stop.settlement) for stop in stops] == [
        ("268A", "Church Lane (opposite)", "Langham"),
        ("268B", "White Lion (adjacent)", "Whissendine"),
    ]
    # The second has no degrees. NaPTAN gives -0.772814, 52.719712 for where it is on the grid.
    assert metres(stops[1].point, (-0.772814, 52.719712)) < 5
    assert Counter(one.why for one in left) == {Why.INACTIVE: 1, Why.NO_BUS_STOP: 2, Why.NO_POSITION: 2, Why.TWICE: 1}


def test_a_stop_with_a_pole_has_a_side_of_the_road(tmp_path: Path) -> None:
    path = tmp_path / "stops.csv"
    rows = [("268A", "SE", "MKD"), ("268B", "NW", "CUS"), ("268C", "", "MKD"), ("268D", "N", "MKD")]
    lines = [f"{code},Mill,{bearing},,,-0.75,52.69,BCT,{kind},active" for code, bearing, kind in rows]
    head = "ATCOCode,CommonName,Bearing,Easting,Northing,Longitude,Latitude,StopType,BusStopType,Status"
    path.write_text("\n".join([head, *lines]))

    assert [stop.bearing for stop in read_naptan([path])[0]] == [135, None, None, 0]


def test_a_stop_keeps_the_code_that_stands_on_its_flag(tmp_path: Path) -> None:
    path = tmp_path / "stops.csv"
    head = "ATCOCode,NaptanCode,CommonName,Easting,Northing,Longitude,Latitude,StopType,Status"
    codes = ["rtladadw", "32096813", ""]
    path.write_text("\n".join([head, *(f"9{code},{code},Mill,,,-0.75,52.69,BCT,active" for code in codes)]))

    assert [stop.public_code for stop in read_naptan([path])[0]] == codes


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (
            "268B,Mill,,Langham,,,52.69,-0.75,BCT,MKD,active",
            "Longitude 52.69, Latitude -0.75 is not in Great Britain: are they swapped?",
        ),
        ("268B,Mill,,Langham,314266,1482987,,,BCT,MKD,active", "is not on the British National Grid: are they swapped?"),
        ("268B,Mill,,Langham,,,west,52.69,BCT,MKD,active", "make Longitude a number instead of 'west'"),
        ("268B,Mill,,Langham,,,-0.75,52.69,BCT,MKD,acti", "Status is 'acti' and not active or inactive: is the file whole?"),
        ("268B,Mill,,Langham,,,-0.75", "it has 7 values where row 1 names 11 columns: is the file whole?"),
        ('268B,"Mill,,Langham,,,-0.75', "this is not CSV (unexpected end of data): is the file whole?"),
        (",Mill,,Langham,,,-0.75,52.69,BCT,MKD,active", "give the stop an ATCOCode"),
    ],
)
def test_mistakes_in_stops_are_told_by_row(tmp_path: Path, row: str, complaint: str) -> None:
    path = stops_file(tmp_path, "268A,Church Lane,opp,Langham,,,-0.75,52.69,BCT,MKD,active", row)
    with pytest.raises(BadFile, match=re.escape(f"{path}, row 3: ") + ".*" + re.escape(complaint)):
        read_naptan([path])


def test_one_odd_row_among_many_keeps_nobody_from_a_service(tmp_path: Path) -> None:
    good = [f"268{number},Mill,,Langham,,,-0.75,52.6{number},BCT,MKD,active" for number in range(3)]
    stops, left = read_naptan([stops_file(tmp_path, *good, "268X,Lost,,Langham,,,52.69,-0.75,BCT,MKD,active")])

    assert len(stops) == 3
    assert [(one.what, one.why) for one in left] == [("268X Lost", Why.NO_SENSE)]
    assert left[0].detail == "row 5: Longitude 52.69, Latitude -0.75 is not in Great Britain: are they swapped?"


def test_signs_that_look_like_the_end_of_a_line_are_none(tmp_path: Path) -> None:
    path = stops_file(tmp_path, "268A,Mill\u2028Lane,,Langham,,,-0.75,52.69,BCT,MKD,active\r")
    assert [stop.name for stop in read_naptan([path])[0]] == ["Mill\u2028Lane"]


def test_another_table_is_no_naptan(tmp_path: Path) -> None:
    path = tmp_path / "stops.csv"
    path.write_text("stop_id,stop_name\n1,Mill\n")
    with pytest.raises(BadFile, match="row 1: add the columns ATCOCode, CommonName, Easting"):
        read_naptan([path])
    path.write_text("ATCOCode;CommonName;StopType\n268A;Mill;BCT\n")
    with pytest.raises(BadFile, match="row 1: save it as CSV with commas between the values"):
        read_naptan([path])
    path.write_bytes("ATCOCode,CommonName\n1,Château\n".encode("latin-1"))
    with pytest.raises(BadFile, match="row 1 or a few after it: save it as UTF-8"):
        read_naptan([path])


def postcodes_file(folder: Path, text: str) -> Path:
    path = folder / "postcodes.csv"
    path.write_text(text)
    return path


def test_code_point_open_is_read(tmp_path: Path) -> None:
    path = postcodes_file(
        tmp_path,
        '"LE15 6AH",10,486050,308850,"E92000001","E19000001","E18000004","","E06000017","E05000680"\n'
        '"PE9  4AA",90,0,0,"E92000001","","","","",""\n'
        '"LE156AJ",50,486100,308900,"E92000001","E19000001","E18000004","","E06000017","E05000680"\n',
    )

    found = read_postcodes([path, path])

    assert found.names == ("LE15 6AH", "LE15 6AJ")
    assert found.unplaced == 2
    assert metres(tuple(found.lonlat[0]), (-0.729, 52.67)) < 300


def test_every_postcode_of_two_areas_is_read(shared_data: Path) -> None:
    paths = [shared_data / "postcodes" / "le.csv", shared_data / "postcodes" / "pe.csv"]
    lines = [line for path in paths for line in path.read_text().splitlines()]
    unplaced = sum(",90," in line[:14] for line in lines)

    found = read_postcodes(paths)

    assert (len(found.names), found.unplaced) == (len(lines) - unplaced, unplaced)
    assert np.all((found.lonlat > (-2, 52)) & (found.lonlat < (1, 53.3)))


def test_other_countries_give_degrees(tmp_path: Path) -> None:
    found = read_postcodes([postcodes_file(tmp_path, "postcode,lon,lat\nad500,1.5218,42.5063\n")])
    assert (found.names, found.lonlat.tolist()) == (("AD500",), [[1.5218, 42.5063]])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "row 1: it is empty"),
        ('"LE15 6AH",10,486050,308850,"E9200', "row 1: this is not CSV"),
        ('"LE15 6AH",10,486050', "row 1: it has 3 values where Code-Point Open has 10: is the file whole?"),
        ('"LE15 6AH",486050,308850,10,"","","","","",""', "'486050' is no positional quality (10 to 90)"),
        ('486050,10,308850,"LE15 6AH","","","","","",""', "'486050' is no postcode"),
        ('"LE15 6AH",10,-0.72,52.67,"","","","","",""', "eastings -0.72, northings 52.67 are not on the British National Grid"),
        ('"LE15 6AH",10,52.67,1.2,"","","","","",""', "are they swapped, or degrees?"),
        ('"LE15 6AH",10,east,308850,"","","","","",""', "make eastings 'east' and northings '308850' metres"),
        ("postcode,lat\nAD500,42.5\n", "row 1: add the columns lon"),
        ("postcode,lon,lat\nAD500,1.5,142.5\n", "row 2: lon 1.5, lat 142.5 is not on the earth"),
        ("postcode,lon,lat\nAD500,1.5\n", "row 2: it has 2 values where row 1 names 3"),
    ],
)
def test_mistakes_in_postcodes_are_told(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BadFile, match=re.escape(complaint)):
        read_postcodes([postcodes_file(tmp_path, text)])


SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
BOW_TIE = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]


def polygon(coordinates: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": coordinates}


def area_file(folder: Path, data: object) -> Path:
    path = folder / "area.geojson"
    path.write_text(json.dumps(data))
    return path


@pytest.mark.parametrize(
    "data",
    [
        polygon(SQUARE),
        {"type": "Feature", "properties": {}, "geometry": polygon(SQUARE)},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(SQUARE)}] * 2},
        {"type": "MultiPolygon", "coordinates": [[[[x, y, 9.0] for x, y in SQUARE[0]]]]},
    ],
)
def test_an_area_may_be_drawn_in_several_ways(tmp_path: Path, data: object) -> None:
    area = read_area(area_file(tmp_path, data))
    assert (area.geom_type, area.area, area.has_z) == ("MultiPolygon", 1.0, False)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (polygon(BOW_TIE), "the geometry: the outline crosses itself at lon 0.50000, lat 0.50000"),
        (polygon([[[0, 0], [1, 0], [1, 1]]]), "each ring of it closed"),
        (polygon([[[486050, 308850], [486051, 308850], [486051, 308851], [486050, 308850]]]), "its positions are not degrees"),
        ({"type": "Topology"}, "type: 'Topology': make it a GeoJSON FeatureCollection"),
        ({"type": "FeatureCollection", "features": []}, "features: draw the area as a Polygon"),
        ({"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}}, "geometry: it is a Point"),
        ({"type": "Feature", "geometry": None}, "geometry: make it a GeoJSON Polygon"),
        (polygon(SQUARE) | {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}, "is not longitude and latitude"),
    ],
)
def test_mistakes_in_an_area_are_told(tmp_path: Path, data: object, complaint: str) -> None:
    with pytest.raises(BadFile, match=re.escape(complaint)):
        read_area(area_file(tmp_path, data))
