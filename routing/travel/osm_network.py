"""What is common to all readers of OpenStreetMap: ways are cut into links where they meet, end, or are blocked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium

from routing.model import Point
from routing.travel.road_graph import Link
from routing.travel.sphere import line_m

SHORTEST_M = 0.1
"""Length of a link between two nodes at the same place: it joins them all the same."""


class BadExtract(ValueError):
    """An OpenStreetMap file that can't be used; the message says which and what to do."""


def require_file(path: Path) -> None:
    """Raises BadExtract where there is none."""
    if not path.is_file():
        raise BadExtract(f"{path}: no such file: give the path of an .osm.pbf extract")


class Nodes(NamedTuple):
    """What is known of single nodes, by their ids."""

    barriers: set[int]
    delays_s: dict[int, tuple[float, float]]
    """Seconds lost there, forward and backward along the way that is drawn through."""


class Way(NamedTuple):
    """A way on which one may go, turned so that one may go along `nodes`."""

    id: int
    nodes: tuple[int, ...]
    places: tuple[Point, ...]
    turned: bool
    """Whether `nodes` run against the way as drawn."""
    oneway: bool
    pace: float
    """Seconds a metre along `nodes`."""
    pace_back: float
    wait_s: float
    """Before each stretch: a single lane in turns; before what leaves the land: a ferry."""
    kerbside: bool
    round: bool
    kind: str
    name: str
    afloat: bool = False
    """A ferry."""


class Numbering:
    """Numbers for junctions as they come up. A barrier gets a new one each time: a dead end on either side of it."""

    def __init__(self, barriers: set[int]) -> None:
        self.barriers = barriers
        self.known: dict[int, int] = {}
        self.lon: list[float] = []
        self.lat: list[float] = []

    def of(self, node: int, place: Point) -> int:
        if node not in self.known or node in self.barriers:
            self.known[node] = len(self.lon)
            self.lon.append(place.lon)
            self.lat.append(place.lat)
        return self.known[node]


def places_of(way: osmium.osm.Way) -> list[tuple[int, Point | None]]:
    """The nodes of a way, each with its place; None where the extract has not got it."""
    return [(node.ref, _place(node.location)) for node in way.nodes]


def _place(location: osmium.osm.Location) -> Point | None:
    return Point(location.lon, location.lat) if location.valid() else None


def runs(refs: list[tuple[int, Point | None]]) -> Iterator[tuple[tuple[int, ...], tuple[Point, ...]]]:
    """Stretches of at least two nodes with a known place."""
    run: list[tuple[int, Point]] = []
    for ref, place in [*refs, (0, None)]:
        if place is not None:
            run.append((ref, place))
            continue
        if len(run) > 1:
            yield tuple(ref for ref, _ in run), tuple(place for _, place in run)
        run = []


def parts(ways: Sequence[Way], barriers: set[int]) -> Iterator[tuple[Way, slice]]:
    """Every way with the stretches from junction to junction; a stretch that returns to its begin is cut in the middle."""
    uses = Counter(node for way in ways for node in way.nodes)
    uses.update(node for way in ways for node in (way.nodes[0], way.nodes[-1]))
    for way in ways:
        last = len(way.nodes) - 1
        cuts = [i for i, node in enumerate(way.nodes) if i in (0, last) or uses[node] > 1 or node in barriers]
        for begin, end in pairwise(cuts):
            middle = (begin + end) // 2
            if way.nodes[begin] == way.nodes[end] and begin < middle:
                yield way, slice(begin, middle + 1)
                yield way, slice(middle, end + 1)
            elif way.nodes[begin] != way.nodes[end]:
                yield way, slice(begin, end + 1)


def link(way: Way, part: slice, numbering: Numbering, delays_s: dict[int, tuple[float, float]], land: set[int]) -> Link:
    refs, places = way.nodes[part], way.places[part]
    shape = np.array(places, dtype=np.float64)
    drawn_m = line_m(shape)
    length_m = max(SHORTEST_M, drawn_m)
    tail, head = numbering.of(refs[0], places[0]), numbering.of(refs[-1], places[-1])
    # A junction's delay is that of who drives towards it; a barrier that blocks is never passed.
    there = sum(delays_s[ref][way.turned] for ref in refs[1:] if ref in delays_s)
    back = sum(delays_s[ref][not way.turned] for ref in refs[:-1] if ref in delays_s)
    there, back = (wait_s + way.wait_s * (not way.afloat or ref in land) for wait_s, ref in ((there, refs[0]), (back, refs[-1])))
    standing = 0 if way.afloat else 1  # a factor on a ferry is one on the wait for it, too
    return Link(
        tail,
        head,
        length_m,
        length_m * way.pace + there,
        shape,
        way.oneway,
        way.kerbside and drawn_m > 0,
        way.kind,
        way.name,
        None if way.oneway else length_m * way.pace_back + back,
        way.round,
        there * standing,
        back * standing,
    )
