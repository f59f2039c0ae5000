"""What a minibus may do on roads as OpenStreetMap describes them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import BadExtract, read_osm
from routing.travel.osm_tags import blocks, direction, drivable, limit_kmh, speed_kmh
from routing.travel.sphere import distance_m
from tests.routing.travel_worlds import at

SQUARE = {1: at(0, 0), 2: at(1000, 0), 3: at(1000, 1000), 4: at(0, 1000), 5: at(500, 0)}


def extract(folder: Path, ways: list[tuple[list[int], dict[str, str]]], nodes: dict[int, dict[str, str]] | None = None) -> Path:
    """An .osm file of the square's corners (1 to 4, 5 in the middle of the south side) and some ways."""
    tags = lambda given: "".join(f'<tag k="{k}" v="{v}"/>' for k, v in given.items())  # noqa: E731
    lines = [
        f'<node id="{i}" lon="{p.lon}" lat="{p.lat}" version="1">{tags((nodes or {}).get(i, {}))}</node>'
        for i, p in SQUARE.items()
    ]
    for number, (refs, given) in enumerate(ways, start=1):
        lines.append(
            f'<way id="{number}" version="1">{"".join(f"<nd ref={chr(34)}{ref}{chr(34)}/>" for ref in refs)}{tags(given)}</way>'
        )
    path = folder / "town.osm"
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{"".join(lines)}</osm>', encoding="utf-8")
    return path


def test_ways_are_cut_where_they_meet(tmp_path: Path) -> None:
    graph = read_osm(extract(tmp_path, [([1, 5, 2, 3], {"highway": "residential"}), ([5, 4], {"highway": "residential"})]))
    # Junctions 1, 5, 3, 4; corner 2 is only a bend.
    assert (graph.nodes, len(graph.shapes), graph.edges) == (4, 3, 6)


def test_streets_keep_their_class_and_name_or_number(tmp_path: Path) -> None:
    graph = read_osm(
        extract(
            tmp_path,
            [
                ([1, 2], {"highway": "residential", "name": "Mill Lane", "ref": "U7"}),
                ([2, 3], {"highway": "primary", "ref": "A1"}),
                ([3, 4], {"highway": "service"}),
                ([99, 5], {"highway": "track", "name": "Nowhere"}),
            ],
        )
    )
    told = [(graph.kinds[kind], graph.names[name]) for kind, name in zip(graph.kind, graph.name, strict=True)]
    assert told == [("residential", "Mill Lane"), ("primary", "A1"), ("service", "")]


def test_a_roundabout_goes_one_way_round(tmp_path: Path) -> None:
    ring = ([1, 2, 3, 4, 1], {"highway": "primary", "junction": "roundabout"})
    times = RoadGraphTimes(read_osm(extract(tmp_path, [ring])))
    a, b = at(100, 0), at(900, 0)
    matrix = times.matrix([a, b])
    assert matrix.distance_m(a, b) == pytest.approx(800, abs=2)
    assert matrix.distance_m(b, a) == pytest.approx(3200, abs=5)


def test_oneway_minus_one_is_driven_backwards(tmp_path: Path) -> None:
    south = ([1, 2], {"highway": "primary", "oneway": "-1"})
    times = RoadGraphTimes(read_osm(extract(tmp_path, [south, ([2, 3, 4, 1], {"highway": "primary"})])))
    matrix = times.matrix([at(200, 0), at(800, 0)])
    assert matrix.distance_m(at(800, 0), at(200, 0)) == pytest.approx(600, abs=2)
    assert matrix.distance_m(at(200, 0), at(800, 0)) == pytest.approx(3400, abs=5)


def test_a_bollard_in_the_middle_sends_the_bus_round(tmp_path: Path) -> None:
    ways = [([1, 5, 2], {"highway": "residential"}), ([2, 3, 4, 1], {"highway": "residential"})]
    west, east = at(400, 0), at(600, 0)
    free = RoadGraphTimes(read_osm(extract(tmp_path, ways))).matrix([west, east])
    shut = RoadGraphTimes(read_osm(extract(tmp_path, ways, {5: {"barrier": "bollard"}}))).matrix([west, east])
    assert free.distance_m(west, east) == pytest.approx(200, abs=2)
    assert shut.distance_m(west, east) == pytest.approx(3800, abs=5)


def test_a_farm_track_and_a_private_drive_are_left_out(tmp_path: Path) -> None:
    ways = [
        ([1, 2], {"highway": "tertiary"}),
        ([2, 3], {"highway": "track"}),
        ([1, 4], {"highway": "service", "access": "private"}),
    ]
    assert read_osm(extract(tmp_path, ways)).road_km == pytest.approx(1.0, abs=0.01)


def test_a_way_with_a_node_outside_the_extract_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    assert read_osm(extract(tmp_path, [([1, 2, 99, 3], {"highway": "tertiary"})])).road_km == pytest.approx(1.0, abs=0.01)


