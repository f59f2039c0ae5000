"""A routing server with the embedded roads behind it, for when it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final, TypeVar

from routing.model import Point
from routing.travel.directions import Drive
from routing.travel.http_answers import ServerFailed
from routing.travel.http_times import HttpTimes
from routing.travel.matrix import TravelMatrix
from routing.travel.protocol import TravelTimes

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

FIRST_PAUSE_S: Final = 30.0
LONGEST_PAUSE_S: Final = 900.0


class FallbackTimes:
    """Asks the server; the embedded provider where that fails, and for a while afterwards without asking (a circuit breaker).

    The while doubles with each failure in a row, from `FIRST_PAUSE_S` up to `LONGEST_PAUSE_S`: a dead server costs one wait each
    time. An answer is from one of the two, never mixed. `clock` gives seconds that only go on.
    """

    def __init__(self, server: HttpTimes, embedded: TravelTimes, clock: Callable[[], float] = monotonic) -> None:
        self.server, self.embedded, self.clock = server, embedded, clock
        self.failures, self.ask_at, self.stood_in = 0, 0.0, False

    @property
    def overdue(self) -> bool:
        """Whether the latest matrix is the embedded one's and the server may be asked again: whoever keeps it should ask anew."""
        return self.stood_in and self.clock() >= self.ask_at

    def matrix(self, points: Sequence[Point]) -> TravelMatrix:
        """Seconds and metres, shape (n, n). Raises ValueError for a point that is not on the earth."""
        found = self._ask(lambda times: times.matrix(points))
        self.stood_in = self.failures > 0
        return found

    def extended(self, known: TravelMatrix, points: Sequence[Point]) -> TravelMatrix:
        """The matrix with more points, of the source of `known`; all of it the embedded one's where the server fails now."""
        if known.source != self.server.server.name:
            return self.embedded.extended(known, points)
        places = [*known.points, *points]
        found = self._ask(lambda times: times.extended(known, points) if times is self.server else times.matrix(places))
        self.stood_in = self.failures > 0
        return found

    def route(self, origin: Point, destination: Point, depart: int | None = None) -> Drive | None:
        """The way with its turns over the embedded roads: directions have to be there when the server is not."""
        return self.embedded.route(origin, destination, depart)

    def path(self, origin: Point, destination: Point) -> list[Point]:
        """The line driven; empty where there is no way. Raises ValueError for a point that is not on the earth."""
        return self._ask(lambda times: times.path(origin, destination))

    def _ask(self, question: Callable[[HttpTimes | TravelTimes], Answer]) -> Answer:
        if self.clock() < self.ask_at:
            return question(self.embedded)
        try:
            answer = question(self.server)
        except ServerFailed as error:
            pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(self.failures, 10))
            self.failures, self.ask_at = self.failures + 1, self.clock() + pause_s
            log.warning("%s: travel times are those of the embedded roads for the next %.0f s", error, pause_s)
            return question(self.embedded)
        if self.failures:
            log.warning("the routing server answers again")
        self.failures = 0
        return answer
