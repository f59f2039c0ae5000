"""How long it takes between many snapped points at once, whichever way they are left and reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.travel.engine import NO_WAY, Engine
from routing.travel.road_graph import RoadGraph
from routing.travel.snapping import Snap


class Spots(NamedTuple):
    """Where n points meet the road, two spots each: shape (n, 2) but for `served` and `access`, shape (n,)."""

    edges: NDArray[np.int64]
    before: NDArray[np.int64]
    """Milliseconds from the tail of the edge,"""
    after: NDArray[np.int64]
    """and to its head."""
    access: NDArray[np.int64]
    served: NDArray[np.bool_]


def fastest_ms(graph: RoadGraph, engine: Engine, origins: Sequence[Snap], destinations: Sequence[Snap]) -> NDArray[np.int64]:
    """Milliseconds from each of n points to each of m, their access included, shape (n, m); `NO_WAY` or more where there is none.

    A point that is left from either of two spots is as far from another as the nearer of them; so is one that is reached.
    """
    out = _spots(origins)
    into = out if destinations is origins else _spots(destinations)
    exits, row = np.unique(graph.head[out.edges], return_inverse=True)
    entries, column = np.unique(graph.tail[into.edges], return_inverse=True)
    times = engine.times_ms(exits.astype(np.int64), entries.astype(np.int64))
    rows, columns = row.reshape(out.edges.shape), column.reshape(into.edges.shape)
    # One spot after the other: half as long as all at once, which is three arrays of that size.
    left = np.minimum(*(times[rows[:, spot]] + out.after[:, spot, None] for spot in (0, 1)))
    ms: NDArray[np.int64] = np.minimum(*(left[:, columns[:, spot]] + into.before[:, spot] for spot in (0, 1)))
    _stay(ms, out, into)
    ms += out.access[:, None] + into.access
    ms[~(out.served[:, None] & into.served)] = NO_WAY
    return ms


def _spots(snaps: Sequence[Snap]) -> Spots:
    # All rows are as long: a spot that is the only one stands twice, and for a point without any something that is masked later.
    pairs = [(snap.spots[0][:3], snap.spots[-1][:3]) if snap.spots else ((0, 0, 0), (0, 0, 0)) for snap in snaps]
    edges, before, after = np.moveaxis(np.array(pairs, dtype=np.int64).reshape(-1, 2, 3), 2, 0)
    access = np.array([snap.access_ms for snap in snaps], dtype=np.int64)
    return Spots(edges, before, after, access, np.array([bool(snap.spots) for snap in snaps], dtype=np.bool_))


def _stay(ms: NDArray[np.int64], out: Spots, into: Spots) -> None:
    """Where two points are on one edge, one may drive straight on from the one to the other."""
    order = np.argsort(into.edges, axis=None, kind="stable")
    edges = into.edges.flat[order]
    first = np.searchsorted(edges, out.edges.ravel(), "left")
    many = np.searchsorted(edges, out.edges.ravel(), "right") - first
    leaving = np.repeat(np.arange(many.size), many)
    coming = order[np.arange(many.sum()) + np.repeat(first - (np.cumsum(many) - many), many)]
    ahead = into.before.flat[coming] - out.before.flat[leaving]
    on = ahead >= 0
    np.minimum.at(ms, (leaving[on] // 2, coming[on] // 2), ahead[on])