def test_files_that_are_no_extract(tmp_path: Path) -> None:
    with pytest.raises(BadExtract, match="no such file"):
        read_osm(tmp_path / "nowhere.osm.pbf")
    (tmp_path / "noise.osm.pbf").write_bytes(b"not a map at all, only some bytes")
    with pytest.raises(BadExtract, match="not an OpenStreetMap extract"):
        read_osm(tmp_path / "noise.osm.pbf")
    with pytest.raises(BadExtract, match="no road"):
        read_osm(extract(tmp_path, [([1, 2], {"highway": "footway"})]))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("highway=residential", True),
        ("highway=footway", False),
        ("highway=service", True),
        ("highway=service service=driveway", False),
        ("highway=service service=parking_aisle", False),
        ("highway=unclassified access=private", False),
        ("highway=unclassified access=no bus=yes", True),
        ("highway=unclassified motor_vehicle=no psv=yes", True),
        ("highway=unclassified access=yes motor_vehicle=agricultural", False),
        ("highway=unclassified access=destination", True),
        ("highway=pedestrian area=yes", False),
        ("highway=construction", False),
        ("waterway=river", False),
    ],
)
def test_where_a_minibus_may_drive(tags: str, expected: bool) -> None:
    assert drivable(dict(tag.split("=") for tag in tags.split())) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("highway=primary", "both"),
        ("highway=primary oneway=yes", "forward"),
        ("highway=primary oneway=1", "forward"),
        ("highway=primary oneway=true", "forward"),
        ("highway=primary oneway=-1", "backward"),
        ("highway=primary oneway=reverse", "backward"),
        ("highway=primary oneway=no", "both"),
        ("highway=motorway", "forward"),
        ("highway=motorway oneway=no", "both"),
        ("highway=primary junction=roundabout", "forward"),
        ("highway=primary junction=circular", "forward"),
        ("highway=primary oneway=yes oneway:bus=no", "both"),
        ("highway=primary oneway=yes oneway:psv=no", "both"),
        ("highway=primary oneway=reversible", None),
    ],
)
def test_which_way_traffic_goes(tags: str, expected: str | None) -> None:
    assert direction(dict(tag.split("=") for tag in tags.split())) == expected


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("30 mph", 48.28),
        ("30mph", 48.28),
        ("GB:nsl_single", 96.6),
        ("5 knots", 9.26),
        ("signals", None),
        ("", None),
        ("0", None),
    ],
)
def test_speed_limits_as_people_write_them(text: str, kmh: float | None) -> None:
    assert limit_kmh(text) == (None if kmh is None else pytest.approx(kmh, abs=0.01))


def test_a_low_limit_slows_the_bus_and_a_high_one_does_not_speed_it_up() -> None:
    assert speed_kmh({"highway": "primary", "maxspeed": "20 mph"}) == pytest.approx(0.85 * 32.19, abs=0.01)
    assert speed_kmh({"highway": "unclassified", "maxspeed": "60 mph"}) == speed_kmh({"highway": "unclassified"})


def test_gates_stand_open_unless_they_say_otherwise() -> None:
    assert not blocks({"barrier": "gate"})
    assert blocks({"barrier": "gate", "access": "private"})
    assert blocks({"barrier": "bollard"})
    assert not blocks({"barrier": "bollard", "bus": "yes"})


def test_rutland_from_real_roads(shared_data: Path) -> None:
    """926 km are drivable by some car; private roads, drives, parking aisles and what they cut off are a tenth of that."""
    graph = read_osm(shared_data / "roads" / "rutland.osm.pbf")
    assert graph.road_km == pytest.approx(926, rel=0.11)
    assert graph.road_km < 926
    assert graph.nodes == pytest.approx(6713, rel=0.13)


def test_every_bus_stop_in_rutland_is_beside_a_road_and_reaches_oakham(shared_data: Path) -> None:
    times = RoadGraphTimes(read_osm(shared_data / "roads" / "rutland.osm.pbf"))
    with (shared_data / "stops" / "naptan-268-rutland.csv").open(encoding="utf-8-sig", newline="") as file:
        stops = [Point(float(r["Longitude"]), float(r["Latitude"])) for r in csv.DictReader(file) if r["Status"] == "active"][::5]
    oakham, uppingham = Point(-0.7295, 52.6709), Point(-0.7222, 52.5884)
    matrix = times.matrix([oakham, uppingham, *stops])
    assert max(snap.access_m for snap in times.snapper.snap(stops)) < 50
    assert 9 * 60 < matrix(oakham, uppingham) < 16 * 60  # ten kilometres of A6003
    assert 9_200 < matrix.distance_m(oakham, uppingham) < 12_000
    for stop in stops:
        assert matrix(stop, oakham) < 45 * 60
        assert matrix.distance_m(stop, oakham) >= distance_m(stop, oakham) - 1
