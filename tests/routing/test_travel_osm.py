"""What a minibus may do on roads as OpenStreetMap describes them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import BadExtract, read_osm
from routing.travel.osm_profile import MINIBUS, Profile
from routing.travel.sphere import distance_m
from routing.travel.vehicle_size import VehicleSize
from tests.routing.travel_extracts import extract
from tests.routing.travel_worlds import at


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


def seconds(path: Path, a: Point, b: Point) -> int:
    return RoadGraphTimes(read_osm(path)).matrix([a, b])(a, b)


def test_downhill_the_limit_may_be_lower_than_uphill(tmp_path: Path) -> None:
    hill = extract(tmp_path, [([1, 2], {"highway": "primary", "maxspeed": "60", "maxspeed:backward": "30"})])
    # 1 km at 85 % of the limit.
    assert seconds(hill, at(0), at(1000)) == pytest.approx(1000 / (0.85 * 60 / 3.6), abs=1)
    assert seconds(hill, at(1000), at(0)) == pytest.approx(1000 / (0.85 * 30 / 3.6), abs=1)


def test_limits_of_a_way_that_is_driven_backwards_are_turned_with_it(tmp_path: Path) -> None:
    limits = {"maxspeed:forward": "20", "maxspeed:backward": "40"}
    back = ([1, 2], {"highway": "primary", "oneway": "-1", **limits})
    assert seconds(extract(tmp_path, [back, ([2, 3, 4, 1], {"highway": "primary"})]), at(1000), at(0)) == pytest.approx(
        1000 / (0.85 * 40 / 3.6), abs=1
    )


def test_buses_go_against_the_one_way_street_where_they_have_a_lane(tmp_path: Path) -> None:
    around = ([2, 3, 4, 1], {"highway": "primary"})
    street = {"highway": "primary", "oneway": "yes"}
    free = seconds(extract(tmp_path, [([1, 2], {**street, "busway": "opposite_lane"}), around]), at(800), at(200))
    assert free * 5 < seconds(extract(tmp_path, [([1, 2], street), around]), at(800), at(200))


def test_a_bus_too_wide_for_the_lane_goes_round_and_a_narrow_one_does_not(tmp_path: Path) -> None:
    ways = [([1, 2], {"highway": "primary", "maxwidth": "2"}), ([2, 3, 4, 1], {"highway": "primary"})]
    path, a, b = extract(tmp_path, ways), at(0, 100), at(1000, 100)
    narrow = RoadGraphTimes(read_osm(path, Profile(VehicleSize(width_m=1.9))))
    assert narrow.matrix([a, b]).distance_m(a, b) == pytest.approx(1200, abs=3)
    assert RoadGraphTimes(read_osm(path)).matrix([a, b]).distance_m(a, b) == pytest.approx(2800, abs=3)


def test_a_ferry_takes_as_long_as_it_says_and_has_to_be_waited_for(tmp_path: Path) -> None:
    banks = [([1, 4], {"highway": "primary"}), ([2, 3], {"highway": "primary"})]
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:20", "interval": "00:30"}
    # 100 m to the pier and 100 m from it at 60 km/h are 12 s; half of the 30 minutes between two ferries; 20 minutes on it.
    a, b = at(0, 100), at(1000, 100)
    assert seconds(extract(tmp_path, [*banks, ([1, 5, 2], ferry)]), a, b) == pytest.approx(12 + 15 * 60 + 20 * 60, abs=2)
    assert seconds(extract(tmp_path, [*banks, ([1, 5, 2], ferry)]), b, a) == pytest.approx(12 + 15 * 60 + 20 * 60, abs=2)
    in_two = [([1, 5], {**ferry, "duration": "00:10"}), ([5, 2], {**ferry, "duration": "00:10"})]
    assert seconds(extract(tmp_path, [*banks, *in_two]), a, b) == pytest.approx(12 + 15 * 60 + 20 * 60, abs=2)


def test_a_light_is_waited_for_once_whether_it_stands_at_a_junction_or_not(tmp_path: Path) -> None:
    street, side = ([1, 5, 2], {"highway": "primary"}), ([5, 3], {"highway": "primary"})
    light, at_s = {5: {"highway": "traffic_signals"}}, MINIBUS.node_s["highway=traffic_signals"]
    for ways in ([street], [street, side]):
        for a, b in ((at(0), at(1000)), (at(1000), at(0))):
            waited = seconds(extract(tmp_path, ways, light), a, b) - seconds(extract(tmp_path, ways), a, b)
            assert waited == pytest.approx(at_s, abs=1)


@pytest.mark.parametrize("oneway", ["yes", "-1"])
@pytest.mark.parametrize("facing", ["forward", "backward"])
def test_a_stop_sign_stops_those_who_face_it(oneway: str, facing: str, tmp_path: Path) -> None:
    """`forward` and `backward` are those of the way as it is drawn, from 1 to 2, whichever way it is driven."""
    ways = [([1, 5, 2], {"highway": "primary", "oneway": oneway}), ([2, 3, 4, 1], {"highway": "primary"})]
    a, b = (at(0), at(1000)) if oneway == "yes" else (at(1000), at(0))
    sign = {5: {"highway": "stop", "direction": facing}}
    waited = seconds(extract(tmp_path, ways, sign), a, b) - seconds(extract(tmp_path, ways), a, b)
    met = (oneway == "yes") == (facing == "forward")
    assert waited == pytest.approx(MINIBUS.node_s["highway=stop"] if met else 0, abs=1)


def test_traffic_keeps_left_in_rutland_and_right_in_andorra(shared_data: Path) -> None:
    assert read_osm(shared_data / "roads" / "rutland.osm.pbf").left
    assert not read_osm(shared_data / "roads" / "andorra.osm.pbf").left
    assert not read_osm(shared_data / "roads" / "rutland.osm.pbf", left=False).left


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
