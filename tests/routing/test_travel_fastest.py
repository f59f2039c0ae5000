"""Many points at once: seconds as for each pair alone, metres when somebody asks for them."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.model import Point
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.fastest import fastest_ms
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.matrix import UNREACHABLE_S
from routing.travel.road_graph import RoadGraph
from tests.routing.travel_worlds import at, graph_of, ripon_graph, ripon_stops, road, spots_in_town, towns


@settings(max_examples=80, deadline=None)
@given(towns(), st.lists(spots_in_town, min_size=1, max_size=6))
def test_of_many_points_each_pair_is_as_far_apart_as_alone(town: RoadGraph, places: list[Point]) -> None:
    times = RoadGraphTimes(town, DijkstraEngine)
    snaps = times._snap(places)
    together = np.minimum(fastest_ms(town, times.engine, snaps, snaps), 1000 * UNREACHABLE_S)
    for a, here in enumerate(snaps):
        for b, there in enumerate(snaps):
            # By hand: every spot of the one with every spot of the other, and straight on where they share an edge.
            ways = [1000 * UNREACHABLE_S]
            for out in here.spots:
                for into in there.spots:
                    between = times.engine.times_ms(
                        town.head[[out.edge]].astype(np.int64), town.tail[[into.edge]].astype(np.int64)
                    )
                    ways.append(int(between[0, 0]) + out.after_ms + into.before_ms)
                    if out.edge == into.edge and into.before_ms >= out.before_ms:
                        ways.append(into.before_ms - out.before_ms)
            assert together[a, b] == min(min(ways) + here.access_ms + there.access_ms, 1000 * UNREACHABLE_S)


@settings(max_examples=60, deadline=None)
@given(towns(), st.lists(spots_in_town, min_size=2, max_size=6))
def test_where_every_road_goes_both_ways_so_do_the_times(town: RoadGraph, places: list[Point]) -> None:
    nodes = [town.node(node) for node in range(town.nodes)]
    ends = {(int(town.tail[edge]), int(town.head[edge])) for edge in range(town.edges)}
    both_ways = graph_of(nodes, [road(nodes, a, b) for a, b in sorted(ends)])
    matrix = RoadGraphTimes(both_ways).matrix(places)
    assert (matrix.seconds == matrix.seconds.T).all()


def test_metres_are_found_when_asked_for() -> None:
    stops = list(ripon_stops().values())[:30]
    times = RoadGraphTimes(ripon_graph())
    matrix, asked = times.matrix(stops), []
    find = matrix.lengths.find  # type: ignore[union-attr]
    matrix.lengths.find = lambda rows, columns: asked.append(len(rows)) or find(rows, columns)  # type: ignore[union-attr]

    one = matrix.distance_m(stops[3], stops[7])

    assert asked == [1]
    assert matrix.distance_m(stops[3], stops[7]) == one  # and known from now on
    assert matrix.distance_m(stops[5], stops[5]) == 0
    assert asked == [1]
    assert matrix.metres[3, 7] == one
    assert asked == [1, 30 * 29]


def test_there_are_no_metres_to_where_there_is_no_way() -> None:
    places = [at(0), at(500), at(5000), at(5500)]
    matrix = RoadGraphTimes(graph_of(places, [road(places, 0, 1), road(places, 2, 3)])).matrix([at(100), at(5100)])
    assert matrix.distance_m(at(100), at(5100)) == 0
    assert matrix.metres.tolist() == [[0, 0], [0, 0]]


def test_a_matrix_may_be_sent_to_another_process() -> None:
    stops = list(ripon_stops().values())[:12]
    matrix = RoadGraphTimes(ripon_graph()).matrix(stops)
    sent = pickle.loads(pickle.dumps(matrix.lengths))
    assert isinstance(sent, np.ndarray)
    assert (sent == matrix.metres).all()


@pytest.mark.parametrize("threads", [8])
def test_threads_that_ask_at_once_hear_the_same(threads: int) -> None:
    stops = list(ripon_stops().values())[:40]
    times = RoadGraphTimes(ripon_graph())
    matrix, wanted = times.matrix(stops), RoadGraphTimes(ripon_graph()).matrix(stops).metres
    pairs = [(a, b) for a in range(40) for b in range(40)]
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda pair: matrix.distance_m(stops[pair[0]], stops[pair[1]]), pairs))
        lines = list(pool.map(lambda pair: len(times.path(stops[pair[0]], stops[pair[1]])), pairs[:200]))
    assert found == wanted.ravel().tolist()
    assert lines == [len(times.path(stops[a], stops[b])) for a, b in pairs[:200]]
