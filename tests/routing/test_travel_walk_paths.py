"""How far it is on foot, along the paths that there are."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.model import Point
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import BadExtract
from routing.travel.osm_walks import blocks_walkers, read_walks, walkable
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import distance_m, line_m, project
from routing.travel.walk_paths import PathIndex, WalkPaths
from routing.travel.walking import Walking
from tests.routing.travel_extracts import extract
from tests.routing.travel_worlds import at, footpaths, spots_in_town


def tags(text: str) -> dict[str, str]:
    return dict(tag.split("=", 1) for tag in text.split(","))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("highway=footway", True),
        ("highway=steps", True),
        ("highway=residential,oneway=yes", True),
        ("highway=unclassified,motor_vehicle=private", True),
        ("highway=service,access=private", False),
        ("highway=track,access=private,foot=permissive", True),
        ("highway=path,foot=no", False),
        ("highway=cycleway", True),
        ("highway=cycleway,foot=use_sidepath", False),
        ("highway=path,sac_scale=alpine_hiking", False),
        ("highway=motorway", False),
        ("highway=trunk", True),
        ("highway=trunk,oneway=yes", False),
        ("highway=trunk,oneway=yes,sidewalk=left", True),
        ("highway=trunk,oneway=yes,foot=yes", True),
        ("highway=construction", False),
        ("waterway=river", False),
    ],
)
def test_where_one_may_walk(text: str, expected: bool) -> None:
    assert walkable(tags(text)) is expected


def test_gates_and_stiles_are_no_obstacle_unless_they_are_locked_or_say_so() -> None:
    assert not any(blocks_walkers(tags(f"barrier={kind}")) for kind in ("gate", "stile", "kissing_gate", "bollard"))
    assert blocks_walkers(tags("barrier=gate,access=private"))
    assert not blocks_walkers(tags("barrier=gate,access=private,foot=yes"))
    assert blocks_walkers(tags("barrier=gate,locked=yes"))


PLACES = {1: at(0), 2: at(300), 3: at(300, 300), 4: at(0, 300)}


def test_a_stop_across_the_river_is_as_far_as_the_bridge_is(tmp_path: Path) -> None:
    path = extract(tmp_path, [([1, 2, 3, 4], {"highway": "footway"})], places=PLACES)
    index = PathIndex({"mill": at(0, 290)}, WalkPaths(RoadGraphTimes(read_walks(path)), Walking()))
    # Along three sides of the square, not 290 m across.
    assert index.near(at(0, 0), 600) == []
    walk = index.near(at(0, 0), 1000)[0]
    assert walk.metres == pytest.approx(900 + 10, abs=3)
    assert walk.seconds == pytest.approx(walk.metres / 1.2, abs=1)
    assert index.nearest(at(0, 0)) == walk


def test_one_way_streets_are_walked_both_ways(tmp_path: Path) -> None:
    path = extract(tmp_path, [([1, 2, 3], {"highway": "residential", "oneway": "yes"})], places=PLACES)
    walks = WalkPaths(RoadGraphTimes(read_walks(path)), Walking())
    assert walks.metres([at(300, 250)], [at(50)])[0, 0] == pytest.approx(500, abs=2)
    assert line_m(np.array(walks.path(at(300, 250), at(50)))) == pytest.approx(500, abs=2)


@pytest.mark.parametrize("climb", [0.0, 0.75])
def test_neighbours_on_two_ways_drawn_along_one_line_are_neighbours(tmp_path: Path, climb: float) -> None:
    # A street and a path that begin at one node and are drawn upon one another until the path turns to the north, 320 m east.
    ways = [([1, 2], {"highway": "residential"}), ([1, 3, 4], {"highway": "path"})]
    corners = {1: at(0), 2: at(400, 400 * climb), 3: at(320, 320 * climb), 4: at(320, 320 * climb + 100)}
    walks = WalkPaths(RoadGraphTimes(read_walks(extract(tmp_path, ways, places=corners))), Walking())
    north, south = at(160, 160 * climb + 1), at(200, 200 * climb - 1)
    on_the_street, on_the_path = at(360, 360 * climb), at(320, 320 * climb + 20)
    a_metre_east = np.hypot(1, climb)
    expected = {
        (north, south): 40 * a_metre_east,
        (south, on_the_street): 160 * a_metre_east,
        (south, on_the_path): 120 * a_metre_east + 20,
        (on_the_path, on_the_street): 20 + (320 + 360) * a_metre_east,  # they share a node nowhere but at the beginning
    }
    for (a, b), metres in expected.items():
        assert walks.metres([a], [b])[0, 0] == walks.metres([b], [a])[0, 0] == pytest.approx(metres, abs=3)
        for line in (walks.path(a, b), walks.path(b, a)):
            assert line_m(np.array(line)) == pytest.approx(metres, abs=3)


def test_along_a_straight_path_the_limit_is_kept_to_the_metre(tmp_path: Path) -> None:
    walks = WalkPaths(RoadGraphTimes(read_walks(extract(tmp_path, [([1, 2], {"highway": "footway"})], places=PLACES))), Walking())
    index = PathIndex({"mill": at(290)}, walks)
    walk = index.nearest(at(0))
    assert walk is not None
    assert walk.metres == pytest.approx(290, abs=1)
    assert index.near(at(0), walk.metres) == [walk]
    assert index.near(at(0), walk.metres - 1) == []


def test_where_nobody_has_drawn_paths_the_straight_line_and_a_quarter_do(tmp_path: Path) -> None:
    path = extract(tmp_path, [([1, 2], {"highway": "footway"})], places=PLACES)
    index = PathIndex({"farm": at(0, 2000), "mill": at(0)}, WalkPaths(RoadGraphTimes(read_walks(path)), Walking(circuity=1.25)))
    assert [(walk.stop, walk.metres) for walk in index.near(at(0, 1800), 400)] == [("farm", pytest.approx(250, abs=1))]


def test_no_stops_and_no_paths(tmp_path: Path) -> None:
    walks = WalkPaths(RoadGraphTimes(read_walks(extract(tmp_path, [([1, 2], {"highway": "footway"})], places=PLACES))), Walking())
    assert PathIndex({}, walks).near(at(0), 400) == []
    assert PathIndex({}, walks).nearest(at(0)) is None
    with pytest.raises(BadExtract, match="nothing to walk on"):
        read_walks(extract(tmp_path, [([1, 2], {"highway": "motorway"})], places=PLACES))
    with pytest.raises(ValueError, match="lon before lat"):
        PathIndex({"mill": at(0)}, walks).near(Point(54.0, -181.0), 400)


def slowly(graph: RoadGraph, a: Point, b: Point) -> float:
    """The walk by SciPy, over a graph with the two places put in; judged from the drawn lines alone.

    A place is as near to all paths that are within a centimetre of the nearest.
    """
    lat_0 = float(graph.lat.mean())
    lines = [shapely.LineString(project(shape, lat_0)) for shape in graph.shapes]
    n, spots = graph.nodes, graph.nodes + 2
    rows, cols, metres = graph.tail.tolist(), graph.head.tolist(), graph.length_m.tolist()
    marks: dict[int, list[tuple[float, int]]] = {}
    for node, place in ((n, a), (n + 1, b)):
        here = shapely.Point(project(np.array([place]), lat_0)[0])
        beside = shapely.distance(lines, here)
        assume(not (np.abs(beside - beside.min() - 0.01) < 1e-6).any())  # hangs by a hair
        for k in np.flatnonzero(beside < beside.min() + 0.01).tolist():
            marks.setdefault(k, []).append((lines[k].project(here), spots))
            rows, cols, metres = [*rows, node], [*cols, spots], [*metres, max(beside[k], 1e-9)]
            spots += 1
    for k, on in marks.items():
        tail, head = int(graph.tail[k]), int(graph.head[k])
        chain = [(0.0, tail), *sorted(on), (lines[k].length, head)]
        for (d0, x), (d1, y) in pairwise(chain):
            rows, cols, metres = [*rows, x], [*cols, y], [*metres, max(d1 - d0, 1e-9)]
    # The shortest of parallel links, by hand: what csr makes of them is their sum.
    best: dict[tuple[int, int], float] = {}
    for x, y, m in zip(rows, cols, metres, strict=True):
        key = (min(x, y), max(x, y))
        best[key] = min(m, best.get(key, m))
    xs, ys = zip(*best, strict=True)
    matrix = csr_array((list(best.values()), (xs, ys)), shape=(spots, spots))
    return float(dijkstra(matrix, directed=False, indices=n)[n + 1])


@settings(max_examples=60, deadline=None)
@given(footpaths, spots_in_town, spots_in_town)
def test_the_walk_is_that_of_a_search_over_the_drawn_lines(graph: RoadGraph, a: Point, b: Point) -> None:
    walks = WalkPaths(RoadGraphTimes(graph), Walking())
    if a == b or max(snap.access_m for snap in walks.snap([a, b])) > 150:
        return
    expected = slowly(graph, a, b)
    found = int(walks.metres([a], [b])[0, 0])
    if np.isinf(expected):
        assert found > 10**6
    else:
        assert found == pytest.approx(expected, abs=3)
        assert found >= distance_m(a, b) * 0.998 - 1
        assert found == int(WalkPaths(RoadGraphTimes(graph, DijkstraEngine), Walking()).metres([a], [b])[0, 0])
        assert found == int(walks.metres([b], [a])[0, 0])


@settings(max_examples=40, deadline=None)
@given(footpaths, st.lists(spots_in_town, min_size=1, max_size=8, unique=True), spots_in_town, st.integers(0, 2000))
def test_the_index_finds_what_asking_for_every_stop_finds(
    graph: RoadGraph, stops: list[Point], here: Point, limit_m: int
) -> None:
    walks, named = WalkPaths(RoadGraphTimes(graph), Walking()), {str(i): stop for i, stop in enumerate(stops)}
    metres = walks.metres([here], stops)[0]
    index = PathIndex(named, walks)
    assert {walk.stop for walk in index.near(here, limit_m)} == {
        name for name, m in zip(named, metres, strict=True) if m <= limit_m
    }
    nearest = index.nearest(here)
    assert nearest is not None
    assert nearest.metres == metres.min()


def test_walks_in_rutland_are_longer_than_the_crow_flies_and_seldom_twice_as_long(shared_data: Path) -> None:
    walks = WalkPaths(RoadGraphTimes(read_walks(shared_data / "roads" / "rutland.osm.pbf")), Walking())
    with (shared_data / "stops" / "naptan-268-rutland.csv").open(encoding="utf-8-sig", newline="") as file:
        stops = [Point(float(r["Longitude"]), float(r["Latitude"])) for r in csv.DictReader(file) if r["Status"] == "active"]
    assert max(snap.access_m for snap in walks.snap(stops)) < 50
    oakham = Point(-0.7295, 52.6709)
    near = [stop for stop in stops if 200 < distance_m(oakham, stop) < 1500]
    circuity = walks.metres([oakham], near)[0] / [distance_m(oakham, stop) for stop in near]
    assert circuity.min() > 0.99
    assert 1.1 < np.median(circuity) < 1.6
