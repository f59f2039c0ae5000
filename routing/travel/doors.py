"""Finds the doors of grounds: where one gets from a school, a hospital or a park to the paths in it and beside it.

On paths inside and within `CLOSE_M` of the edge, every `STEP_M`; and the gates of whatever fence stands at the edge. A drive or a
parking aisle outside is the neighbour's, and leads nowhere. What is fenced in for itself amid grounds, such as a tennis court, is
walked round and no obstacle. Streets are: who comes to one goes along it, so the straight part of a walk never crosses one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.travel.footways import STREETS, Footways, as_footways, of_kind
from routing.travel.grounds import CLOSE_M, Geometries, Grounds, drawn, lines_to
from routing.travel.osm_grounds import Land
from routing.travel.osm_tags import SHORT_SERVICE
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import project

STEP_M = 10
"""Between two doors along a path, at most."""

GAP_M = 2
"""A fence is open so far to either side of a gate."""

ON_IT_M = 1
"""A gate so near to a fence is one of its gates, and a drive so near to grounds is theirs."""

FENCED_IN = 0.5
"""A closed fence in grounds that is round less than this share of them stands for itself."""

ROUND = 2
"""Segments of a quarter circle, where the surroundings of grounds are cut out."""


class _Doors(NamedTuple):
    ground: NDArray[np.intp]
    place: NDArray[np.float64]
    link: NDArray[np.intp]
    share: NDArray[np.float64]
    beyond_m: NDArray[np.float64]


def with_grounds(graph: RoadGraph, land: Land) -> Footways:
    """A network of paths with the grounds beside them."""
    lat_0 = float(graph.lat.mean())
    scale = project(np.ones((1, 2)), lat_0)
    land = Land(*(shapely.transform(each, lambda lonlat: lonlat * scale) for each in land))
    paths = drawn(graph.shapes, lat_0, shapely.linestrings)
    gates, of_fence = _gates(land, paths)
    walls, wall_of = _walls(land, paths[of_kind(graph, STREETS)], _open(land.fences, gates, of_fence))
    rings, outline_of = shapely.get_rings(land.grounds, return_index=True)
    found = replace(
        as_footways(graph),
        outlines=_shapes(rings, scale),
        outline_of=outline_of.astype(np.int32),
        walls=_shapes(walls, scale),
        wall_of=wall_of.astype(np.int32),
    )
    grounds, near = Grounds(found, lat_0), shapely.STRtree(paths)
    reach_m = np.where(of_kind(graph, SHORT_SERVICE), ON_IT_M, CLOSE_M)
    doors = _together(_on_paths(grounds, paths, near, reach_m), _at_gates(grounds, paths, near, gates))
    return replace(
        found,
        door_of=doors.ground.astype(np.int32),
        door_lonlat=doors.place / scale,
        door_link=doors.link.astype(np.int32),
        door_share=doors.share,
        door_beyond_m=doors.beyond_m,
    )


def _gates(land: Land, paths: Geometries) -> tuple[Geometries, NDArray[np.intp]]:
    """The points where one gets through fences, by a gate or by a way, and the fence of each."""
    gate, at_gate = shapely.STRtree(land.fences).query(land.gates, predicate="dwithin", distance=ON_IT_M)
    ways = np.concatenate([paths, land.drives])
    fence, way = shapely.STRtree(ways).query(land.fences, predicate="intersects")
    crossings, number = shapely.get_parts(shapely.intersection(land.fences[fence], ways[way]), return_index=True)
    points = shapely.get_type_id(crossings) == shapely.GeometryType.POINT  # a way drawn upon a fence is no gate
    return np.concatenate([land.gates[gate], crossings[points]]), np.concatenate([at_gate, fence[number[points]]])


def _open(fences: Geometries, gates: Geometries, of_fence: NDArray[np.intp]) -> Geometries:
    """The fences without their gates."""
    order = np.argsort(of_fence, kind="stable")
    gated, index = np.unique(of_fence[order], return_inverse=True)
    opened = fences.copy()
    opened[gated] = shapely.difference(fences[gated], shapely.buffer(shapely.multipoints(gates[order], indices=index), GAP_M))
    return opened


def _walls(land: Land, busy: Geometries, opened: Geometries) -> tuple[Geometries, NDArray[np.intp]]:
    """The lines that nobody crosses in and by each of the grounds, and which ground that is."""
    barred = np.concatenate([land.walls, busy])
    ground, wall = shapely.STRtree(barred).query(land.grounds, predicate="dwithin", distance=CLOSE_M)
    cut = shapely.intersection(barred[wall], shapely.buffer(land.grounds, CLOSE_M, quad_segs=ROUND)[ground])
    fenced, fence = shapely.STRtree(land.fences).query(land.grounds, predicate="dwithin", distance=CLOSE_M)
    apart = shapely.covers(land.grounds[fenced], land.fences[fence]) & shapely.is_ring(land.fences[fence])
    apart &= shapely.area(shapely.build_area(land.fences[fence])) < FENCED_IN * shapely.area(land.grounds[fenced])
    fenced, fence = fenced[~apart], fence[~apart]
    held, index = np.unique(fenced, return_inverse=True)
    edges = shapely.buffer(shapely.boundary(land.grounds[held]), CLOSE_M, quad_segs=ROUND)[index]
    parts, number = shapely.get_parts(np.concatenate([cut, shapely.intersection(opened[fence], edges)]), return_index=True)
    wall_of = np.concatenate([ground, fenced])[number]
    order = np.argsort(wall_of, kind="stable")
    lines = order[shapely.length(parts[order]) > 0]  # what touches the surroundings at a point alone isn't in them
    return parts[lines], wall_of[lines]


def _on_paths(grounds: Grounds, paths: Geometries, near: shapely.STRtree, reach_m: NDArray[np.float64]) -> _Doors:
    """Doors along the paths in and beside grounds; `reach_m`: how far from the grounds each path may be."""
    ground, link = near.query(grounds.polygons, predicate="dwithin", distance=CLOSE_M)
    steps = np.ceil(shapely.length(paths[link]) / STEP_M).astype(np.intp)
    pair = np.repeat(np.arange(len(link)), steps + 1)
    share = np.concatenate([np.linspace(0, 1, count + 1) for count in steps.tolist()] or [np.zeros(0)])
    ground, link = ground[pair], link[pair]
    spots = shapely.line_interpolate_point(paths[link], share, normalized=True)
    close = shapely.dwithin(grounds.polygons[ground], spots, reach_m[link])
    doors = _Doors(ground, shapely.get_coordinates(spots), link, share, np.zeros(len(share)))
    return _some(doors, np.flatnonzero(close))


def _at_gates(grounds: Grounds, paths: Geometries, near: shapely.STRtree, gates: Geometries) -> _Doors:
    """Doors at the gates of grounds: from there straight to whatever paths are near, on the same side of every wall."""
    gate, ground = grounds.tree.query(gates, predicate="dwithin", distance=CLOSE_M)
    number, link = near.query(gates[gate], predicate="dwithin", distance=CLOSE_M)
    ground, place = ground[number], gates[gate[number]]
    share = shapely.line_locate_point(paths[link], place, normalized=True)
    spots = shapely.line_interpolate_point(paths[link], share, normalized=True)
    doors = _Doors(ground, shapely.get_coordinates(place), link, share, shapely.distance(place, spots))
    clear = ~grounds.meets_wall(ground, lines_to(doors.place, shapely.get_coordinates(spots)))
    return _some(doors, np.flatnonzero(clear))


def _together(some: _Doors, others: _Doors) -> _Doors:
    """All doors, in the order of their grounds."""
    doors = _Doors(
        np.concatenate([some.ground, others.ground]),
        np.concatenate([some.place, others.place]),
        np.concatenate([some.link, others.link]),
        np.concatenate([some.share, others.share]),
        np.concatenate([some.beyond_m, others.beyond_m]),
    )
    return _some(doors, np.argsort(doors.ground, kind="stable"))


def _some(doors: _Doors, numbers: NDArray[np.intp]) -> _Doors:
    ground, place, link, share, beyond_m = doors
    return _Doors(ground[numbers], place[numbers], link[numbers], share[numbers], beyond_m[numbers])


def _shapes(lines: Geometries, scale: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """The rows of lines in degrees."""
    rows, number = shapely.get_coordinates(lines, return_index=True)
    return tuple(np.split(rows / scale, np.flatnonzero(np.diff(number)) + 1)) if len(lines) else ()
