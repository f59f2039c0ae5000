"""Where a bus stops for a place beside the road, and on which side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm, read_osm_whole
from routing.travel.road_graph import RoadGraph
from routing.travel.snapping import Kerb, Snapper
from routing.travel.sphere import distance_m
from routing.travel.turns import forbid
from tests.routing.travel_extracts import extract
from tests.routing.travel_worlds import at, graph_of, road, spots_in_town, towns

WEST_END, EAST_END = at(0), at(1000)
NORTH_SIDE, SOUTH_SIDE = at(500, 8), at(500, -8)


def street(*, left: bool) -> RoadGraphTimes:
    """A two-way street from west to east, 1 km at 10 m/s, on whose ends the bus may turn."""
    places = [WEST_END, EAST_END]
    return RoadGraphTimes(replace(graph_of(places, [road(places, 0, 1)]), left=left))


@pytest.mark.parametrize(
    ("left", "stop", "eastbound"),
    [(True, NORTH_SIDE, True), (True, SOUTH_SIDE, False), (False, NORTH_SIDE, False), (False, SOUTH_SIDE, True)],
)
def test_a_one_sided_stop_is_served_as_traffic_goes_on_its_side(left: bool, stop: Point, eastbound: bool) -> None:
    matrix = street(left=left).with_kerbs({stop: Kerb()}).matrix([WEST_END, stop, EAST_END])
    # 50 s and 2 s beside the road; against traffic on to the end and back, another 100 s.
    assert matrix(WEST_END, stop) == pytest.approx(52 if eastbound else 152, abs=1)
    assert matrix(EAST_END, stop) == pytest.approx(152 if eastbound else 52, abs=1)
    assert matrix(stop, EAST_END) == pytest.approx(52 if eastbound else 152, abs=1)


def test_a_stop_without_a_side_is_served_from_both() -> None:
    matrix = street(left=True).matrix([WEST_END, NORTH_SIDE, EAST_END])
    assert matrix(WEST_END, NORTH_SIDE) == matrix(EAST_END, NORTH_SIDE) == pytest.approx(52, abs=1)


def test_a_one_sided_stop_in_the_middle_of_the_road_has_no_side() -> None:
    middle = at(500)
    matrix = street(left=True).with_kerbs({middle: Kerb()}).matrix([WEST_END, middle, EAST_END])
    assert matrix(WEST_END, middle) == matrix(EAST_END, middle) == pytest.approx(50, abs=1)


@pytest.mark.parametrize(("bearing", "eastbound"), [(90, True), (45, True), (270, False), (225, False)])
def test_the_bearing_of_a_stop_counts_more_than_where_it_was_drawn(bearing: float, eastbound: bool) -> None:
    matrix = street(left=True).with_kerbs({SOUTH_SIDE: Kerb(bearing)}).matrix([WEST_END, SOUTH_SIDE, EAST_END])
    assert (matrix(WEST_END, SOUTH_SIDE) < matrix(EAST_END, SOUTH_SIDE)) is eastbound


def test_the_bearing_tells_the_carriageway() -> None:
    places = [at(0), at(1000), at(1000, 20), at(0, 20)]
    links = [road(places, 0, 1, oneway=True), road(places, 2, 3, oneway=True), road(places, 1, 2), road(places, 3, 0)]
    snapper, stop = Snapper(graph_of(places, links)), at(500, 14)  # nearer to the one that goes west
    assert distance_m(snapper.snap([stop])[0].at, at(500, 20)) < 1
    assert distance_m(snapper.with_kerbs({stop: Kerb(270)}).snap([stop])[0].at, at(500, 20)) < 1
    assert distance_m(snapper.with_kerbs({stop: Kerb(90)}).snap([stop])[0].at, at(500, 0)) < 1
    assert distance_m(snapper.with_kerbs({stop: Kerb(0)}).snap([stop])[0].at, at(500, 20)) < 1, "no road goes there: the nearest"


def test_nothing_snaps_to_a_road_that_the_others_can_not_be_reached_from(tmp_path: Path) -> None:
    places = {1: at(0), 2: at(1000), 3: at(1000, 1000), 4: at(400, 20), 5: at(600, 20)}
    path = extract(tmp_path, [([1, 2, 3], {"highway": "primary"}), ([4, 5], {"highway": "primary"})], places=places)
    yard = at(500, 25)
    assert distance_m(Snapper(read_osm_whole(path)).snap([yard])[0].at, at(500, 20)) < 1
    assert distance_m(Snapper(read_osm(path)).snap([yard])[0].at, at(500)) < 1


def test_past_a_one_sided_stop_no_bus_turns_round_on_the_same_street() -> None:
    stop, farm = at(100, 8), at(500, -8)
    matrix = street(left=True).with_kerbs({stop: Kerb()}).matrix([WEST_END, stop, farm])
    # Eastbound from the stop to the end and back, with or without a halt at the farm, which is on the other side.
    assert matrix(stop, WEST_END) == pytest.approx(2 + 90 + 100, abs=1)
    assert matrix(stop, farm) + matrix(farm, WEST_END) >= matrix(stop, WEST_END)


kerbs = st.one_of(st.none(), st.builds(Kerb, st.one_of(st.none(), st.integers(0, 359).map(float))))


@settings(max_examples=100, deadline=None)
@given(towns(), st.booleans(), st.lists(st.tuples(spots_in_town, kerbs), min_size=3, max_size=6))
def test_a_detour_by_a_third_place_is_never_shorter_whatever_side_it_is_on(
    town: RoadGraph, left: bool, places: list[tuple[Point, Kerb | None]]
) -> None:
    sided = {place: kerb for place, kerb in places if kerb is not None}
    town = forbid(replace(town, left=left), [(0, after) for after in np.flatnonzero(town.tail == town.head[0])[:1].tolist()])
    seconds = RoadGraphTimes(town).with_kerbs(sided).matrix([place for place, _ in places]).seconds.astype(np.int64)
    by_way_of = (seconds[:, :, None] + seconds[None, :, :]).min(axis=1)
    assert (by_way_of >= seconds).all()


@settings(max_examples=100, deadline=None)
@given(towns(), spots_in_town, st.integers(0, 359))
def test_where_the_bus_stops_with_a_bearing_is_where_it_would_stop_again(town: RoadGraph, place: Point, bearing: int) -> None:
    snapper = Snapper(town)
    once = snapper.with_kerbs({place: Kerb(bearing)}).snap([place])[0]
    twice = snapper.with_kerbs({once.at: Kerb(bearing)}).snap([once.at])[0]
    assert distance_m(once.at, twice.at) < 0.01
    assert twice.access_m < 0.01
