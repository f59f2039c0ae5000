"""Fastest paths by customizable contraction hierarchies (Dibbelt, Strasser, Wagner 2014), with RoutingKit."""

from __future__ import annotations

from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pyroutingkit import INF_WEIGHT, CCHMetric, CCHTopology

from routing.travel.engine import NO_WAY, weights_ms
from routing.travel.road_graph import RoadGraph


class CchEngine:
    """Matrices in milliseconds of work, after a preparation of under a second for a county. Times up to 24 days.

    Threads may share one: a query keeps its state in the metric, so they take turns.
    """

    def __init__(self, graph: RoadGraph, topology: CCHTopology | None = None) -> None:
        """`topology` is that of this graph, or of one that differs in nothing but its seconds; made here where there is none."""
        self.metric = CCHMetric(build_topology(graph) if topology is None else topology)
        self.metric.customize(weights_ms(graph))
        self.turn = Lock()

    def times_ms(self, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.int64]:
        with self.turn:
            found = self.metric.distances_many_to_many(sources.astype(np.uint32), targets.astype(np.uint32)).astype(np.int64)
        found[found >= INF_WEIGHT] = NO_WAY
        return np.asarray(found, dtype=np.int64)

    def edges(self, source: int, target: int) -> list[int]:
        with self.turn:
            return [int(edge) for edge in self.metric.query(source, target)[2]]


def build_topology(graph: RoadGraph) -> CCHTopology:
    """The order of the nodes and the shortcuts: what takes the time, and holds for any weights."""
    topology = CCHTopology()
    # RoutingKit uses positions only to order the nodes; 32-bit floats do for that.
    lat, lon = graph.lat.astype(np.float32), graph.lon.astype(np.float32)
    topology.build(graph.tail.astype(np.uint32), graph.head.astype(np.uint32), lat, lon, graph.nodes)
    return topology
