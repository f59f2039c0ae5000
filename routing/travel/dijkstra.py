"""Fastest paths by Dijkstra's algorithm, with SciPy: the fallback, and the oracle of the tests."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.travel.engine import NO_WAY, weights_ms
from routing.travel.road_graph import RoadGraph

BLOCK = 64
"""Searches at a time."""


class DijkstraEngine:
    """One search of the whole graph a source: fine for a county, slow for a country."""

    def __init__(self, graph: RoadGraph) -> None:
        weights = weights_ms(graph).astype(np.float64)
        order = np.lexsort((weights, graph.head, graph.tail))
        tail, head = graph.tail[order], graph.head[order]
        # What parallel edges mean to SciPy is not written anywhere: keep the fastest of them.
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        edge = order[first]
        starts = np.searchsorted(tail[first], np.arange(graph.nodes + 1))
        self.matrix = csr_array((weights[edge], head[first], starts), shape=(graph.nodes, graph.nodes))
        # Plain lists for walking back along a path: an array gives single values far more slowly.
        self.first, self.heads, self.edge_at = starts.tolist(), head[first].tolist(), edge.tolist()
        self.predecessors = lru_cache(maxsize=32)(self._predecessors)  # callers ask row by row

    def times_ms(self, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.int64]:
        unique, row = np.unique(sources, return_inverse=True)
        found = np.empty((len(unique), len(targets)), dtype=np.float64)
        for first in range(0, len(unique), BLOCK):  # in blocks: each row is as long as the network
            found[first : first + BLOCK] = dijkstra(self.matrix, indices=unique[first : first + BLOCK])[:, targets]
        return np.where(np.isfinite(found), found, NO_WAY).astype(np.int64)[row]

    def edges(self, source: int, target: int) -> list[int]:
        before, path, at = self.predecessors(source), list[int](), target
        while at != source:
            previous = before[at]
            if previous < 0:
                return []
            path.append(self.edge_at[bisect_left(self.heads, at, self.first[previous], self.first[previous + 1])])
            at = previous
        return path[::-1]

    def _predecessors(self, source: int) -> list[int]:
        """The node before each node on the fastest path from `source`; negative where there is none."""
        found: list[int] = dijkstra(self.matrix, indices=source, return_predecessors=True)[1].tolist()
        return found
