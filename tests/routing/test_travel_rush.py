"""Slower in the morning: factors on the speed of roads by class and hour, without preparing the roads anew."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.model import Point
from routing.travel import cch, stored
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.matrix import UNREACHABLE_S
from routing.travel.osm import read_osm
from routing.travel.osm_profile import MINIBUS
from routing.travel.road_graph import RoadGraph
from routing.travel.rush import BadSpeeds, Rush, RushTimes, read_speeds, reweighted
from routing.travel.stored import Roads
from tests.routing.travel_extracts import Relation, extract
from tests.routing.travel_worlds import at, graph_of, ripon_graph, ripon_stops, road, spots_in_town, towns

EIGHT, NOON = 8 * 3600, 12 * 3600
CLASSES = ["", "A", "B", "lane"]


def high_street_and_bypass() -> RoadGraph:
    """From west to east 1 km along the high street at 10 m/s, or 1.5 km by the bypass, at 12 m/s."""
    places = [at(0), at(1000), at(500, 560)]
    street = road(places, 0, 1)._replace(kind="A")
    bypass = [road(places, a, b, m_s=12)._replace(kind="bypass", length_m=750.0, seconds=62.5) for a, b in ((0, 2), (2, 1))]
    return graph_of(places, [street, *bypass])


def rushing(graph: RoadGraph, table: object, *hours: int) -> RushTimes:
    return RushTimes(Roads(graph, stored._topology(graph)).times, read_speeds(table), hours)


def seconds(times: RushTimes, depart: int | None) -> int:
    west, east = at(0), at(1000)
    return times.matrix([west, east], depart)(west, east)


def test_the_high_street_is_slow_in_the_morning_and_then_one_takes_the_bypass() -> None:
    times = rushing(high_street_and_bypass(), {"A": {"7-9": 0.5, "16-18": 0.9}})
    assert seconds(times, NOON) == pytest.approx(100, abs=1)
    assert seconds(times, 16 * 3600) == pytest.approx(111, abs=1)  # 1000 m at 9 m/s
    assert seconds(times, 18 * 3600) == pytest.approx(100, abs=1)
    assert seconds(times, EIGHT) == pytest.approx(125, abs=1)  # 1500 m at 12 m/s beat 1000 m at 5 m/s
    assert seconds(times, EIGHT + 24 * 3600) == seconds(times, EIGHT)  # a night after
    west, east = at(0), at(1000)
    assert times.matrix([west, east], EIGHT).distance_m(west, east) == pytest.approx(1500, abs=1)


def test_at_no_time_in_particular_it_takes_as_long_as_in_the_slowest_open_hour() -> None:
    table = {"A": {"7-9": 0.5, "16-18": 0.9}}
    assert seconds(rushing(high_street_and_bypass(), table), None) == pytest.approx(125, abs=1)
    assert seconds(rushing(high_street_and_bypass(), table, *range(9, 18)), None) == pytest.approx(111, abs=1)
    assert seconds(rushing(high_street_and_bypass(), table, 10, 11), None) == pytest.approx(100, abs=1)


def test_the_line_is_the_one_that_the_times_are_of() -> None:
    line = rushing(high_street_and_bypass(), {"A": {"7-9": 0.5}}).path(at(0), at(1000))
    assert max(point.lat for point in line) == pytest.approx(at(0, 560).lat)


def test_a_class_goes_by_the_others_in_hours_that_it_does_not_name() -> None:
    rush = read_speeds({"*": {"0-6": 1.2, "7-9": 0.8}, "A": {"7-8": 0.5}, "lane": 0.9})
    assert rush.at(3 * 3600) == (("*", 1.2), ("A", 1.2), ("lane", 0.9))
    assert rush.at(7 * 3600) == (("*", 0.8), ("A", 0.5), ("lane", 0.9))
    assert rush.at(8 * 3600 + 3599) == (("*", 0.8), ("A", 0.8), ("lane", 0.9))
    assert rush.at(NOON) == (("*", 1.0), ("A", 1.0), ("lane", 0.9))


def test_a_ferry_is_as_slow_in_the_rush_hour_as_ever() -> None:
    places = [at(0), at(1000), at(2000)]
    quay, crossing = road(places, 0, 1)._replace(kind="A"), road(places, 1, 2)._replace(kind="ferry")
    graph = graph_of(places, [quay, crossing])
    times = rushing(graph, {"*": 0.5})
    assert times.matrix([at(0), at(2000)])(at(0), at(2000)) == pytest.approx(200 + 100, abs=1)
    late = rushing(graph, {"*": 0.5, "ferry": 0.8})
    assert late.matrix([at(0), at(2000)])(at(0), at(2000)) == pytest.approx(200 + 125, abs=1)


@pytest.mark.parametrize("table", [{}, {"*": 1}, {"*": {"7-9": 1.0}, "A": 1}])
def test_factors_of_one_are_no_factors(table: object) -> None:
    assert read_speeds(table).slowest() == ()
    stops = list(ripon_stops().values())[:20]
    as_read, rushed = RoadGraphTimes(ripon_graph()).matrix(stops), rushing(ripon_graph(), table).matrix(stops, EIGHT)
    assert (as_read.seconds == rushed.seconds).all()
    assert (as_read.metres == rushed.metres).all()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ([], "a table such as"),
        ({"A": "slow"}, "of 'A': a factor is a number from 0.1 to 2.0, not 'slow'"),
        ({"A": 0}, "not 0"),
        ({"A": -1}, "not -1"),
        ({"A": 60}, "not 60"),
        ({"A": float("nan")}, "not nan"),
        ({"A": True}, "not True"),
        ({"A": {"7": 0.5}}, "write hours like \"7-9\", from 0 to 24, not '7'"),
        ({"A": {"9-7": 0.5}}, "'9-7'"),
        ({"A": {"20-25": 0.5}}, "'20-25'"),
        ({"A": {"07:00-09:00": 0.5}}, "'07:00-09:00'"),
        ({"A": {"7-9": None}}, "not None"),
    ],
)
def test_a_table_that_is_none_is_refused_with_how_to_write_it(table: object, told: str) -> None:
    with pytest.raises(BadSpeeds) as refused:
        read_speeds(table)
    assert told in str(refused.value)


def test_a_class_that_no_road_has_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        rushing(ripon_graph(), {"*": 0.9, "A": 0.8})
        assert caplog.text == ""
        rushing(ripon_graph(), {"motorwy": 0.8})
    assert "motorwy, of which there are no roads" in caplog.text


def test_the_order_of_the_nodes_is_made_once_for_all_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyroutingkit", reason="no wheel of pyroutingkit for this Python")
    times = rushing(ripon_graph(), {"A": {"7-9": 0.5}, "B": {"8-10": 0.6}})
    monkeypatch.delattr(cch, "build_topology")
    stops = list(ripon_stops().values())
    noon, eight, seven = (times.matrix(stops, hour) for hour in (NOON, EIGHT, 7 * 3600))
    assert (noon.seconds <= seven.seconds).all()
    assert (seven.seconds <= eight.seconds).all()
    assert (noon.seconds < eight.seconds).any()
    assert times.at(EIGHT) is times.at(EIGHT + 60)


factors = st.sampled_from([0.5, 0.8, 1.0, 1.3])
rushes = st.dictionaries(
    st.sampled_from(["*", *CLASSES[1:]]), st.lists(factors, min_size=24, max_size=24).map(tuple), max_size=3
).map(lambda hourly: Rush({"*": (1.0,) * 24} | hourly))


def with_classes(graph: RoadGraph, numbers: list[int]) -> RoadGraph:
    kind = np.resize(np.array(numbers, dtype=np.int32), len(graph.shapes))
    return replace(graph, kinds=tuple(CLASSES), kind=kind)


@settings(max_examples=60, deadline=None)
@given(
    towns(),
    st.lists(st.integers(0, 3), min_size=1, max_size=20),
    rushes,
    st.integers(0, 23),
    st.lists(spots_in_town, min_size=2, max_size=5),
)
def test_other_speeds_on_the_same_topology_give_what_other_roads_would(
    town: RoadGraph, numbers: list[int], rush: Rush, hour: int, places: list[Point]
) -> None:
    graph = with_classes(town, numbers)
    before = [array.copy() for array in (graph.tail, graph.head, graph.link, graph.seconds)]
    times = RushTimes(Roads(graph, stored._topology(graph)).times, rush)
    found = times.matrix(places, 3600 * hour)

    # Dijkstra on a graph of which every edge takes as long as it should, worked out here one by one.
    table = {kind: rush.hourly.get(kind, rush.hourly["*"])[hour] for kind in CLASSES}
    slow = [graph.seconds[edge] / table[CLASSES[graph.kind[graph.link[edge]]]] for edge in range(graph.edges)]
    wanted = RoadGraphTimes(replace(graph, seconds=np.array(slow)), DijkstraEngine).matrix(places)
    assert (found.seconds == wanted.seconds).all()
    for array, kept in zip((graph.tail, graph.head, graph.link, graph.seconds), before, strict=True):
        assert (array == kept).all()
    again = reweighted(graph, rush.at(3600 * hour))
    assert again.tail is graph.tail
    assert again.head is graph.head
    # And nothing takes longer than at no time in particular; where there is a way, there is one at any hour.
    slowest = times.matrix(places).seconds
    assert (found.seconds <= slowest).all()
    assert ((found.seconds == UNREACHABLE_S) == (slowest == UNREACHABLE_S)).all()


LIGHT_S, GATE_S, TURN_S = MINIBUS.node_s["highway=traffic_signals"], MINIBUS.node_s["barrier=gate"], MINIBUS.alternating_s


@pytest.mark.parametrize(
    ("nodes", "tags", "waits_s"),
    [
        ({}, {}, 0),
        ({5: {"highway": "traffic_signals"}}, {}, LIGHT_S),
        ({5: {"barrier": "gate"}, 2: {"highway": "stop"}}, {}, GATE_S + MINIBUS.node_s["highway=stop"]),
        ({}, {"oneway": "alternating"}, TURN_S),
    ],
)
def test_whoever_stands_at_a_light_or_a_gate_stands_there_as_long_as_ever(
    nodes: dict[int, dict[str, str]], tags: dict[str, str], waits_s: float, tmp_path: Path
) -> None:
    road = {"highway": "primary", "maxspeed": "40", **tags}
    graph = read_osm(extract(tmp_path, [([1, 5, 2], road), ([2, 3, 4, 1], {"highway": "residential"})], nodes))
    driven_s = 1000 / (MINIBUS.limit_share * 40 / 3.6)
    for factor in (1.0, 0.8, 2.0):
        found = seconds(rushing(graph, {"primary": factor}), None)
        assert found == pytest.approx(driven_s / factor + waits_s, abs=1), factor


def test_a_wait_belongs_to_those_who_come_from_its_side(tmp_path: Path) -> None:
    """One way the road has a stop sign at its end, and in the other direction none."""
    sign = {2: {"highway": "stop", "direction": "forward"}}
    ways = [([1, 5, 2], {"highway": "primary"}), ([2, 3, 4, 1], {"highway": "primary"})]
    slow = rushing(read_osm(extract(tmp_path, ways, sign)), {"primary": 0.5})
    there, back = (slow.matrix(ends)(*ends) for ends in ([at(0), at(1000)], [at(1000), at(0)]))
    assert there - back == pytest.approx(MINIBUS.node_s["highway=stop"], abs=1)


def test_behind_a_forbidden_turn_waits_are_what_they_were(tmp_path: Path) -> None:
    """Junctions with restrictions are taken apart, and their edges copied, with what is waited on them."""
    ways = [([1, 5], {"highway": "primary"}), ([5, 2], {"highway": "primary"}), ([5, 4], {"highway": "primary"})]
    ban = Relation({"type": "restriction", "restriction": "no_left_turn"}, [("w", 1, "from"), ("n", 5, "via"), ("w", 3, "to")])
    light = {5: {"highway": "traffic_signals"}}
    graph = read_osm(extract(tmp_path, ways, light, [ban]))
    assert graph.nodes > 4
    west, east = at(0), at(1000)
    fast, slow = (rushing(graph, {"primary": factor}).matrix([west, east])(west, east) for factor in (1.0, 0.5))
    assert slow == pytest.approx(2 * (fast - LIGHT_S) + LIGHT_S, abs=2)


def test_a_factor_on_a_ferry_is_one_on_the_wait_for_it_too(tmp_path: Path) -> None:
    banks = [([1, 4], {"highway": "primary"}), ([2, 3], {"highway": "primary"})]
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:20", "interval": "00:30"}
    graph = read_osm(extract(tmp_path, [*banks, ([1, 5, 2], ferry)]))
    assert seconds(rushing(graph, {"ferry": 0.5}), None) == pytest.approx(2 * (15 + 20) * 60, abs=2)
    assert seconds(rushing(graph, {"*": 0.5}), None) == pytest.approx((15 + 20) * 60, abs=2)


@pytest.mark.parametrize("place", ["rutland", "andorra"])
def test_on_real_roads_what_is_waited_is_what_would_not_be_without_lights_and_gates(place: str, shared_data: Path) -> None:
    path = shared_data / "roads" / f"{place}.osm.pbf"
    graph, free = read_osm(path), read_osm(path, replace(MINIBUS, node_s={}, alternating_s=0.0))
    assert (graph.wait_s > 0).any()
    assert graph.seconds - free.seconds == pytest.approx(graph.wait_s, abs=1e-6)
    assert reweighted(graph, (("*", 0.5),)).seconds == pytest.approx(2 * free.seconds + graph.wait_s, abs=1e-6)
