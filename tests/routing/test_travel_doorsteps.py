"""Walks over grounds in any town, against a search that shares nothing with them but the drawn lines."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from routing.model import Point
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.doors import with_grounds
from routing.travel.footways import Footways
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm_grounds import Land
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import distance_m
from routing.travel.walk_paths import PathIndex, WalkPaths
from routing.travel.walking import Walking
from tests.routing.slow_walks import CIRCUITY, SlowWalks
from tests.routing.travel_worlds import M_PER_LAT, M_PER_LON, footpaths


def geometries(found: list[Any]) -> NDArray[Any]:
    return np.array(found, dtype=object)


shares = st.floats(-0.02, 1.02)


@st.composite
def outlines(draw: st.DrawFn, graph: RoadGraph) -> shapely.Polygon:
    """Rectangles that some path passes through or close by, some of them with a corner missing."""
    shape, share = draw(st.sampled_from(graph.shapes)), draw(shares)
    lon, lat = shape[0] + share * (shape[-1] - shape[0])
    wide, high = draw(st.integers(40, 800)) / M_PER_LON, draw(st.integers(40, 800)) / M_PER_LAT
    west, south = lon - draw(shares) * wide, lat - draw(shares) * high
    corners = [(west, south), (west + wide, south), (west + wide, south + high), (west, south + high)]
    if draw(st.booleans()):
        corners[2:3] = [(west + wide, south + high / 2), (west + wide / 2, south + high / 2), (west + wide / 2, south + high)]
    return shapely.Polygon(corners)


@st.composite
def lines(draw: st.DrawFn, grounds: list[shapely.Polygon]) -> list[shapely.LineString]:
    """Up to three lines from one edge of some ground to another, or across a corner."""
    found = []
    for ground in draw(st.lists(st.sampled_from(grounds), max_size=3)):
        ends = shapely.line_interpolate_point(ground.exterior, [draw(shares), draw(shares)], normalized=True)
        found.append(shapely.LineString(ends))
    return [line for line in found if line.length > 0]


class World(NamedTuple):
    graph: Footways
    land: Land


@st.composite
def worlds(draw: st.DrawFn, fenced: bool = False) -> World:
    """Footpaths, some of them streets, and up to three grounds among walls."""
    graph = draw(footpaths)
    numbers = np.arange(len(graph.shapes)) % draw(st.integers(1, 4))
    graph = replace(graph, kinds=("footway", "residential"), kind=(numbers == 0).astype(np.int32))
    grounds = draw(st.lists(outlines(graph), min_size=1, max_size=3))
    walls, fences = draw(lines(grounds)), draw(lines(grounds)) if fenced else []
    gates = [shapely.line_interpolate_point(fence, 0.5, normalized=True) for fence in fences[::2]]
    land = Land(*(geometries(each) for each in (grounds, walls, fences, gates, [])))
    return World(with_grounds(graph, land), land)


fenced_worlds = worlds(fenced=True)


@st.composite
def places(draw: st.DrawFn, world: World) -> Point:
    """A place in one of the grounds, or not far from a path."""
    share, other = draw(st.floats(0.01, 0.99)), draw(st.floats(0.01, 0.99))
    if draw(st.booleans()):
        west, south, east, north = draw(st.sampled_from(world.land.grounds.tolist())).bounds
        return Point(west + share * (east - west), south + other * (north - south))
    begin, end = draw(st.sampled_from(world.graph.shapes))[[0, -1]]
    lon, lat = (begin + share * (end - begin)).tolist()
    return Point(lon + (other - 0.5) / 500, lat)


def paths(graph: RoadGraph, circuity: float = CIRCUITY) -> WalkPaths:
    return WalkPaths(RoadGraphTimes(graph), Walking(circuity))


def bare(graph: Footways) -> RoadGraph:
    """The graph without its grounds."""
    return RoadGraph(**{each.name: getattr(graph, each.name) for each in fields(RoadGraph)})


def metres(walks: WalkPaths, a: Point, b: Point) -> int:
    return int(walks.metres([a], [b])[0, 0])


@settings(max_examples=150, deadline=None)
@given(fenced_worlds, st.data())
def test_grounds_make_walks_shorter_but_never_shorter_than_straight_and_the_same_both_ways(
    world: World, data: st.DataObject
) -> None:
    graph, those = world.graph, data.draw(st.lists(places(world), min_size=2, max_size=6, unique=True))
    found, before = paths(graph).metres(those, those), paths(bare(graph)).metres(those, those)
    assert (found == found.T).all()
    straight = np.array([[distance_m(a, b) for b in those] for a in those])
    assert (found >= straight * 0.998 - 1).all()
    near = np.array([step.access_m <= 150 for step in paths(graph).snap(those)])
    assert (found <= before)[np.ix_(near, near)].all()
    assert (found == WalkPaths(RoadGraphTimes(graph, DijkstraEngine), Walking(CIRCUITY)).metres(those, those)).all()


@settings(max_examples=60, deadline=None)
@given(fenced_worlds, st.data(), st.integers(0, 2000))
def test_the_index_finds_what_asking_for_every_stop_finds(world: World, data: st.DataObject, limit_m: int) -> None:
    stops, here = data.draw(st.lists(places(world), min_size=1, max_size=6, unique=True)), data.draw(places(world))
    walks, named = paths(world.graph), {str(i): stop for i, stop in enumerate(stops)}
    found = walks.metres([here], stops)[0]
    index = PathIndex(named, walks)
    near = {walk.stop: walk.metres for walk in index.near(here, limit_m)}
    assert near == {name: m for name, m in zip(named, found.tolist(), strict=True) if m <= limit_m}
    nearest = index.nearest(here)
    assert nearest is not None
    assert nearest.metres == found.min()


@settings(max_examples=60, deadline=None)
@given(fenced_worlds, st.data())
def test_a_place_on_a_path_is_where_it_is(world: World, data: st.DataObject) -> None:
    walks = paths(world.graph)
    on_it = walks.times.snapper.snap([data.draw(places(world))])[0].at
    step = walks.snap([on_it])[0]
    assert step.access_m < 1e-3
    assert not step.grounds
    # On several where they are drawn along one line, to within a centimetre.
    assert all(distance_m(Point(lon, lat), on_it) < 0.02 for lon, lat in step.door.tolist())


@settings(max_examples=60, deadline=None)
@given(fenced_worlds, st.data())
def test_the_line_walked_is_as_long_as_the_walk(world: World, data: st.DataObject) -> None:
    walks, a, b = paths(world.graph, circuity=1.0), data.draw(places(world)), data.draw(places(world))
    assume(metres(walks, a, b) < 10**6)
    line = walks.path(a, b)
    assert (line[0], line[-1]) == (a, b)
    walked_m = sum(distance_m(before, after) for before, after in pairwise(line))
    # The plane is true at one latitude, and the sphere everywhere.
    assert abs(walked_m - metres(walks, a, b)) <= 2 + walked_m / 1000


@settings(max_examples=100, deadline=None)
@given(worlds(), st.data())
def test_the_walk_is_that_of_a_search_over_every_few_metres(world: World, data: st.DataObject) -> None:
    a, b = data.draw(places(world)), data.draw(places(world))
    assume(a != b)
    graph, marks = world.graph, dict[int, list[float]]()
    for link, share in zip(graph.door_link.tolist(), graph.door_share.tolist(), strict=True):
        marks.setdefault(link, []).append(share)
    found, (best, sure) = metres(paths(graph), a, b), SlowWalks(graph, world.land, marks).metres(a, b)
    assume(sure < 10**6)  # where all doors hang by a hair, either may find none and tell the straight distance
    assert found >= best - 2
    # Doors are ten metres apart at most: there is one within five of what can be seen as well as ten metres on either side.
    assert found <= sure + 2.25 * 5 + 2
