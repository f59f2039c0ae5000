"""Where a minibus could stop that has no bus stop yet: junctions and landmarks along quiet roads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from routing.model import Point
from routing.travel.road_graph import RoadGraph
from routing.travel.snapping import Snapper

QUIET = {"tertiary", "unclassified", "residential", "living_street", "road"}
MAIN = {"trunk", "primary", "secondary"}
"""Quiet where traffic is slow, as through a village; motorways and slip roads never are."""
DRIVES = {"service", "track"}
"""Lead off a road and take nothing from its quiet; no place to stop in themselves."""
SLOW_KMH = 45.0
"""Buses average less than this under limits of 50 km/h and 30 mph, and more under the next ones."""
BESIDE_M = 60
"""How far a landmark may be from the road in front of it."""
MEET = 3
"""Roads that make a junction: fewer are a bend, a change of name, or a dead end where no bus turns."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a stop: `name` for people, `at` tells what is there."""

    name: str
    point: Point
    at: str


def spots(graph: RoadGraph, area: MultiPolygon, landmarks: Iterable[tuple[str, Point]]) -> list[Spot]:
    """All places in the area where a stop could be, landmarks (name, place) before junctions: their names are known better."""
    quiet = quiet_links(graph)
    found = [*_landmarks(graph, quiet, list(landmarks)), *_junctions(graph, quiet)]
    shapely.prepare(area)
    inside = shapely.intersects_xy(area, [spot.point.lon for spot in found], [spot.point.lat for spot in found])
    return [spot for spot, within in zip(found, inside.tolist(), strict=True) if within]


def quiet_links(graph: RoadGraph) -> NDArray[np.bool_]:
    """Whether a bus may stop along each link without standing in fast traffic, shape (k,)."""
    kinds = np.array(graph.kinds)[graph.kind]
    links, first = np.unique(graph.link, return_index=True)
    kmh = np.full(len(kinds), np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        driven_s = graph.seconds[first] - graph.wait_s[first]  # to stand at a light is not to drive slowly
        kmh[links] = 3.6 * graph.length_m[first] / driven_s
    calm = np.isin(kinds, list(QUIET)) | (np.isin(kinds, list(MAIN)) & (kmh <= SLOW_KMH))
    return np.asarray(graph.kerbside & calm, dtype=np.bool_)


def _landmarks(graph: RoadGraph, quiet: NDArray[np.bool_], landmarks: list[tuple[str, Point]]) -> list[Spot]:
    """On the road in front of each landmark that has a quiet one there."""
    if not quiet.any():
        return []
    snaps = Snapper(replace(graph, kerbside=quiet)).snap([point for _, point in landmarks])
    beside = [(name, snap) for (name, _), snap in zip(landmarks, snaps, strict=True) if snap.access_m <= BESIDE_M]
    return [Spot(name, Point(round(snap.at.lon, 6), round(snap.at.lat, 6)), "landmark") for name, snap in beside]


def _junctions(graph: RoadGraph, quiet: NDArray[np.bool_]) -> list[Spot]:
    """Where quiet roads meet, and nothing else but drives. Several nodes at one place are one junction."""
    drives = np.isin(np.array(graph.kinds)[graph.kind], list(DRIVES))
    meeting: dict[Point, set[int]] = defaultdict(set)
    for edge in np.flatnonzero(graph.length_m > 0).tolist():
        link = int(graph.link[edge])
        meeting[graph.node(int(graph.tail[edge]))].add(link)
        meeting[graph.node(int(graph.head[edge]))].add(link)
    found = []
    for point, links in meeting.items():
        roads = [link for link in links if quiet[link]]
        if len(links) >= MEET and len(roads) > 1 and all(quiet[link] or drives[link] for link in links):
            names = sorted({graph.names[graph.name[link]] for link in roads} - {""})
            found.append(Spot(" / ".join(names[:2]), point, "junction"))
    return sorted(found, key=lambda spot: (spot.name == "", spot.point))
