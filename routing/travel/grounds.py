"""What one may cross straight: the grounds of a network of paths, asked about a place or a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.travel.footways import Footways
from routing.travel.sphere import project

CLOSE_M = 10
"""A straight walk may leave the grounds for so many metres: a verge, a pavement, half a road; less than the shortest garden."""

SHORT_OF_M = 0.3
"""A line towards a door ends so far before it: the path itself is no wall."""


Geometries = NDArray[Any]


class Exits(NamedTuple):
    """Doors that one can go to straight."""

    door: NDArray[np.intp]
    metres: NDArray[np.float64]
    """Up to the path."""


class Grounds:
    """The grounds of a network, on a plane true at `lat_0`."""

    def __init__(self, paths: Footways, lat_0: float) -> None:
        self.paths, self.lat_0 = paths, lat_0
        self.polygons = shapely.polygons(drawn(paths.outlines, lat_0, shapely.linearrings), indices=paths.outline_of)
        self.tree = shapely.STRtree(self.polygons)
        shapely.prepare(self.polygons)
        walled, index = np.unique(paths.wall_of, return_inverse=True)
        self.walls = np.full(len(self.polygons), None)
        self.walls[walled] = shapely.multilinestrings(drawn(paths.walls, lat_0, shapely.linestrings), indices=index)
        shapely.prepare(self.walls)
        self.door_xy = project(paths.door_lonlat, lat_0)
        self.doors_from = np.searchsorted(paths.door_of, np.arange(len(self.polygons) + 1))

    def around(self, places: NDArray[np.float64]) -> list[list[int]]:
        """The grounds that each place lies in. `places` are on the plane, shape (n, 2)."""
        found: list[list[int]] = [[] for _ in places]
        for place, ground in self.tree.query(shapely.points(places), predicate="intersects").T.tolist():
            found[place].append(ground)
        return found

    def exits(self, place: NDArray[np.float64], grounds: list[int]) -> Exits:
        """The doors of some grounds to which one can go straight from a place in them."""
        seen = [np.zeros(0, dtype=np.intp)]
        for ground in grounds:
            door = np.arange(self.doors_from[ground], self.doors_from[ground + 1])
            seen.append(door[self.clear(ground, lines_to(place, self.door_xy[door]))])
        found = np.concatenate(seen)
        return Exits(found, np.hypot(*(self.door_xy[found] - place).T) + self.paths.door_beyond_m[found])

    def clear(self, ground: int, lines: Geometries) -> NDArray[np.bool_]:
        """Which straight lines stay in a ground, but for `CLOSE_M`, and meet no wall."""
        polygon = self.polygons[ground]
        good = shapely.covers(polygon, lines)
        rest = lines[~good]
        good[~good] = shapely.length(rest) - shapely.length(shapely.intersection(rest, polygon)) <= CLOSE_M
        return np.asarray(good & ~self.meets_wall(ground, lines), dtype=np.bool_)

    def meets_wall(self, ground: int | NDArray[np.intp], lines: Geometries) -> NDArray[np.bool_]:
        """Which lines meet a wall of a ground, or each of its own."""
        return np.asarray(shapely.intersects(self.walls[ground], lines), dtype=np.bool_)


def drawn(shapes: Sequence[NDArray[np.float64]], lat_0: float, make: Callable[..., Geometries]) -> Geometries:
    """What `make` of shapely (lines or rings) makes on the plane of arrays of (lon, lat) rows."""
    rows = project(np.concatenate(shapes), lat_0) if shapes else np.zeros((0, 2))
    return make(rows, indices=np.repeat(np.arange(len(shapes)), [len(shape) for shape in shapes]))


def lines_to(place: NDArray[np.float64], ends: NDArray[np.float64]) -> Geometries:
    """Straight lines from a place (or as many as there are ends), each ending just before an end; shape (n,)."""
    steps = ends - place
    metres = np.hypot(*steps.T)
    share = np.maximum(metres - SHORT_OF_M, 0) / np.maximum(metres, SHORT_OF_M)
    stops = place + steps * share[:, None]
    lines: Geometries = shapely.linestrings(np.stack([np.broadcast_to(place, stops.shape), stops], axis=1))
    return lines
