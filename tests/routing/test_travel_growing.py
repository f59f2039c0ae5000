"""A service's matrix takes in doors as somebody asks for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.model import Point
from routing.travel import growing
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.growing import GrowingMatrix
from routing.travel.http_osrm import OsrmServer
from routing.travel.http_times import HttpTimes
from routing.travel.matrix import TravelMatrix
from tests.routing.stub_servers import osrm, serving
from tests.routing.travel_worlds import RoadGraph, at, ripon_graph, ripon_stops, spots_in_town, towns


def growing_in_ripon() -> GrowingMatrix:
    return GrowingMatrix(RoadGraphTimes(ripon_graph()), ripon_stops().values(), Lock())


def door(number: int) -> Point:
    """A door near a stop in Ripon, each another one."""
    stop = list(ripon_stops().values())[number % 40]
    return Point(stop.lon + 0.0002 + number * 1e-6, stop.lat)


@settings(max_examples=80, deadline=None)
@given(towns(), st.lists(spots_in_town, max_size=6, unique=True), st.lists(spots_in_town, min_size=1, max_size=6, unique=True))
def test_a_matrix_that_grew_is_the_one_made_of_all_its_points(town: RoadGraph, stops: list[Point], more: list[Point]) -> None:
    times, doors = RoadGraphTimes(town, DijkstraEngine), [place for place in more if place not in stops]
    grown, whole = times.extended(times.matrix(stops), doors), times.matrix([*stops, *doors])
    assert grown.points == whole.points
    assert (grown.seconds == whole.seconds).all()
    assert (grown.metres == whole.metres).all()


def test_who_asks_for_known_places_gets_the_matrix_that_is_there() -> None:
    matrix, stops = growing_in_ripon(), list(ripon_stops().values())
    assert matrix.over(stops[:5]) is matrix.stops
    first = matrix.over([stops[0], door(1)])
    assert first is not matrix.stops
    assert door(1) not in matrix.stops.index  # what somebody holds stays as it is
    assert matrix.over([door(1), stops[3]]) is first
    second = matrix.over([door(2)])
    assert {door(1), door(2)} <= second.index.keys()
    assert (second.seconds[: len(first.points), : len(first.points)] == first.seconds).all()


def test_only_what_is_new_is_computed() -> None:
    asked = []

    class Counting(DijkstraEngine):
        def times_ms(self, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
            asked.append(len(sources) * len(targets))
            return super().times_ms(sources, targets)

    matrix = GrowingMatrix(RoadGraphTimes(ripon_graph(), Counting), ripon_stops().values(), Lock())
    matrix.over([door(1)])
    at_first, out, back = asked
    assert out + back < at_first / 10


def test_no_more_doors_are_kept_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "MOST_DOORS", 3)
    matrix = growing_in_ripon()
    stops = len(matrix.stops.points)
    for number in range(20):
        found = matrix.over([door(number)])
        assert door(number) in found.index
        assert len(found.points) <= stops + 3
    many = [door(number) for number in range(30, 40)]  # a day that has more of them gets them all
    assert set(many) <= matrix.over(many).index.keys()


def test_threads_that_ask_at_once_get_what_they_asked_for() -> None:
    matrix, times = growing_in_ripon(), RoadGraphTimes(ripon_graph())

    def ask(number: int) -> TravelMatrix:
        return matrix.over([door(number), door(number + 1)])

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(40)))
    for number, each in enumerate(found):
        alone = times.matrix([door(number), door(number + 1)])
        assert each(door(number), door(number + 1)) == alone(door(number), door(number + 1))


def test_of_a_server_only_tables_of_what_is_new_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    stops, doors = [at(100 * i) for i in range(7)], [at(50), at(50, 700)]
    with serving(osrm) as stub:
        times = HttpTimes(OsrmServer(stub.url), block=4)
        known = times.matrix(stops)
        asked = len(stub.asked)
        grown = times.extended(known, doors)
        assert len(stub.asked) - asked == 2 + 3  # 7 to 2 and 2 to 9, by fours
        whole = times.matrix([*stops, *doors])
    assert (grown.seconds == whole.seconds).all()
    assert (grown.metres == whole.metres).all()
