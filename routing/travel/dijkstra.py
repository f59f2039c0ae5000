"""Fastest paths by Dijkstra's algorithm, with SciPy: the fallback, and the oracle of the tests."""

from __future__ import annotations

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
        # SciPy adds up parallel edges: keep the fastest of them.
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        self.edge = order[first]
        starts = np.searchsorted(tail[first], np.arange(graph.nodes + 1))
        self.matrix = csr_array((weights[self.edge], head[first], starts), shape=(graph.nodes, graph.nodes))
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
            previous = int(before[at])
            if previous < 0:
                return []
            row = slice(self.matrix.indptr[previous], self.matrix.indptr[previous + 1])
            path.append(int(self.edge[row][np.searchsorted(self.matrix.indices[row], at)]))
            at = previous
        return path[::-1]

    def _predecessors(self, source: int) -> NDArray[np.int32]:
        found: NDArray[np.int32] = dijkstra(self.matrix, indices=source, return_predecessors=True)[1]
        return found
