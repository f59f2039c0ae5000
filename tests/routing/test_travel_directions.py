"""What a driver is told on the way: where to turn, which exit to take, on which side the stop is."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.model import Point
from routing.travel.directions import Piece, in_words, turns_of
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.matrix import matrix_of
from routing.travel.matrix_times import MatrixTimes
from routing.travel.osm import read_osm
from routing.travel.road_graph import Link, RoadGraph
from routing.travel.sphere import distance_m, line_m
from tests.routing.travel_worlds import at, graph_of, ripon_graph, ripon_stops, road, spots_in_town, towns


def street(places: list[Point], tail: int, head: int, name: str, *, oneway: bool = False, ring: bool = False) -> Link:
    return road(places, tail, head, oneway=oneway)._replace(name=name, round=ring)


def told(graph: RoadGraph, origin: Point, destination: Point) -> list[str]:
    drive = RoadGraphTimes(graph).route(origin, destination)
    assert drive is not None
    return [f"{in_words(turn)}, {turn.metres} m" if turn.metres else in_words(turn) for turn in drive.turns]


def crossroads() -> RoadGraph:
    """Four arms of 500 m at a crossing; the southern one ends at a corner to a lane that leads on east."""
    places = [at(0, 0), at(0, 500), at(500, 0), at(0, -500), at(-500, 0), at(500, -500)]
    names = {1: "North Street", 2: "East Street", 3: "South Street", 4: "West Street"}
    return graph_of(places, [*(street(places, 0, arm, name) for arm, name in names.items()), street(places, 3, 5, "")])


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (at(-400, 0), "Turn left into West Street, 400 m"),
        (at(0, 400), "Go straight on to North Street, 400 m"),
        (at(400, 0), "Turn right into East Street, 400 m"),
    ],
)
def test_at_the_crossing(to: Point, words: str) -> None:
    assert told(crossroads(), at(0, -300), to) == ["Head north along South Street, 300 m", words, "Arrive at the stop"]


def test_where_a_street_only_bends_nobody_is_told() -> None:
    assert told(crossroads(), at(300, -500), at(0, -300)) == ["Head west, 500 m", "Arrive at the stop"]


def test_the_stop_is_on_the_left_or_on_the_right() -> None:
    assert told(crossroads(), at(0, -300), at(-10, 400))[-1] == "Arrive: the stop is on the left"
    assert told(crossroads(), at(0, 400), at(-10, -300))[-1] == "Arrive: the stop is on the right"
    assert told(crossroads(), at(0, -300), at(400, 10))[-1] == "Arrive: the stop is on the left"


def test_a_side_road_does_not_make_the_high_street_a_turn() -> None:
    places = [at(0), at(500), at(900, 200), at(500, -400), at(1400, 200)]
    links = [street(places, 0, 1, "High Street"), street(places, 1, 2, "High Street"), street(places, 1, 3, "Mill Lane")]
    graph = graph_of(places, [*links, street(places, 2, 4, "High Street")])
    assert told(graph, at(100), at(1300, 200)) == ["Head east along High Street, 1247 m", "Arrive at the stop"]
    assert told(graph, at(100), at(500, -300))[1] == "Turn right into Mill Lane, 300 m"


def test_a_road_without_a_name_goes_on_round_its_bends_too() -> None:
    places = [at(0), at(500), at(900, 250), at(500, -400)]
    bends = [street(places, 0, 1, "")._replace(kind="unclassified"), street(places, 1, 2, "")._replace(kind="unclassified")]
    drive = street(places, 1, 3, "")._replace(kind="service")
    assert told(graph_of(places, [*bends, drive]), at(100), places[2]) == ["Head east, 872 m", "Arrive at the stop"]
    # But whoever leaves it is told.
    off = [bends[0], bends[1]._replace(kind="service"), drive]
    assert told(graph_of(places, off), at(100), places[2])[1].startswith("Bear left")


def test_at_a_fork_one_keeps_to_a_side() -> None:
    places = [at(0), at(500), at(900, 60), at(900, -60)]
    links = [street(places, 0, 1, "Trunk Road"), street(places, 1, 2, "Upper Road"), street(places, 1, 3, "Lower Road")]
    graph = graph_of(places, links)
    assert told(graph, at(100), at(800, 45))[1].startswith("Keep left into Upper Road")
    assert told(graph, at(100), at(800, -45))[1].startswith("Keep right into Lower Road")


def test_a_sharp_turn_and_a_slight_one() -> None:
    places = [at(0), at(500), at(200, -150), at(800, 250)]
    links = [street(places, 0, 1, "Main Street"), street(places, 1, 2, "Back Lane"), street(places, 1, 3, "New Road")]
    graph = graph_of(places, links)
    assert told(graph, at(100), places[2])[1].startswith("Turn sharp right into Back Lane")
    assert told(graph, at(100), places[3])[1].startswith("Bear left into New Road")


def roundabout(in_only: int | None = None) -> tuple[RoadGraph, list[Point]]:
    """Traffic keeps left, so it goes round clockwise: arms to the south, west, north and east; the ring is 20 m wide."""
    compass = [180, 270, 0, 90]
    ring = [at(20 * sin(radians(way)), 20 * cos(radians(way))) for way in compass]
    ends = [at(500 * sin(radians(way)), 500 * cos(radians(way))) for way in compass]
    places, names = [*ring, *ends], ["South Road", "West Road", "North Road", "East Road"]
    around = [street(places, i, (i + 1) % 4, "", oneway=True, ring=True) for i in range(4)]
    arms = [street(places, i + 4, i, name, oneway=i == in_only) for i, name in enumerate(names)]
    return graph_of(places, [*around, *arms]), ends


@pytest.mark.parametrize(
    ("arm", "words"),
    [
        (1, "At the roundabout take the 1st exit on to West Road"),
        (2, "At the roundabout take the 2nd exit on to North Road"),
        (3, "At the roundabout take the 3rd exit on to East Road"),
    ],
)
def test_exits_of_a_roundabout_are_counted(arm: int, words: str) -> None:
    graph, ends = roundabout()
    found = told(graph, ends[0], ends[arm])
    assert len(found) == 3
    assert found[0] == "Head north along South Road, 480 m"
    assert found[1].startswith(words)


def test_a_one_way_road_into_the_roundabout_is_no_exit() -> None:
    graph, ends = roundabout(in_only=1)
    assert told(graph, ends[0], ends[2])[1].startswith("At the roundabout take the 1st exit on to North Road")


def test_who_has_to_turn_round_is_told_so() -> None:
    places = [at(0), at(500), at(1000), at(1000, 500), at(500, 500)]
    lane = street(places, 0, 1, "Lane")
    one_way = [street(places, a, b, "Ring", oneway=True) for a, b in ((1, 2), (2, 3), (3, 4), (4, 1))]
    graph = graph_of(places, [lane, *one_way])
    drive = RoadGraphTimes(graph).route(at(500, 200), at(700))  # southbound on the ring, and on it again
    assert drive is not None
    assert [turn.kind for turn in drive.turns] == ["depart", "turn", "arrive"]
    pieces = [Piece(0, graph.edge_shape(0), 500.0), Piece(int(np.flatnonzero(~graph.along)[0]), graph.edge_shape(0)[::-1], 500.0)]
    assert [in_words(turn) for turn in turns_of(graph, pieces, at(0))][1] == "Turn round on Lane"


def test_no_way_and_no_distance() -> None:
    places = [at(0), at(500), at(5000), at(5500)]
    times = RoadGraphTimes(graph_of(places, [road(places, 0, 1), road(places, 2, 3)]))
    assert times.route(at(100), at(5100)) is None
    nowhere = times.route(at(100), at(100))
    assert nowhere is not None
    assert (nowhere.metres, nowhere.seconds, nowhere.turns) == (0, 0, ())


def test_of_a_matrix_only_the_ends_are_known() -> None:
    a, b, island = at(0), at(1000), at(9000)
    far = 7 * 24 * 3600
    times = MatrixTimes(matrix_of([a, b, island], [[0, 100, far], [90, 0, far], [far, far, 0]]))
    drive = times.route(a, b)
    assert drive is not None
    assert (drive.line, drive.metres, drive.seconds, drive.turns) == ((a, b), 1000, 100, ())
    assert times.route(a, island) is None


def assert_agrees(times: RoadGraphTimes, a: Point, b: Point) -> None:
    matrix, drive = times.matrix([a, b]), times.route(a, b)
    assert (drive is not None) == matrix.reachable(a, b)
    if drive is None or a == b:
        return
    assert (drive.seconds, drive.metres) == (matrix(a, b), matrix.distance_m(a, b))
    assert list(drive.line) == times.path(a, b)
    if not drive.turns:  # both stops are at one spot of the road
        assert distance_m(*(snap.at for snap in times.snapper.snap([a, b]))) < 0.01
        return
    assert [drive.turns[0].kind, drive.turns[-1].kind] == ["depart", "arrive"]
    # The metres of the turns are those on the road; the rest is the way from the kerb to the stops.
    beside = sum(snap.access_m for snap in times.snapper.snap([a, b]))
    assert sum(turn.metres for turn in drive.turns) == pytest.approx(drive.metres - beside, abs=len(drive.turns) + 1)
    line, past = list(drive.line), 0
    for turn in drive.turns[:-1]:  # each turn is at a point of the line, in order
        past = next(i for i in range(past, len(line)) if distance_m(line[i], turn.at) < 0.01)


@settings(max_examples=80, deadline=None)
@given(towns(), spots_in_town, spots_in_town)
def test_directions_agree_with_matrix_and_line(town: RoadGraph, a: Point, b: Point) -> None:
    assert_agrees(RoadGraphTimes(town), a, b)


def test_on_the_hand_made_roads_of_ripon() -> None:
    times, stops = RoadGraphTimes(ripon_graph()), list(ripon_stops().values())
    for a, b in pairwise(stops[::4]):
        assert_agrees(times, a, b)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["rutland", "andorra"])
def test_on_real_roads(place: str, shared_data: Path) -> None:
    times = RoadGraphTimes(read_osm(shared_data / "roads" / f"{place}.osm.pbf"))
    graph = times.graph
    nodes = np.random.default_rng(11).choice(graph.nodes, 60, replace=False)
    for a, b in pairwise(graph.node(int(node)) for node in nodes):
        assert_agrees(times, a, b)
        drive = times.route(a, b)
        assert drive is not None
        assert line_m(np.array(drive.line)) == pytest.approx(drive.metres, rel=1e-3, abs=5)
        exits = [turn.exit for turn in drive.turns if turn.kind == "roundabout" and turn.exit]
        assert all(1 <= number <= 8 for number in exits)


names = st.sampled_from(["", "High Street", "Mill Lane", "A1"])


@settings(max_examples=60, deadline=None)
@given(towns(), st.lists(names, min_size=1, max_size=20), spots_in_town, spots_in_town)
def test_every_street_that_is_turned_into_is_driven(town: RoadGraph, given_names: list[str], a: Point, b: Point) -> None:
    places = [town.node(node) for node in range(town.nodes)]
    first = {int(link): edge for edge, link in reversed(list(enumerate(town.link)))}
    links = [
        road(places, int(town.tail[edge]), int(town.head[edge]), oneway=int((town.link == link).sum()) == 1)
        ._replace(name=given_names[link % len(given_names)])
        for link, edge in sorted(first.items())
    ]  # fmt: skip
    times = RoadGraphTimes(graph_of(places, links))
    drive = times.route(a, b)
    if drive is None or a == b:
        return
    start, end = times._snap([a, b])
    pieces = [piece for piece in times._pieces(start, end, times._ways([start, end])) if piece.metres > 0]
    driven = [times.graph.names[times.graph.name[times.graph.link[piece.edge]]] for piece in pieces]
    streets = [turn.street for turn in drive.turns[:-1]]
    while streets:  # in order, with streets in between that nobody need be told of
        assert streets[0] in driven, streets
        driven = driven[driven.index(streets.pop(0)) :]
