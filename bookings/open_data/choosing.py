"""Which bus stops become stops of a service: inside its area, once, beside a road that the vehicles reach."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry import MultiPolygon

from bookings.open_data.roads import Roads, metres_from
from bookings.open_data.values import LeftOut, OpenStop, Why

FAR_M = 100
"""A stop farther than this from a road is in the wrong place, or its road is missing."""


def choose_stops(
    stops: Sequence[OpenStop], area: MultiPolygon, roads: Roads, minibus: Roads
) -> tuple[list[OpenStop], list[LeftOut]]:
    """The stops to keep, in their order, and why each other one was left out; `minibus` are the roads for one of those."""
    left: list[LeftOut] = []
    inside = _once(_inside(stops, area, left), left)
    if not inside:
        return [], left
    points = [stop.point for stop in inside]
    far = [metres_from(graph, points).tolist() for graph in (roads.whole, roads.main, minibus.main)]
    kept = []
    for stop, any_m, main_m, minibus_m in zip(inside, *far, strict=True):
        if main_m <= FAR_M:
            kept.append(stop)
        elif minibus_m <= FAR_M:
            left.append(LeftOut(str(stop), Why.TOO_LARGE, f"{main_m:.0f} m from the roads that they may take"))
        elif any_m <= FAR_M:
            left.append(LeftOut(str(stop), Why.CUT_OFF, f"{main_m:.0f} m from the roads that hang together"))
        else:
            left.append(LeftOut(str(stop), Why.NO_ROAD, f"{any_m:.0f} m"))
    return kept, left


def _once(stops: Sequence[OpenStop], left: list[LeftOut]) -> list[OpenStop]:
    """Without those of the same name at the same place, to the metre or so."""
    first: dict[tuple[str, float, float], OpenStop] = {}
    for stop in stops:
        same = first.setdefault((stop.name, round(stop.point.lon, 5), round(stop.point.lat, 5)), stop)
        if same is not stop:
            left.append(LeftOut(str(stop), Why.TWICE, f"as {same.code}"))
    return list(first.values())


def _inside(stops: Sequence[OpenStop], area: MultiPolygon, left: list[LeftOut]) -> list[OpenStop]:
    shapely.prepare(area)
    lon, lat = [stop.point.lon for stop in stops], [stop.point.lat for stop in stops]
    inside = shapely.intersects_xy(area, lon, lat).tolist()
    left += [LeftOut(str(stop), Why.OUTSIDE) for stop, within in zip(stops, inside, strict=True) if not within]
    return [stop for stop, within in zip(stops, inside, strict=True) if within]
