"""A school between a street and a footpath, as an OpenStreetMap file: whoever takes the wrong one of them goes a long way round.

   footpath at the top, y = 400
 +---------------------------------+
 |  +---------------------------+  |
 |  | 200                       |  |
 s  |                           |  f
 t  |          classroom        |  o
 r  |          (120, 100)       |  o
 e  |                           |  t
 e  |                           |  p
 t  | 0                     200 |  ath
-6  +---------------------------+  205
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from pathlib import Path

from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm_walks import read_walks
from routing.travel.walk_paths import PathIndex, WalkPaths
from routing.travel.walking import Walking
from tests.routing.travel_extracts import Relation, Way, extract
from tests.routing.travel_worlds import at

CLASSROOM, KERB = at(120, 100), at(-8, 100)
SCHOOL = {"amenity": "school"}
STRAIGHT_M = 1.25 * 126 + 2
"""From the classroom straight to the street, a quarter more, and up to the kerb."""
BY_THE_FOOTPATH_M = 1.25 * hypot(85, 105) + 195 + 211 + 300 + 2
"""Over the schoolyard to where the footpath leaves it, along that to the top, over to the street, down to the stop."""
AS_NEIGHBOURS_M = 85 + 300 + 211 + 300 + 2
"""To the footpath by the shortest way, and so on."""

Spot = tuple[float, float]
Drawn = tuple[Sequence[Spot], dict[str, str]]
"""A way: its corners in metres, and its tags."""

OUTLINE: list[Spot] = [(0, 0), (200, 0), (200, 200), (0, 200), (0, 0)]
STREET: Drawn = ([(-6, -100), (-6, 100), (-6, 150), (-6, 400)], {"highway": "residential"})
FOOTPATH: Drawn = ([(205, -100), (205, 400), (-6, 400)], {"highway": "footway"})


def walks(
    folder: Path,
    *drawn: Drawn,
    school: dict[str, str] | None = None,
    outline: Sequence[Spot] = OUTLINE,
    nodes: dict[Spot, dict[str, str]] | None = None,
    relations: list[Relation] | None = None,
    circuity: float = 1.25,
) -> WalkPaths:
    """Walks in that world. Way 1 is the outline of the school, 2 the street, 3 the footpath, `drawn` come next.

    `nodes`: tags of corners of them, or of nodes of their own.
    """
    ways: list[Drawn] = [(outline, SCHOOL if school is None else school), STREET, FOOTPATH, *drawn]
    spots = list(dict.fromkeys([*(spot for corners, _ in ways for spot in corners), *(nodes or {})]))
    number = {spot: i for i, spot in enumerate(spots, start=1)}
    numbered: list[Way] = [([number[spot] for spot in corners], tags) for corners, tags in ways]
    tagged = {number[spot]: tags for spot, tags in (nodes or {}).items()}
    path = extract(folder, numbered, tagged, relations, places={i: at(*spot) for spot, i in number.items()})
    return WalkPaths(RoadGraphTimes(read_walks(path)), Walking(circuity=circuity))


def metres(walks: WalkPaths, a: Point = CLASSROOM, b: Point = KERB) -> int:
    """The walk from one place to another, which is that of a stop's index, and the same back."""
    there, back = int(walks.metres([a], [b])[0, 0]), int(walks.metres([b], [a])[0, 0])
    nearest = PathIndex({"stop": b}, walks).nearest(a)
    assert nearest is not None
    assert there == back == nearest.metres
    return there
