"""A large step away from a plan: take a few visits that have to do with one another out, and put them back as best they fit.

Requests that need not be served are tried along with those near them, whether they were out before or not.

Ruin and recreate (Schrimpf et al. 2000) with relatedness after Shaw (1998): near in place and in time. Requests go back by
`insertion`, breaks by `pauses`; both are exact, so what comes out breaks no rule that the plan keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random

from routing.check import Violation
from routing.cost import Weights, route_cost
from routing.insertion import PreparedPlan
from routing.model import Point, Problem, Request, RequestId
from routing.optimise.pauses import find_best_pause
from routing.optimise.standing import Standing
from routing.optimise.tolerance import Tolerance
from routing.plan import Action, Plan, Route, Visit
from routing.prepared import PreparedRoute

MOST_OUT = 15
"""Requests and breaks taken out at once, at most: with more, the result is seldom better and each step takes longer."""

BLINK = 0.05
"""How often a route is not looked at when a request is put back (the blinks of Christiaens & Vanden Berghe 2020, by route)."""

KEPT_ROUTES = 5000
"""Routes whose costs and preparations are kept, of the many that come back again and again."""


class Stirrer:
    """Makes neighbours of plans of one problem. The same `rng` gives the same neighbours."""

    def __init__(
        self,
        standings: Sequence[Standing],
        waiting: Iterable[Request],
        problem: Problem,
        weights: Weights,
        before: Sequence[Violation],
        rng: Random,
    ) -> None:
        """`waiting` are requests that are in no route of the plan, and may be served."""
        self.problem, self.weights, self.before, self.rng = problem, weights, before, rng
        self.homes = {visit.subject: each.shift for each in standings for visit in each.free if visit.action is Action.BREAK}
        self.waiting = {Visit(Action.BOARD, request.id) for request in waiting}
        self.items = [*(item for standing in standings for item in _loose(standing)), *sorted(self.waiting)]
        tolerance = Tolerance.of(before)
        self._widened = {
            item.subject: tolerance.widened(problem.requests[RequestId(item.subject)])
            for item in self.items
            if item.action is Action.BOARD
        }
        self._latest = {
            Visit(Action.BREAK, pause): tolerance.latest(Visit(Action.BREAK, pause), shift.get_break(pause).window)
            for pause, shift in self.homes.items()
        }
        self._ends = {item: self._ends_of(item) for item in self.items}
        self._prepared = lru_cache(KEPT_ROUTES)(lambda route: PreparedRoute(route, problem))
        self.route_cost = lru_cache(KEPT_ROUTES)(lambda route: route_cost(route, problem, weights))

    def cost(self, plan: Plan) -> int:
        return sum(self.route_cost(route) for route in plan.routes.values())

    def left_out(self, plan: Plan) -> int:
        """How many of those who wait are not served."""
        return len(self.waiting) - len(self.waiting.intersection(v for route in plan.routes.values() for v in route.visits))

    def stir(self, plan: Plan) -> Plan | None:
        """Another plan with the same requests and breaks, or others of those who wait; None where anything else does not fit."""
        out = self._related(self.rng.choice(self.items), self.rng.randint(1, MOST_OUT))
        gone = {*out, *(Visit(Action.ALIGHT, item.subject) for item in out)}
        stirred = plan.with_routes(
            {shift: route.with_visits(tuple(v for v in route.visits if v not in gone)) for shift, route in plan.routes.items()}
        )
        for item in out:
            route = self._with_break(stirred, item) if item.action is Action.BREAK else self._with_request(stirred, item)
            if route is not None:
                stirred = stirred.with_route(route)
            elif item not in self.waiting:
                return None
        return stirred

    def _with_request(self, plan: Plan, item: Visit) -> Route | None:
        seen = {shift: route for shift, route in plan.routes.items() if self.rng.random() >= BLINK}
        found = PreparedPlan(replace(plan, routes=seen), self.problem, self._prepare).find_best(
            self._widened[item.subject], self.weights
        )
        return found.route if found else None

    def _with_break(self, plan: Plan, item: Visit) -> Route | None:
        route = plan.routes[self.homes[item.subject].id]
        return find_best_pause(route, item, self._latest[item], self.problem, self.before, self.route_cost)

    def _prepare(self, route: Route, _: Problem) -> PreparedRoute:
        return self._prepared(route)

    def _related(self, seed: Visit, many: int) -> list[Visit]:
        """The seed and those most like it, with some luck, in the order in which they are to be put back."""
        near = {item: self._distance(seed, item) * self.rng.uniform(0.5, 1.5) for item in self.items}
        out = sorted(self.items, key=near.__getitem__)[:many]
        self.rng.shuffle(out)
        return out

    def _distance(self, one: Visit, other: Visit) -> int:
        """Seconds between two items, in place and in time."""
        (begin, end, at), (other_begin, other_end, other_at) = self._ends[one], self._ends[other]
        return self.problem.travel(begin, other_begin) + self.problem.travel(end, other_end) + abs(at - other_at)

    def _ends_of(self, item: Visit) -> tuple[Point, Point, int]:
        """Where it begins and ends, and about when: the middle of the times at which it may begin."""
        if item.action is Action.BREAK:
            pause = self.homes[item.subject].get_break(item.subject)
            return pause.place, pause.place, sum(pause.window) // 2
        request = self.problem.requests[RequestId(item.subject)]
        latest = min(request.pickup_window.latest, request.dropoff_window.latest)
        earliest = max(request.pickup_window.earliest, request.dropoff_window.earliest - request.max_ride_s)
        return request.pickup, request.dropoff, (earliest + latest) // 2


def _loose(standing: Standing) -> list[Visit]:
    """What may be taken out: breaks, and the boardings of requests of which neither boarding nor alighting is committed."""
    return [
        visit
        for visit in standing.free
        if visit.action is Action.BREAK or (visit.action is Action.BOARD and Visit(Action.ALIGHT, visit.subject) in standing.free)
    ]
