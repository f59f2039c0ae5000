"""Routes met on the way, each in the cheapest order of its visits seen so far: what `recombine` chooses among."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled.jit import kernel
from routing.optimise.lns.net import NONE, Net, Records, records
from routing.optimise.lns.routes import Rows, mixed

LOOKED_AT = 4
"""So many slots in a row are looked at for a route; where all are taken, it is the one met longest ago that gives way."""

MET = np.dtype(
    [
        ("key", np.uint64),  # a hash of the kind of vehicle and of the items it serves; 0 where the slot is free
        ("cost", np.int64),
        ("length", np.int64),
        ("vehicle", np.int64),
        ("step", np.int64),  # in which it was met last
    ],
    align=True,
)


class Pool(NamedTuple):
    met: Records
    """A hash table, as long as a power of two."""
    nodes: NDArray[np.int32]
    """(slots, positions): the row of each."""


def empty_pool(slots: int, length: int) -> Pool:
    """A pool of rows of `length` calls at most."""
    return Pool(records(slots, MET), np.zeros((slots, length), np.int32))


@kernel
def remember(net: Net, pool: Pool, rows: Rows, v: int, step: int) -> None:
    """Keep the route of a vehicle, unless a cheaper order of the same visits is kept already."""
    calls, route, met = rows.calls[v], rows.routes[v], pool.met
    key = mixed(np.uint64(net.vehicles[v].kind + 1))
    for k in range(1, route.length - 1):
        node = net.nodes[calls[k].node]
        if node.owner != NONE and node.boards != 1:
            key += mixed(np.uint64(node.owner + 1) * np.uint64(0x9E3779B97F4A7C15))
    first = np.int64(key & np.uint64(met.size - 1))
    slot = first
    for ahead in range(LOOKED_AT):
        other = (first + ahead) % met.size
        if met[other].key == key:
            met[other].step = step
            if met[other].cost <= route.cost:
                return
            slot = other
            break
        if met[other].step < met[slot].step:
            slot = other
    met[slot].key = key
    met[slot].cost = route.cost
    met[slot].length = route.length
    met[slot].vehicle = v
    met[slot].step = step
    for k in range(route.length):
        pool.nodes[slot, k] = calls[k].node
