"""A network of paths with the grounds beside them: what one may cross straight, and where that leads to a path."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from routing.travel.road_graph import RoadGraph

STREETS = {
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
    "unclassified", "residential",
}  # fmt: skip
"""Kinds of links that one may walk along, but crosses at no place of one's own choice."""


@dataclass(frozen=True, slots=True, eq=False)
class Footways(RoadGraph):
    """A graph of paths; g grounds, w walls, d doors.

    `outlines`: rings of (lon, lat) rows; `outline_of`: the ground of each, the outer ring first. `walls`: lines that nobody
    crosses, cut to the surroundings of one ground; `wall_of`: that ground, shape (w,).

    A door is where one gets from a ground to a path. `door_of`: the ground, in order; `door_link`, `door_share`: the spot on the
    paths; `door_lonlat`: what one has to get to first, the spot or a gate, shape (d, 2); `door_beyond_m`: from there to the spot.
    """

    outlines: tuple[NDArray[np.float64], ...]
    outline_of: NDArray[np.int32]
    walls: tuple[NDArray[np.float64], ...]
    wall_of: NDArray[np.int32]
    door_of: NDArray[np.int32]
    door_lonlat: NDArray[np.float64]
    door_link: NDArray[np.int32]
    door_share: NDArray[np.float64]
    door_beyond_m: NDArray[np.float64]


def as_footways(graph: RoadGraph) -> Footways:
    """The graph itself, or the graph without any grounds."""
    if isinstance(graph, Footways):
        return graph
    none, nothing = np.zeros(0, dtype=np.int32), np.zeros(0)
    known = {each.name: getattr(graph, each.name) for each in fields(graph)}
    return Footways(
        **known,
        outlines=(),
        outline_of=none,
        walls=(),
        wall_of=none,
        door_of=none,
        door_lonlat=nothing.reshape(0, 2),
        door_link=none,
        door_share=nothing,
        door_beyond_m=nothing,
    )


def of_kind(graph: RoadGraph, kinds: Collection[str]) -> NDArray[np.bool_]:
    """Which links are of one of some kinds, shape (k,)."""
    wanted = [number for number, kind in enumerate(graph.kinds) if kind in kinds]
    found: NDArray[np.bool_] = np.isin(graph.kind, wanted)
    return found
