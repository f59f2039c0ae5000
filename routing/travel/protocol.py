"""What the rest of Drover asks of whatever knows travel times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from routing.model import Point
from routing.travel.directions import Drive
from routing.travel.matrix import TravelMatrix


class TravelTimes(Protocol):
    """A provider of driving times. Pure as seen from outside: the same points give the same matrix."""

    def matrix(self, points: Sequence[Point]) -> TravelMatrix:
        """Seconds and metres between all `points`, shape (n, n), `UNREACHABLE_S` where there is no way."""
        ...

    def extended(self, known: TravelMatrix, points: Sequence[Point]) -> TravelMatrix:
        """A matrix of the points of `known`, which is this provider's, and behind them `points`, which are not among them."""
        ...

    def route(self, origin: Point, destination: Point, depart: int | None = None) -> Drive | None:
        """The way with its turns for a driver who sets off so many seconds after the day began; None where there is none.

        It need not be of the second and the metre that the matrix tells, which goes by no time in particular.
        """
        ...

    def path(self, origin: Point, destination: Point) -> list[Point]:
        """The line a vehicle follows from one point to the other, both ends included; empty where there is no way."""
        ...
