"""RoutingKit and SciPy answer alike, on the roads that we ship and on real ones."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from routing.model import Point
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.engine import NO_WAY, best_engine, weights_ms
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm
from routing.travel.road_graph import RoadGraph
from tests.routing.travel_worlds import at, graph_of, ripon_graph, ripon_stops, road


@pytest.fixture
def with_routingkit() -> None:
    pytest.importorskip("pyroutingkit", reason="no wheel of pyroutingkit for this Python")


def nodes_of(graph: RoadGraph, count: int) -> np.ndarray:
    return np.random.default_rng(7).choice(graph.nodes, size=count, replace=False).astype(np.int64)


@pytest.mark.usefixtures("with_routingkit")
def test_the_ripon_matrix_is_the_same_from_either_engine() -> None:
    stops = list(ripon_stops().values())
    fast, plain = RoadGraphTimes(ripon_graph()).matrix(stops), RoadGraphTimes(ripon_graph(), DijkstraEngine).matrix(stops)
    assert (fast.seconds == plain.seconds).all()
    assert (fast.metres == plain.metres).all()


@pytest.mark.usefixtures("with_routingkit")
@pytest.mark.parametrize("place", ["rutland", "andorra"])
def test_real_roads_give_the_same_times_from_either_engine(place: str, shared_data: Path) -> None:
    graph = read_osm(shared_data / "roads" / f"{place}.osm.pbf")
    fast, plain, nodes = best_engine(graph), DijkstraEngine(graph), nodes_of(graph, 60)
    times = fast.times_ms(nodes, nodes)
    assert (times == plain.times_ms(nodes, nodes)).all()
    assert times.max() < NO_WAY
    for source, target in nodes[:20].reshape(-1, 2).tolist():
        for engine in (fast, plain):
            edges = engine.edges(source, target)
            assert graph.tail[edges[0]] == source
            assert graph.head[edges[-1]] == target
            assert (graph.head[edges[:-1]] == graph.tail[edges[1:]]).all()
            assert weights_ms(graph)[edges].sum() == fast.times_ms(np.array([source]), np.array([target]))[0, 0]


@pytest.mark.usefixtures("with_routingkit")
def test_the_comparison_would_notice_one_slower_road() -> None:
    """The control: change one road by a second, and the engines no longer agree."""
    places = [at(0), at(1000), at(2000)]
    before = graph_of(places, [road(places, 0, 1), road(places, 1, 2)])
    after = graph_of(places, [road(places, 0, 1), road(places, 1, 2)._replace(seconds=101)])
    nodes = np.arange(3)
    assert (best_engine(before).times_ms(nodes, nodes) != DijkstraEngine(after).times_ms(nodes, nodes)).any()


def test_without_routingkit_scipy_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "routing.travel.cch", raising=False)
    monkeypatch.setitem(sys.modules, "pyroutingkit", None)  # as where it has no wheel
    engine = best_engine(ripon_graph())
    assert isinstance(engine, DijkstraEngine)
    ripon, masham = ripon_stops()["RIP01"], ripon_stops()["MAS01"]
    assert 20 * 60 < RoadGraphTimes(ripon_graph()).matrix([ripon, masham])(ripon, masham) < 26 * 60


@pytest.mark.parametrize("fast", [True, False])
def test_of_two_parallel_roads_the_faster_counts(fast: bool) -> None:
    if fast:
        pytest.importorskip("pyroutingkit", reason="no wheel of pyroutingkit for this Python")
    places: list[Point] = [at(0), at(1000)]
    slow, quick = road(places, 0, 1, m_s=5), road(places, 0, 1, m_s=20)
    graph = graph_of(places, [slow, quick, slow])
    engine = best_engine(graph) if fast else DijkstraEngine(graph)
    assert engine.times_ms(np.array([0]), np.array([1]))[0, 0] == pytest.approx(50_000, abs=10)
    assert engine.edges(0, 1) == [1]
    assert engine.edges(1, 1) == []
