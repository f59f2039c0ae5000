"""Travel times out of a matrix that was made before: for a service whose stops are known, and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.model import Point
from routing.travel.directions import Drive
from routing.travel.matrix import TravelMatrix


@dataclass(frozen=True, slots=True)
class MatrixTimes:
    """A provider that knows the points of one matrix, and of the way between them only that it exists."""

    known: TravelMatrix

    def matrix(self, points: Sequence[Point]) -> TravelMatrix:
        """The part of the matrix for these points. Raises UnknownPoint."""
        if tuple(points) == self.known.points:
            return self.known
        rows = np.array([self.known.at(point) for point in points], dtype=np.intp)
        cut = np.ix_(rows, rows)
        return TravelMatrix(tuple(points), self.known.seconds[cut], self.known.metres[cut])

    def extended(self, known: TravelMatrix, points: Sequence[Point]) -> TravelMatrix:
        """The part for these points, too. Raises UnknownPoint."""
        return self.matrix([*known.points, *points])

    def route(self, origin: Point, destination: Point, depart: int | None = None) -> Drive | None:
        """Without any turns, as nothing is known of the roads; None where there is no way. Raises UnknownPoint."""
        known = self.known
        if not known.reachable(origin, destination):
            return None
        return Drive((origin, destination), known.distance_m(origin, destination), known(origin, destination), ())

    def path(self, origin: Point, destination: Point) -> list[Point]:
        """A straight line; empty where there is no way. Raises UnknownPoint."""
        return [origin, destination] if self.known.reachable(origin, destination) else []
