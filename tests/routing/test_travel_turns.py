"""Turns that may not be taken: judged by driving through the whole road network with a memory of what was driven."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.model import Point
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.engine import NO_WAY, Engine, best_engine, weights_ms
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm
from routing.travel.osm_profile import MINIBUS
from routing.travel.osm_restrictions import holds
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import line_m
from routing.travel.turns import TURN, forbid
from tests.routing.travel_extracts import Relation, extract
from tests.routing.travel_worlds import at, graph_of, road, spots_in_town, towns

ROAD = {"highway": "primary"}
CROSSING = {1: at(0, 0), 2: at(500, 0), 3: at(1000, 0), 4: at(500, 500), 5: at(500, -500), 6: at(1000, 500)}
"""A crossing at 2 with arms to the west (1), east (3), north (4) and south (5); 6 joins the north with the east, the long way."""
ARMS = [([1, 2], ROAD), ([2, 3], ROAD), ([2, 4], ROAD), ([2, 5], ROAD), ([4, 6, 3], ROAD)]
WEST, EAST, NORTH, SOUTH = 1, 2, 3, 4


def banned(kind: str, come_from: int, go_to: int, **tags: str) -> Relation:
    members = [("w", come_from, "from"), ("n", 2, "via"), ("w", go_to, "to")]
    return Relation({"type": "restriction", "restriction": kind, **tags}, members)


def times(folder: Path, *relations: Relation) -> RoadGraphTimes:
    return RoadGraphTimes(read_osm(extract(folder, ARMS, relations=list(relations), places=CROSSING)))


def metres(travel: RoadGraphTimes, a: Point, b: Point) -> int:
    return travel.matrix([a, b]).distance_m(a, b)


def test_where_no_left_turn_is_allowed_the_bus_goes_round(tmp_path: Path) -> None:
    west, north = at(100, 0), at(500, 400)
    assert metres(times(tmp_path), west, north) == pytest.approx(800, abs=2)
    travel = times(tmp_path, banned("no_left_turn", WEST, NORTH))
    # On to the east's end, which leads nowhere but round the block: turning at a junction takes no time, so back from the south.
    assert metres(travel, west, north) == pytest.approx(400 + 500 + 500 + 400, abs=3)
    assert metres(travel, north, west) == pytest.approx(800, abs=2), "the other way is not forbidden"
    assert metres(travel, west, at(900, 0)) == pytest.approx(800, abs=2), "straight on is not forbidden"


def test_where_only_straight_on_is_allowed_all_else_is_forbidden(tmp_path: Path) -> None:
    travel, west = times(tmp_path, banned("only_straight_on", WEST, EAST)), at(100, 0)
    assert metres(travel, west, at(900, 0)) == pytest.approx(800, abs=2)
    for there in (at(500, 400), at(500, -400)):  # to the east's end and back
        assert metres(travel, west, there) == pytest.approx(400 + 500 + 500 + 400, abs=3)


def test_where_turning_round_is_forbidden(tmp_path: Path) -> None:
    end, back = at(400, 0), at(390, 0)
    travel = times(tmp_path, banned("no_u_turn", WEST, WEST))
    west_end = at(0, 0)
    graph = travel.graph
    ends = np.array([graph.edge_shape(edge)[[0, -1]] for edge in range(graph.edges)])
    into, out = (np.abs(ends - way).sum(axis=(1, 2)).argmin() for way in ([west_end, CROSSING[2]], [CROSSING[2], west_end]))
    ms = travel.engine.times_ms(np.array([graph.head[into]]), np.array([graph.tail[out]]))[0, 0]
    assert ms == pytest.approx(1000 / (60 / 3.6) * 1000, abs=5), "to the end of another arm and back"
    assert metres(travel, back, end) == pytest.approx(10, abs=1)


@pytest.mark.parametrize("tags", [{"except": "psv"}, {"except": "bicycle;bus"}])
def test_buses_may_where_they_are_excepted(tmp_path: Path, tags: dict[str, str]) -> None:
    assert metres(times(tmp_path, banned("no_left_turn", WEST, NORTH, **tags)), at(100, 0), at(500, 400)) == pytest.approx(
        800, abs=2
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"restriction": "no_left_turn"}, False),
        ({"restriction": "only_right_turn"}, True),
        ({"restriction": "no_entry"}, False),
        ({"restriction": "none"}, None),
        ({"restriction": "no_left_turn", "except": "psv"}, None),
        ({"restriction": "no_left_turn", "except": "motorcar"}, False),
        ({"restriction:bus": "no_left_turn"}, False),
        ({"restriction:hgv": "no_left_turn"}, None),
        ({"restriction:motorcar": "no_left_turn"}, None),
        ({"restriction": "no_left_turn", "restriction:bus": "none"}, None),
        ({"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"}, False),
        ({"restriction:conditional": "no_left_turn @ (weight>7.5)"}, None),
        ({"restriction:conditional": "no_left_turn @ (weight > 3.5 t)"}, False),
        ({"restriction:conditional": "no_left_turn @ (length>12)"}, None),
    ],
)
def test_for_whom_and_when_a_restriction_holds(tags: dict[str, str], expected: bool | None) -> None:
    assert holds({"type": "restriction", **tags}, MINIBUS) is expected


def test_no_turning_round_from_one_carriageway_into_the_other(tmp_path: Path) -> None:
    """From the north-bound carriageway by way of the link between them; whoever comes along the link from elsewhere may."""
    places = {1: at(0, 0), 2: at(0, 500), 3: at(0, 1000), 4: at(30, 1000), 5: at(30, 500), 6: at(30, 0), 7: at(-900, 500)}
    up, down = {**ROAD, "oneway": "yes"}, {**ROAD, "oneway": "yes"}
    ways = [
        ([1, 2], up),
        ([2, 3], up),
        ([3, 4], ROAD),
        ([4, 5], down),
        ([5, 6], down),
        ([2, 5], ROAD),
        ([2, 7], ROAD),
        ([6, 1], ROAD),
    ]
    members = [("w", 1, "from"), ("w", 6, "via"), ("w", 5, "to")]
    u_turn = Relation({"type": "restriction", "restriction": "no_u_turn"}, members)
    free = RoadGraphTimes(read_osm(extract(tmp_path, ways, places=places)))
    kept = RoadGraphTimes(read_osm(extract(tmp_path, ways, places=places, relations=[u_turn])))
    north_bound, south_bound, lane = at(-1, 200), at(31, 300), at(-200, 501)
    assert metres(free, north_bound, south_bound) == pytest.approx(300 + 30 + 200, abs=4)
    assert metres(kept, north_bound, south_bound) == pytest.approx(800 + 30 + 700, abs=4)
    assert metres(kept, lane, south_bound) == pytest.approx(200 + 30 + 200, abs=4)


def test_a_restriction_that_does_not_tell_what_it_means_is_left_out(tmp_path: Path) -> None:
    ways = [([1, 2, 3], ROAD), ([2, 4], ROAD), ([2, 5], ROAD), ([4, 6, 3], ROAD)]
    through = Relation(
        {"type": "restriction", "restriction": "no_left_turn"}, [("w", 1, "from"), ("n", 2, "via"), ("w", 2, "to")]
    )
    nowhere = Relation(
        {"type": "restriction", "restriction": "no_left_turn"}, [("w", 99, "from"), ("n", 2, "via"), ("w", 2, "to")]
    )
    graph = read_osm(extract(tmp_path, ways, places=CROSSING, relations=[through, nowhere]))
    assert TURN not in graph.kinds


def test_only_junctions_with_forbidden_turns_are_taken_apart(tmp_path: Path) -> None:
    plain, kept = times(tmp_path).graph, times(tmp_path, banned("no_left_turn", WEST, NORTH)).graph
    assert (kept.nodes, kept.edges) == (plain.nodes + 1, plain.edges + 1)
    assert kept.road_km == pytest.approx(plain.road_km)


def remembering(graph: RoadGraph, sequences: set[tuple[int, ...]], start: int) -> dict[int, int]:
    """Milliseconds from the end of one edge to the begin of every other, by trying all ways with all they have driven in mind."""
    weights, memory = weights_ms(graph).tolist(), max(map(len, sequences)) - 1
    out_of: dict[int, list[int]] = {}
    for edge, tail in enumerate(graph.tail.tolist()):
        out_of.setdefault(tail, []).append(edge)
    best: dict[int, int] = {}
    seen, queue = set[tuple[int, ...]](), [(0, (start,))]
    while queue:
        ms, driven = heapq.heappop(queue)
        if driven in seen:
            continue
        seen.add(driven)
        for edge in out_of.get(int(graph.head[driven[-1]]), []):
            history = (*driven, edge)
            if any(history[-len(sequence) :] == sequence for sequence in sequences):
                continue
            best.setdefault(edge, ms)
            heapq.heappush(queue, (ms + weights[edge], history[-memory:]))
    return best


@st.composite
def towns_with_bans(draw: st.DrawFn) -> tuple[RoadGraph, set[tuple[int, ...]]]:
    graph = draw(towns().filter(lambda town: town.edges > 3))
    sequences = set()
    for _ in range(draw(st.integers(1, 6))):
        sequence = [draw(st.integers(0, graph.edges - 1))]
        for _ in range(draw(st.integers(1, 3))):
            after = np.flatnonzero(graph.tail == graph.head[sequence[-1]]).tolist()
            if after:
                sequence.append(draw(st.sampled_from(after)))
        if len(sequence) > 1:
            sequences.add(tuple(sequence))
    assume(sequences)
    return graph, sequences


@pytest.mark.parametrize("make_engine", [best_engine, DijkstraEngine])
@settings(max_examples=40, deadline=None)
@given(town=towns_with_bans())
def test_in_any_town_with_any_forbidden_ways_both_engines_find_the_fastest_that_is_allowed(
    make_engine: Callable[[RoadGraph], Engine], town: tuple[RoadGraph, set[tuple[int, ...]]]
) -> None:
    graph, sequences = town
    kept = forbid(graph, sequences)
    engine = make_engine(kept)
    place = list(zip(kept.link.tolist(), kept.along.tolist(), strict=True))
    copies = [[e for e in range(kept.edges) if place[e] == place[edge]] for edge in range(graph.edges)]
    found = engine.times_ms(kept.head[: graph.edges].astype(np.int64), kept.tail.astype(np.int64))
    for start in range(graph.edges):
        expected = remembering(graph, sequences, start)
        for end in range(graph.edges):
            times_ms = {copy: int(found[start, copy]) for copy in copies[end]}
            assert min(times_ms.values()) == expected.get(end, NO_WAY)
            copy = min(times_ms, key=lambda copy: times_ms[copy])
            if times_ms[copy] < NO_WAY and end == 7 * start % graph.edges:  # a few of the ways themselves
                edges = [start, *engine.edges(int(kept.head[start]), int(kept.tail[copy])), copy]
                driven = tuple(copies_of(graph, kept, edge) for edge in edges if kept.length_m[edge] > 0)
                assert not any(driven[i : i + len(s)] == s for s in sequences for i in range(len(driven)))


def copies_of(graph: RoadGraph, kept: RoadGraph, edge: int) -> int:
    return int(np.flatnonzero((graph.link == kept.link[edge]) & (graph.along == kept.along[edge]))[0])


@settings(max_examples=40, deadline=None)
@given(towns_with_bans(), st.lists(spots_in_town, min_size=3, max_size=6))
def test_a_detour_by_a_third_place_is_never_shorter_whatever_is_forbidden(
    town: tuple[RoadGraph, set[tuple[int, ...]]], places: list[Point]
) -> None:
    ms = RoadGraphTimes(forbid(*town)).matrix(places).seconds.astype(np.int64)
    by_way_of = (ms[:, :, None] + ms[None, :, :]).min(axis=1)
    assert (by_way_of >= ms).all()


@settings(max_examples=100, deadline=None)
@given(towns_with_bans(), spots_in_town, spots_in_town)
def test_the_line_is_as_long_as_the_matrix_says_whatever_is_forbidden(
    town: tuple[RoadGraph, set[tuple[int, ...]]], a: Point, b: Point
) -> None:
    travel = RoadGraphTimes(forbid(*town))
    matrix, line = travel.matrix([a, b]), travel.path(a, b)
    assert matrix(a, b) == RoadGraphTimes(forbid(*town), DijkstraEngine).matrix([a, b])(a, b)
    if not matrix.reachable(a, b):
        assert line == []
        return
    assert (line[0], line[-1]) == (a, b)
    assert line_m(np.array(line)) == pytest.approx(matrix.distance_m(a, b), rel=1e-3, abs=2)


def test_a_stop_just_past_a_forbidden_turn_is_no_place_to_turn_round() -> None:
    places = [at(0, 0), at(500, 0), at(1000, 0), at(500, 500)]
    graph = graph_of(places, [road(places, 0, 1), road(places, 1, 2), road(places, 1, 3)])
    kept = forbid(graph, [(0, 2)])
    assert kept.turnable.tolist()[:3] == [True, False, True]
