"""How long it takes between many snapped points at once, whichever way they are left and reached."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from routing.travel.engine import NO_WAY, Engine
from routing.travel.road_graph import RoadGraph
from routing.travel.snapping import Snap


def fastest_ms(graph: RoadGraph, engine: Engine, snaps: Sequence[Snap]) -> NDArray[np.int64]:
    """Milliseconds from each of n points to each, their access included, shape (n, n); `NO_WAY` or more where there is none.

    A point that is left from either of two spots is as far from another as the nearer of them; so is one that is reached.
    """
    served = np.array([bool(snap.spots) for snap in snaps], dtype=np.bool_)
    # All rows are as long: a spot that is the only one stands twice, and for a point without any something that is masked below.
    spots = [(snap.spots[0][:3], snap.spots[-1][:3]) if snap.spots else ((0, 0, 0), (0, 0, 0)) for snap in snaps]
    edges, before, after = np.moveaxis(np.array(spots, dtype=np.int64).reshape(-1, 2, 3), 2, 0)
    exits, row = np.unique(graph.head[edges], return_inverse=True)
    entries, column = np.unique(graph.tail[edges], return_inverse=True)
    times = engine.times_ms(exits.astype(np.int64), entries.astype(np.int64))
    left = (times[row.reshape(edges.shape)] + after[:, :, None]).min(axis=1)
    ms: NDArray[np.int64] = (left[:, column.reshape(edges.shape)] + before).min(axis=2)
    _stay(ms, edges, before)
    access = np.array([snap.access_ms for snap in snaps], dtype=np.int64)
    ms += access[:, None] + access
    ms[~(served[:, None] & served)] = NO_WAY
    return ms


def _stay(ms: NDArray[np.int64], edges: NDArray[np.int64], before: NDArray[np.int64]) -> None:
    """Where two points are on one edge, one may drive straight on from the one to the other."""
    np.fill_diagonal(ms, 0)
    order = np.argsort(edges, axis=None, kind="stable")
    edge, place, done = edges.flat[order], order // 2, before.flat[order]
    for group in np.split(np.arange(len(edge)), np.flatnonzero(np.diff(edge)) + 1):
        for a, b in product(group.tolist(), repeat=2) if len(group) > 1 else ():
            if done[b] >= done[a]:
                ms[place[a], place[b]] = min(ms[place[a], place[b]], done[b] - done[a])
