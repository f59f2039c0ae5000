"""What a shortest-path engine answers; which one to take."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from routing.travel.road_graph import RoadGraph

NO_WAY: Final = 2**61
"""Milliseconds where there is no way: two of them still add up without overflow."""


class Engine(Protocol):
    """Fastest paths between nodes of one graph, by `weights_ms`."""

    def times_ms(self, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Milliseconds, shape (len(sources), len(targets)); `NO_WAY` where there is none."""
        ...

    def edges(self, source: int, target: int) -> list[int]:
        """The edges of a fastest path, in order; empty if source is target or there is no way."""
        ...


def weights_ms(graph: RoadGraph) -> NDArray[np.uint32]:
    """The time of every edge in whole milliseconds, shape (m,); at least 1, but 0 for a connector of `turns`.

    Whole: so all engines agree to the last digit.
    """
    return np.maximum(graph.seconds > 0, np.rint(graph.seconds * 1000)).astype(np.uint32)


def best_engine(graph: RoadGraph) -> Engine:
    """RoutingKit where its wheel is installed, else SciPy: the same times, later."""
    try:
        from routing.travel.cch import CchEngine
    except ImportError:
        from routing.travel.dijkstra import DijkstraEngine

        return DijkstraEngine(graph)
    return CchEngine(graph)
