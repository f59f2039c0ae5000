"""Many prepared routes in one array, and the questions that compiled code answers about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from routing.compiled import searching
from routing.compiled.columns import ADDED, ASK_FACTS, FOUND_FACTS, NEVER, VISIT_ROWS, Ints
from routing.compiled.shortcuts import shortcut_s
from routing.cost import Weights
from routing.model import Request, ShiftId
from routing.prepared import PreparedRoute
from routing.travel.matrix import TravelMatrix

ROOM = 8
"""So many visits may come to the longest route before all is copied."""

Found = list[int]
"""The numbers named under FOUND in `routing.compiled.columns`."""


class Table:
    """Prepared routes side by side; `put` replaces one of them."""

    def __init__(self, routes: Sequence[PreparedRoute]) -> None:
        self.routes = list(routes)
        self._ranks: dict[ShiftId, int] = {each.route.shift: rank for rank, each in enumerate(self.routes)}
        self._subjects = Counter(subject for each in self.routes for subject in each.subjects)
        self._copy_all()

    def put(self, made: PreparedRoute) -> None:
        """Replace the route of a shift, or add the first one."""
        rank = self._ranks.setdefault(made.route.shift, len(self.routes))
        if rank == len(self.routes):
            self.routes.append(made)
        else:
            self._subjects.subtract(self.routes[rank].subjects)
            self.routes[rank] = made
        self._subjects.update(made.subjects)
        rows, width = len(self._visits), self._visits.shape[2]
        if rank == rows or made.visits.shape[1] > width or len(made.facts) > self._facts.shape[1]:
            self._copy_all()
        else:
            self._copy(rank)

    def best(self, requests: Sequence[Request], weights: Weights, travel: TravelMatrix) -> list[Found | None]:
        """For each request the place that adds least; None where there is none or the request is on board somewhere."""
        asks, found = _asks(requests, travel), np.empty((len(requests), FOUND_FACTS), np.int64)
        work = self._work, self._work_route, self._trial
        searching.find_best(self._visits, self._facts, travel.seconds, asks, _prices(weights), *work, found)
        return [
            None if row[ADDED] == NEVER or self._subjects[request.id] else row
            for row, request in zip(found.tolist(), requests, strict=True)
        ]

    def all_in(self, rank: int, request: Request, weights: Weights, travel: TravelMatrix) -> Iterator[Found]:
        """Every place in one route, in order."""
        if self._subjects[request.id]:
            return
        prices = _prices(weights)
        made, ask = self.routes[rank], _asks([request], travel)[0]
        ways = made.visits.shape[1]
        found = np.empty((ways * (ways + 1) // 2 + 1, FOUND_FACTS), np.int64)  # never a single row
        work = self._work, self._work_route, self._trial
        many = searching.search(made.visits, made.facts, travel.seconds, ask, prices, *work, rank, found)
        yield from found[:many].tolist()

    def _copy_all(self) -> None:
        width = max((each.visits.shape[1] for each in self.routes), default=1) + ROOM
        facts = max((len(each.facts) for each in self.routes), default=1)
        self._visits: Ints = np.zeros((len(self.routes), VISIT_ROWS, width), np.int64)
        self._facts: Ints = np.zeros((len(self.routes), facts), np.int64)
        self._work: Ints = np.zeros((VISIT_ROWS, width + 2), np.int64)
        self._work_route: Ints = np.zeros(facts, np.int64)
        self._trial: Ints = np.zeros(FOUND_FACTS, np.int64)
        for rank in range(len(self.routes)):
            self._copy(rank)

    def _copy(self, rank: int) -> None:
        made = self.routes[rank]
        self._visits[rank, :, : made.visits.shape[1]] = made.visits
        self._facts[rank, : len(made.facts)] = made.facts


def _asks(requests: Sequence[Request], travel: TravelMatrix) -> Ints:
    """Requests as the rows that are named under ASK. Raises UnknownPoint."""
    asks = np.empty((len(requests), ASK_FACTS), np.int64)
    for index, request in enumerate(requests):
        pickup, dropoff = travel.at(request.pickup), travel.at(request.dropoff)
        shortcut = travel.shortcuts_s.get(dropoff)
        if shortcut is None:
            shortcut = travel.shortcuts_s[dropoff] = int(shortcut_s(travel.seconds, dropoff))
        limits = request.max_ride_s, request.boarding_s, request.alighting_s
        asks[index] = (pickup, dropoff, *request.pickup_window, *request.dropoff_window, *request.load, *limits, shortcut)
    return asks


@lru_cache(maxsize=16)
def _prices(weights: Weights) -> Ints:
    return np.array([weights.driving, weights.riding, weights.lateness, weights.shift], np.int64)
