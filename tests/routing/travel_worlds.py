"""Small road networks for the travel tests, and the Ripon one."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from routing.model import Point
from routing.travel.road_graph import Link, RoadGraph, from_links
from routing.travel.roads_geojson import read_roads
from routing.travel.sphere import line_m

RIPON = Path(__file__).resolve().parents[2] / "fixtures" / "ripon"
WEST, SOUTH = -1.5, 54.0
M_PER_LAT, M_PER_LON = 111_195.08, 65_358.8  # at 54 N
TEN_M_S = 10.0


def at(east_m: float, north_m: float = 0.0) -> Point:
    """A point by metres east and north of a corner in Yorkshire."""
    return Point(WEST + east_m / M_PER_LON, SOUTH + north_m / M_PER_LAT)


def road(places: list[Point], tail: int, head: int, *, oneway: bool = False, kerbside: bool = True, m_s: float = TEN_M_S) -> Link:
    """A straight road between two of the places, driven at `m_s`."""
    shape = np.array([places[tail], places[head]], dtype=np.float64)
    length_m = line_m(shape)
    return Link(tail, head, length_m, length_m / m_s, shape, oneway, kerbside)


def graph_of(places: list[Point], links: list[Link]) -> RoadGraph:
    return from_links([place.lon for place in places], [place.lat for place in places], links)


@cache
def ripon_graph() -> RoadGraph:
    return read_roads(RIPON / "roads.geojson")


@cache
def ripon_stops() -> dict[str, Point]:
    with (RIPON / "stops.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Point(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}


@st.composite
def towns(draw: st.DrawFn) -> RoadGraph:
    """Towns of 3 to 9 junctions on a field of 2 km: one-way streets, parallel roads, dead ends, places that can't be left."""
    spots = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=9, unique=True))
    places = [at(50 * x, 50 * y) for x, y in spots]
    ends = st.tuples(st.integers(0, len(places) - 1), st.integers(0, len(places) - 1)).filter(lambda pair: pair[0] != pair[1])
    drawn = draw(st.lists(st.tuples(ends, st.booleans(), st.sampled_from([4.0, 9.7, 13.1])), min_size=2, max_size=20))
    return graph_of(places, [road(places, a, b, oneway=oneway, m_s=m_s) for (a, b), oneway, m_s in drawn])


spots_in_town = st.builds(at, st.integers(-100, 2100), st.integers(-100, 2100))


def on_foot(town: RoadGraph) -> RoadGraph:
    """A town as people walk it: every road both ways, a second a metre."""
    places, first = [town.node(i) for i in range(town.nodes)], np.unique(town.link, return_index=True)[1]
    return graph_of(places, [road(places, int(town.tail[edge]), int(town.head[edge]), m_s=1.0) for edge in first])


footpaths = towns().map(on_foot)
