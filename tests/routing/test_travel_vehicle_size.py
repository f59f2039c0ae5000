"""A large bus has fewer roads than a small one: low bridges, narrow lanes, weak bridges; and what sizes there are."""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import osmium
import pytest

from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm, read_osm_whole
from routing.travel.osm_profile import Profile
from routing.travel.sphere import line_m
from routing.travel.vehicle_size import (
    MEASURES,
    MINIBUS_SIZE,
    BadSize,
    VehicleSize,
    check_measure,
    check_together,
    known_size,
    largest,
)
from tests.routing.travel_extracts import Relation, extract
from tests.routing.travel_worlds import at

STREETS = [([1, 2], {"highway": "primary"}), ([2, 3, 4, 1], {"highway": "primary"})]
WEST, EAST = at(0, 100), at(1000, 100)
BIG = VehicleSize(width_m=2.55, height_m=3.2, length_m=10.5, weight_t=12.0, axle_t=8.0)


def driven_m(path: Path, size: VehicleSize) -> int:
    return RoadGraphTimes(read_osm(path, Profile(size))).matrix([WEST, EAST]).distance_m(WEST, EAST)


@pytest.mark.parametrize(
    ("limit", "measure"),
    [
        ({"bridge": "yes", "maxheight": "3.0"}, "height_m"),
        ({"maxheight:physical": "10'0\""}, "height_m"),  # 3.05 m
        ({"lanes": "1", "maxwidth": "2.4"}, "width_m"),
        ({"maxwidth:physical": "8'"}, "width_m"),  # 2.44 m
        ({"bridge": "yes", "maxweight": "7.5"}, "weight_t"),
        ({"bridge": "yes", "maxaxleload": "6 t"}, "axle_t"),
        ({"maxlength": "9"}, "length_m"),
    ],
)
def test_the_large_bus_goes_round_where_the_minibus_goes_through(limit: dict[str, str], measure: str, tmp_path: Path) -> None:
    # Straight on it is 100 + 1000 + 100 m, round the square 900 + 1000 + 900 m.
    path = extract(tmp_path, [([1, 2], {"highway": "primary", **limit}), STREETS[1]])
    assert driven_m(path, MINIBUS_SIZE) == pytest.approx(1200, abs=3)
    assert driven_m(path, BIG) == pytest.approx(2800, abs=3)
    # And it's that measure: one who is as large in all others gets through.
    assert driven_m(path, replace(BIG, **{measure: getattr(MINIBUS_SIZE, measure)})) == pytest.approx(1200, abs=3)
    assert driven_m(path, replace(MINIBUS_SIZE, **{measure: getattr(BIG, measure)})) == pytest.approx(2800, abs=3)


def test_a_vehicle_as_large_as_the_limit_may_pass(tmp_path: Path) -> None:
    path = extract(tmp_path, [([1, 2], {"highway": "primary", "maxweight": "7.5", "maxwidth": "2.55"}), STREETS[1]])
    assert driven_m(path, VehicleSize(weight_t=7.5, width_m=2.55)) == pytest.approx(1200, abs=3)
    assert driven_m(path, VehicleSize(weight_t=7.51, width_m=2.55)) == pytest.approx(2800, abs=3)


def test_a_width_restrictor_in_the_road_stops_those_that_are_wider(tmp_path: Path) -> None:
    path = extract(tmp_path, [([1, 5, 2], {"highway": "primary"}), STREETS[1]], {5: {"barrier": "gate", "maxwidth": "2.4"}})
    assert driven_m(path, MINIBUS_SIZE) == pytest.approx(1200, abs=3)
    assert driven_m(path, BIG) == pytest.approx(2800, abs=3)


def test_a_turn_that_is_forbidden_to_the_heavy_is_forbidden_to_the_heavy(tmp_path: Path) -> None:
    ways = [([4, 1], {"highway": "primary"}), ([1, 2], {"highway": "primary"}), ([2, 3], {"highway": "primary"}),
            ([3, 4], {"highway": "primary"})]  # fmt: skip
    heavy = {"type": "restriction", "restriction:conditional": "no_left_turn @ (weight>7.5)"}
    path = extract(tmp_path, ways, relations=[Relation(heavy, [("w", 1, "from"), ("n", 1, "via"), ("w", 2, "to")])])
    assert driven_m(path, MINIBUS_SIZE) == pytest.approx(1200, abs=3)
    assert driven_m(path, BIG) == pytest.approx(2800, abs=3)


