"""Walks between a door and a stop: straight distance times a circuity, at a steady pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from routing.model import Point
from routing.travel.sphere import chord_coordinates, distance_m, require_on_earth


@dataclass(frozen=True, slots=True)
class Walking:
    """How people walk: `circuity` is path over straight line (1.2 to 1.3 in towns), `speed_m_s` suits older people with bags."""

    circuity: float = 1.25
    speed_m_s: float = 1.2

    def metres(self, a: Point, b: Point) -> int:
        """The walk between two points, rounded to the metre."""
        return round(distance_m(a, b) * self.circuity)

    def seconds(self, metres: int) -> int:
        """The time of a walk, rounded up."""
        return ceil(metres / self.speed_m_s)


class Walk(NamedTuple):
    """A walk to or from a stop."""

    stop: str
    point: Point
    """Where the stop is."""
    metres: int
    seconds: int


class StopIndex:
    """Stops by place: answers which ones are within a walk. Raises ValueError for a stop that is not on the earth."""

    def __init__(self, stops: Mapping[str, Point], walking: Walking = Walking()) -> None:
        self.names, self.places, self.walking = list(stops), list(stops.values()), walking
        self.tree = KDTree(_in_space(self.places))

    def near(self, point: Point, limit_m: int) -> list[Walk]:
        """The stops at most `limit_m` on foot from a point, nearest first. Raises ValueError if it is not on the earth."""
        here = _in_space([point])[0]
        if not self.places:
            return []
        found = self.tree.query_ball_point(here, (limit_m + 1) / self.walking.circuity)
        walks = [self._walk(point, int(i)) for i in found]
        return sorted((walk for walk in walks if walk.metres <= limit_m), key=lambda walk: (walk.metres, walk.stop))

    def nearest(self, point: Point) -> Walk | None:
        """The stop nearest to a point, however far; None where there are no stops. Raises ValueError as `near` does."""
        here = _in_space([point])[0]
        return self._walk(point, int(self.tree.query(here)[1])) if self.places else None

    def metres(self, a: Point, b: Point) -> int:
        """The walk between two places, rounded to the metre."""
        return self.walking.metres(a, b)

    def _walk(self, point: Point, i: int) -> Walk:
        metres = self.walking.metres(point, self.places[i])
        return Walk(self.names[i], self.places[i], metres, self.walking.seconds(metres))


def _in_space(places: Sequence[Point]) -> NDArray[np.float64]:
    # Not on a plane: a tree in space needs no middle latitude and is right for stops anywhere.
    lonlat = np.array(places, dtype=np.float64).reshape(-1, 2)
    require_on_earth(lonlat)
    return chord_coordinates(lonlat)


def nearest_stops(point: Point, stops: Mapping[str, Point], limit_m: int, walking: Walking = Walking()) -> list[Walk]:
    """The stops at most `limit_m` on foot from a point, nearest first. For many points, keep a `StopIndex`."""
    return StopIndex(stops, walking).near(point, limit_m)
