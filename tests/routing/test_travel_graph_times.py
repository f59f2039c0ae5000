"""How long the bus takes from kerb to kerb, and which way it goes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.model import Point
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.matrix import UNREACHABLE_S
from routing.travel.road_graph import RoadGraph
from routing.travel.snapping import Snapper
from routing.travel.sphere import distance_m, line_m
from tests.routing.travel_worlds import at, graph_of, ripon_graph, ripon_stops, road, spots_in_town, towns


def high_street() -> RoadGraph:
    """One two-way street of 1 km, at 10 m/s."""
    places = [at(0), at(1000)]
    return graph_of(places, [road(places, 0, 1)])


def square_with_one_way_side() -> RoadGraph:
    """A square of 1 km a side; the south side may be driven east only."""
    places = [at(0, 0), at(1000, 0), at(1000, 1000), at(0, 1000)]
    return graph_of(places, [road(places, 0, 1, oneway=True), road(places, 1, 2), road(places, 2, 3), road(places, 3, 0)])


def test_part_of_a_street_takes_part_of_its_time() -> None:
    times = RoadGraphTimes(high_street())
    quarter, end = at(250), at(1000)
    # 750 m at 10 m/s.
    assert times.matrix([quarter, end])(quarter, end) == pytest.approx(75, abs=1)
    assert times.matrix([quarter, end]).distance_m(quarter, end) == pytest.approx(750, abs=1)


def test_parts_of_seconds_are_rounded_up_so_that_two_hops_are_never_quicker_than_the_whole() -> None:
    a, b, c = at(100), at(205), at(310)
    matrix = RoadGraphTimes(high_street()).matrix([a, b, c])
    # 10.5 s and 10.5 s: rounded down, they would make 20 s of 21.
    assert (matrix(a, b), matrix(b, c)) == (11, 11)
    assert 21 <= matrix(a, c) <= 22


def test_a_stop_beside_the_road_costs_the_way_off_the_road() -> None:
    times = RoadGraphTimes(high_street())
    lay_by, end = at(250, 30), at(1000)
    # 30 m at 15 km/h are 7.2 s more than the 75 s on the road.
    assert times.matrix([lay_by, end])(lay_by, end) == pytest.approx(82, abs=1)
    assert times.path(lay_by, end)[0] == lay_by


def test_against_the_one_way_street_the_bus_goes_round() -> None:
    times = RoadGraphTimes(square_with_one_way_side())
    west, east = at(200), at(700)
    there, back = times.matrix([west, east])(west, east), times.matrix([west, east])(east, west)
    assert there == pytest.approx(50, abs=1)
    assert back == pytest.approx(350, abs=2)  # 300 m on, three sides, 200 m
    assert line_m(np.array(times.path(east, west))) == pytest.approx(3500, abs=5)


def test_on_the_way_back_the_line_is_drawn_backwards() -> None:
    times = RoadGraphTimes(square_with_one_way_side())
    a, b = at(1000, 400), at(300, 1000)
    there, back = times.path(a, b), times.path(b, a)
    assert [p.lon for p in there] == pytest.approx([p.lon for p in reversed(back)])
    assert there[0] == a
    assert there[-1] == b


def test_the_same_stop_is_no_time_away_even_off_the_road() -> None:
    times, lay_by = RoadGraphTimes(high_street()), at(500, 80)
    assert times.matrix([lay_by, at(0), lay_by]).seconds[0].tolist()[::2] == [0, 0]
    assert times.path(lay_by, lay_by) == [lay_by, lay_by]


def test_nobody_waits_beside_the_motorway() -> None:
    places = [at(0), at(2000), at(0, 100), at(2000, 100)]
    motorway, lane = road(places, 0, 1, kerbside=False, m_s=30), road(places, 2, 3)
    times = RoadGraphTimes(graph_of(places, [motorway, lane, road(places, 0, 2), road(places, 1, 3)]))
    stop = at(1000, 20)  # nearer to the motorway than to the lane
    snap = times.snapper.snap([stop])[0]
    assert distance_m(snap.at, at(1000, 100)) < 1


def test_an_island_is_told_as_a_value_and_not_as_an_error() -> None:
    places = [at(0), at(500), at(5000), at(5500)]
    times = RoadGraphTimes(graph_of(places, [road(places, 0, 1), road(places, 2, 3)]))
    matrix = times.matrix([at(100), at(5100)])
    assert matrix(at(100), at(5100)) == UNREACHABLE_S
    assert not matrix.reachable(at(100), at(5100))
    assert times.path(at(100), at(5100)) == []


def test_a_farm_without_a_road_is_not_reached_not_even_from_the_next_farm() -> None:
    times = RoadGraphTimes(high_street())
    farm, next_farm, stop = at(0, 3000), at(10, 3000), at(500)
    matrix = times.matrix([farm, next_farm, stop])
    assert not matrix.reachable(farm, next_farm)
    assert not matrix.reachable(stop, farm)
    assert matrix(farm, farm) == 0
    assert times.path(farm, stop) == []


def test_no_points_make_an_empty_matrix() -> None:
    assert RoadGraphTimes(high_street()).matrix([]).seconds.shape == (0, 0)


@pytest.mark.parametrize(
    "nowhere", [Point(float("nan"), 54.0), Point(-1.5, float("inf")), Point(54.0, -181.0), Point(200.0, 54.0)]
)
def test_a_point_that_is_not_on_the_earth_is_refused(nowhere: Point) -> None:
    with pytest.raises(ValueError, match="lon before lat"):
        RoadGraphTimes(high_street()).matrix([at(0), nowhere])


@settings(max_examples=60, deadline=None)
@given(towns(), st.lists(spots_in_town, min_size=3, max_size=6))
def test_a_detour_by_a_third_place_is_never_shorter(town: RoadGraph, places: list[Point]) -> None:
    seconds = RoadGraphTimes(town).matrix(places).seconds.astype(np.int64)
    by_way_of = (seconds[:, :, None] + seconds[None, :, :]).min(axis=1)
    assert (np.minimum(by_way_of, UNREACHABLE_S) >= seconds).all()


@settings(max_examples=60, deadline=None)
@given(towns(), spots_in_town)
def test_where_the_bus_stops_is_where_it_would_stop_again(town: RoadGraph, place: Point) -> None:
    snapper = Snapper(town)
    once = snapper.snap([place])[0]
    twice = snapper.snap([once.at])[0]
    assert distance_m(once.at, twice.at) < 0.01
    assert twice.access_m < 0.01
    assert once.access_m == pytest.approx(distance_m(place, once.at), rel=0.01, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(towns(), spots_in_town, spots_in_town)
def test_the_line_is_as_long_as_the_matrix_says(town: RoadGraph, a: Point, b: Point) -> None:
    times = RoadGraphTimes(town)
    matrix, line = times.matrix([a, b]), times.path(a, b)
    if not matrix.reachable(a, b):
        assert line == []
        return
    assert (line[0], line[-1]) == (a, b)
    assert line_m(np.array(line)) == pytest.approx(matrix.distance_m(a, b), rel=1e-3, abs=2)


@settings(max_examples=60, deadline=None)
@given(towns(), st.lists(spots_in_town, min_size=2, max_size=5))
def test_where_all_streets_are_two_way_there_and_back_take_the_same(town: RoadGraph, places: list[Point]) -> None:
    nodes, first = [town.node(i) for i in range(town.nodes)], np.unique(town.link, return_index=True)[1]
    ends = zip(town.tail[first].tolist(), town.head[first].tolist(), strict=True)
    seconds = RoadGraphTimes(graph_of(nodes, [road(nodes, a, b) for a, b in ends])).matrix(places).seconds
    assert (seconds == seconds.T).all()


@settings(max_examples=60, deadline=None)
@given(towns(), st.lists(spots_in_town, min_size=2, max_size=5))
def test_both_engines_tell_the_same_times_in_any_town(town: RoadGraph, places: list[Point]) -> None:
    pytest.importorskip("pyroutingkit", reason="no wheel of pyroutingkit for this Python")
    fast, plain = RoadGraphTimes(town).matrix(places), RoadGraphTimes(town, DijkstraEngine).matrix(places)
    assert (fast.seconds == plain.seconds).all()


def test_drawn_lines_in_the_ripon_network_are_shorter_than_its_roads() -> None:
    """Its lengths are drawn lengths times a circuity between 1.02 and 1.15."""
    times, stops = RoadGraphTimes(ripon_graph()), ripon_stops()
    ripon, bedale = stops["RIP01"], stops["BED01"]
    drawn = line_m(np.array(times.path(ripon, bedale)))
    assert 1.02 * drawn <= times.matrix([ripon, bedale]).distance_m(ripon, bedale) <= 1.15 * drawn