def test_of_a_fleet_the_largest_of_each_measure_counts() -> None:
    wide, high = VehicleSize(width_m=2.55, height_m=2.7), VehicleSize(width_m=2.1, height_m=3.3, weight_t=7.5)
    assert largest([wide, high]) == VehicleSize(width_m=2.55, height_m=3.3, weight_t=7.5)
    assert largest([high]) == high  # also where it's narrower than a minibus
    assert largest([]) == MINIBUS_SIZE


def test_what_is_not_known_of_a_vehicle_is_as_of_a_minibus() -> None:
    assert known_size({"width_m": 2.55, "height_m": None}) == VehicleSize(width_m=2.55)
    assert known_size(dict.fromkeys(MEASURES)) == MINIBUS_SIZE


def test_sizes_are_told_apart_by_their_mark_and_in_words() -> None:
    sizes = [VehicleSize(), VehicleSize(width_m=2.55), VehicleSize(weight_t=5.5), VehicleSize(axle_t=5.5), VehicleSize(2.3000001)]
    assert len({size.mark for size in sizes}) == len(sizes)
    assert BIG.said(["width_m", "weight_t"]) == "2.55 m wide, 12 t heavy"
    assert VehicleSize(width_m=2.55, height_m=2.0).beyond(MINIBUS_SIZE) == ["width_m"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("width_m", 2300, "2300 is in millimetres: write it in metres, 2.3"),
        ("width_m", 230, "230 is in centimetres: write it in metres, 2.3"),
        ("height_m", 9.5, "9.5 is in feet: write it in metres, 2.9"),
        ("length_m", 7500, "7500 is in millimetres: write it in metres, 7.5"),
        ("weight_t", 7500, "7500 is in kilograms: write it in tonnes, 7.5"),
        ("axle_t", 3500, "3500 is in kilograms: write it in tonnes, 3.5"),
        ("width_m", 0, "0 can't be: write metres from 1.2 to 3.5"),
        ("width_m", -2.3, "-2.3 can't be: write metres from 1.2 to 3.5"),
        ("weight_t", float("nan"), "nan can't be: write tonnes from 0.4 to 40"),
        ("weight_t", float("inf"), "inf can't be: write tonnes from 0.4 to 40"),
    ],
)
def test_what_no_vehicle_measures_is_told_with_what_to_write(name: str, value: float, told: str) -> None:
    with pytest.raises(BadSize) as error:
        check_measure(name, value)
    assert str(error.value) == told


def test_what_vehicles_measure_is_taken() -> None:
    kinds = {
        "van": VehicleSize(2.0, 2.0, 4.9, 2.8, 1.6), "minibus": MINIBUS_SIZE, "midibus": BIG,
        "double-decker": VehicleSize(2.55, 4.4, 11.0, 18.0, 11.5), "articulated": VehicleSize(2.55, 3.1, 18.75, 29.0, 12.6),
    }  # fmt: skip
    for size in kinds.values():
        for name, value in zip(MEASURES, astuple(size), strict=True):
            check_measure(name, value)
        check_together(dict(zip(MEASURES, astuple(size), strict=True)))


def test_an_axle_bears_no_more_than_the_vehicle_weighs() -> None:
    with pytest.raises(BadSize, match="axle_t 6 can't be more than weight_t 5"):
        check_together({"axle_t": 6.0, "weight_t": 5.0})
    check_together({"axle_t": 6.0, "weight_t": None})


@pytest.mark.parametrize("place", ["rutland", "andorra"])
@pytest.mark.parametrize("size", [VehicleSize(width_m=2.55, weight_t=7.5), VehicleSize(2.55, 4.4, 12.0, 18.0, 11.5)])
def test_a_large_bus_loses_the_roads_whose_tags_are_below_its_size(place: str, size: VehicleSize, shared_data: Path) -> None:
    path = shared_data / "roads" / f"{place}.osm.pbf"
    lost_m = 1000 * (read_osm_whole(path).road_km - read_osm_whole(path, Profile(size)).road_km)
    assert lost_m == pytest.approx(between_m(path, size), abs=1)


def between_m(path: Path, size: VehicleSize) -> float:
    """The metres of roads with a limit that a minibus keeps and a larger vehicle does not, from the raw file."""
    total_m = 0.0
    for way in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        tags = dict(way.tags)
        if not way.is_way() or "highway" not in tags or tags.get("access") == "private":
            continue
        weight_t, height_m = (float(tags.get(key, "99").replace("default", "99")) for key in ("maxweight", "maxheight"))
        if (weight_t >= 5 and height_m >= 2.9) and (weight_t < size.weight_t or height_m < size.height_m):
            total_m += line_m(np.array([(node.lon, node.lat) for node in way.nodes]))
    return total_m
