"""Roads as lines to draw: only how they run and how important they are."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from bookings.models import Service
    from routing.travel.road_graph import RoadGraph

UNSEEN: Final = {"service", "track", "turn"}
"""Drives, car parks and the like, which say nothing at the scale of a service; and what joins the parts of a junction."""

ABOVE: Final = ("tertiary", "B", "secondary", "A", "primary", "trunk", "motorway")
"""Drawn over the others, and the last over all."""

CLOSE_DEG: Final = 3e-5
"""Some 3 m: a bend that is flatter is a straight line on any map."""


def drawn_roads(service: Service) -> dict[str, Any]:
    """A GeoJSON FeatureCollection with the lines of each `class` together; without any where there is no such network."""
    try:
        # By name: composing is done above this layer.
        graph: RoadGraph = import_string("backend.wiring.roads_for")(service).graph
    except RuntimeError:
        return {"type": "FeatureCollection", "features": []}
    return _drawn(graph)


@lru_cache(maxsize=16)
def _drawn(graph: RoadGraph) -> dict[str, Any]:
    rows = np.repeat(np.arange(len(graph.shapes)), [len(shape) for shape in graph.shapes])
    lines = shapely.simplify(shapely.linestrings(np.concatenate(graph.shapes), indices=rows), CLOSE_DEG)
    by_class = {kind: lines[graph.kind == number] for number, kind in enumerate(graph.kinds) if kind not in UNSEEN}
    features = [
        {
            "type": "Feature",
            "properties": {"class": kind},
            "geometry": {"type": "MultiLineString", "coordinates": _coordinates(part)},
        }
        for kind, part in sorted(by_class.items(), key=lambda each: ABOVE.index(each[0]) if each[0] in ABOVE else -1)
        if len(part)
    ]
    return {"type": "FeatureCollection", "features": features}


def _coordinates(lines: Any) -> list[list[list[float]]]:
    """Of an array of lines; five digits of a degree are a metre."""
    return [np.round(shapely.get_coordinates(line), 5).tolist() for line in lines]
