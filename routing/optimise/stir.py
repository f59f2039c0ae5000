"""A large step away from a plan: take a few requests that have to do with one another out, and put them back as best they fit.

Ruin and recreate (Schrimpf et al. 2000) with relatedness after Shaw (1998): near in place and in time. Each request goes back by
`insertion`, which is exact, so what comes out keeps every rule that the plan keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random

from routing.cost import Weights, route_cost
from routing.insertion import PreparedPlan
from routing.model import Problem, Request, RequestId
from routing.optimise.standing import Standing
from routing.optimise.tolerance import Tolerance
from routing.plan import Action, Plan, Route, Visit
from routing.prepared import PreparedRoute

MOST_OUT = 10
"""Requests taken out at once, at most: with more, the result is seldom better and each step takes longer."""

KEPT_ROUTES = 5000
"""Routes whose costs and preparations are kept, of the many that come back again and again."""


class Stirrer:
    """Makes neighbours of plans of one problem. The same `rng` gives the same neighbours."""

    def __init__(
        self, requests: Sequence[RequestId], problem: Problem, weights: Weights, tolerance: Tolerance, rng: Random
    ) -> None:
        self.requests, self.problem, self.weights, self.rng = requests, problem, weights, rng
        self._widened = {request: tolerance.widened(problem.requests[request]) for request in requests}
        self._prepared = lru_cache(KEPT_ROUTES)(lambda route: PreparedRoute(route, problem))
        self._cost = lru_cache(KEPT_ROUTES)(lambda route: route_cost(route, problem, weights))

    def cost(self, plan: Plan) -> int:
        return sum(self._cost(route) for route in plan.routes.values())

    def stir(self, plan: Plan) -> Plan | None:
        """Another plan with the same requests; None where one of those taken out does not fit any more."""
        out = self._related(self.rng.choice(self.requests), self.rng.randint(1, MOST_OUT))
        routes = dict(plan.routes)
        for route in plan.routes.values():
            kept = tuple(visit for visit in route.visits if visit.action is Action.BREAK or visit.subject not in out)
            routes[route.shift] = route.with_visits(kept)
        stirred = replace(plan, routes=routes)
        for request in out:
            found = PreparedPlan(stirred, self.problem, self._prepare).find_best(self._widened[request], self.weights)
            if found is None:
                return None
            stirred = found.into(stirred)
        return stirred

    def _prepare(self, route: Route, _: Problem) -> PreparedRoute:
        return self._prepared(route)

    def _related(self, seed: RequestId, many: int) -> list[RequestId]:
        """The seed and those most like it, with some luck, in the order in which they are to be put back."""
        near = {other: self._distance(seed, other) * self.rng.uniform(0.5, 1.5) for other in self.requests}
        out = sorted(self.requests, key=near.__getitem__)[:many]
        self.rng.shuffle(out)
        return out

    def _distance(self, one: RequestId, other: RequestId) -> int:
        """Seconds between two requests, in place and in time."""
        a, b = self.problem.requests[one], self.problem.requests[other]
        travel = self.problem.travel
        return (travel(a.pickup, b.pickup) + travel(a.dropoff, b.dropoff)
                + abs(_middle(a) - _middle(b)))  # fmt: skip


def _middle(request: Request) -> int:
    """When the ride is about to happen: the middle of the times at which it may begin."""
    latest = min(request.pickup_window.latest, request.dropoff_window.latest)
    earliest = max(request.pickup_window.earliest, request.dropoff_window.earliest - request.max_ride_s)
    return (earliest + latest) // 2


def movable(standings: Sequence[Standing]) -> list[RequestId]:
    """The requests of which nothing is committed: neither boarding nor alighting."""
    return [
        RequestId(visit.subject)
        for standing in standings
        for visit in standing.free
        if visit.action is Action.BOARD and Visit(Action.ALIGHT, visit.subject) in standing.free
    ]
