"""Travel times of a service: those of its stops, which stay, and of doors, which come as somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from routing.model import Point
from routing.travel.matrix import TravelMatrix
from routing.travel.protocol import TravelTimes

MOST_DOORS = 400
"""More are not kept: the next ones begin anew, beside the stops alone."""


class GrowingMatrix:
    """Gives matrices that hold whatever is asked for; each matrix stays as it is. Safe among threads.

    `lock` is for whoever else asks `times`.
    """

    def __init__(self, times: TravelTimes, points: Iterable[Point], lock: Lock) -> None:
        self.times, self.lock = times, lock
        self.stops = self.latest = times.matrix(list(dict.fromkeys(points)))

    def over(self, points: Iterable[Point]) -> TravelMatrix:
        """A matrix of the stops, of all these points, and maybe of others."""
        wanted, latest = list(dict.fromkeys(points)), self.latest
        if not _missing(latest, wanted):
            return latest
        with self.lock:
            latest = self.latest  # somebody else may have been faster
            missing = _missing(latest, wanted)
            if len(latest.points) + len(missing) - len(self.stops.points) > MOST_DOORS:
                latest, missing = self.stops, _missing(self.stops, wanted)
            self.latest = self.times.extended(latest, missing) if missing else latest
            return self.latest


def _missing(matrix: TravelMatrix, wanted: list[Point]) -> list[Point]:
    return [point for point in wanted if point not in matrix.index]
