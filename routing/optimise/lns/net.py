"""A problem as arrays: what does not change while a search runs.

Nodes are visits, and where each shift stands and ends; items are what may move: a request with its boarding and alighting, or
a single visit bound to its shift (a break, the alighting of somebody on board).

Arrays of records rather than an array for each field: compiled functions pay for every array that they are given.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled.jit import config

Records = Any
"""A one-dimensional array of records unless said otherwise: in compiled functions, fields are read as `nodes[k].place`."""

NEVER = 1 << 60
"""Later than any time and more than any limit; far enough from overflow to be added to."""

NONE = -1


def records(shape: int | tuple[int, ...], kind: np.dtype[np.void]) -> Records:
    """Records full of zeros; those of uncompiled kernels tell their fields as attributes too."""
    array = np.zeros(shape, kind)
    return array.view(np.recarray) if config.DISABLE_JIT else array


NODE = np.dtype(
    [
        ("place", np.int32),
        ("partner", np.int32),  # the other visit of the same request; NONE where it has happened or there is none
        ("owner", np.int32),  # NONE for what can't move
        ("pause", np.int32),  # 1 where nobody may be on board
        ("boards", np.int32),  # 1 at a boarding, -1 at an alighting, whatever they take up
        ("rank", np.int32),  # at the alighting of somebody on board: how many boarded before
        ("serves", np.int32),  # 1 at what makes a shift count as used: all visits but breaks
        ("seats", np.int32),  # by how much the visit changes the seats taken; negative for alightings
        ("chairs", np.int32),  # the same for wheelchair places
        ("people", np.int64),  # whose riding and lateness count
        ("service", np.int64),
        ("earliest", np.int64),
        ("latest", np.int64),
        ("late_from", np.int64),  # from when on lateness costs; NEVER where nothing is late yet, for there nothing may be
        ("ride_limit", np.int64),  # at a boarding: from its end to the begin of the alighting; NEVER elsewhere
        ("boarded", np.int64),  # at the alighting of somebody on board: when they had boarded
    ],
    align=True,
)

ITEM = np.dtype(
    [
        ("up", np.int32),  # the boarding; NONE for single visits
        ("down", np.int32),
        ("home", np.int32),  # the only vehicle it may be on; NONE for any
        ("price_out", np.int64),  # what it costs to leave it out
    ],
    align=True,
)

VEHICLE = np.dtype(
    [
        ("start", np.int32),
        ("end", np.int32),
        ("fixed", np.int32),  # so many nodes at the front, with the start, keep their place
        ("lifo", np.int32),
        ("begun", np.int32),  # 1 where visits are behind it, so that it has to come home whatever is ahead
        ("alike", np.int32),  # the same for vehicles next to one another that can stand in for one another while empty
        ("kind", np.int32),  # the same for vehicles that could drive one another's routes
        ("longest", np.int64),  # from setting off to being back
    ],
    align=True,
)


class Net(NamedTuple):
    """Times and durations as in the problem, loads in people, prices in cost units."""

    travel: NDArray[np.int32]
    """(places, places)."""
    nodes: Records
    items: Records
    vehicles: Records
    room: NDArray[np.int64]
    """(vehicles, wheelchairs): the seats there are beside so many wheelchairs, -1 where they don't fit."""
    near: NDArray[np.int32]
    """(items, k): other items, the most related first."""
    driving: int
    riding: int
    lateness: int
    shift: int
    plain: bool
    """Windows and loads are all that can make an insertion infeasible, and driving all that it costs."""
