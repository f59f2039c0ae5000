"""Stops beside the roads of a network."""

from __future__ import annotations

import numpy as np

from routing.model import Point
from routing.travel.road_graph import RoadGraph

BESIDE_DEG = 5e-5
"""Some metres beside the middle of the road."""


def stops_on(graph: RoadGraph, count: int) -> list[Point]:
    """So many, each beside a bend of a road where a bus may stop; the same ones each time."""
    rng = np.random.default_rng(4)
    found = []
    for link in rng.choice(np.flatnonzero(graph.kerbside), count).tolist():
        lon, lat = graph.shapes[link][rng.integers(len(graph.shapes[link]))]
        found.append(Point(float(lon) + BESIDE_DEG * rng.random(), float(lat) + BESIDE_DEG))
    return found
