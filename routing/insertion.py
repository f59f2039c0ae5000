"""Every feasible way to add a request to a plan.

Exact: what `insertions` yields is what trying each pair of positions in each route, and letting `check.new_or_worse` judge,
would leave. A `PreparedPlan` is made once for a plan and answers for many requests, as `offers` asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from routing.cost import Weights, timed_cost
from routing.model import Problem, Request, ShiftId
from routing.plan import Action, Plan, Route, Visit
from routing.prepared import PreparedRoute
from routing.schedule import Call, Schedule, schedule
from routing.trials import figures_with


@dataclass(frozen=True, slots=True)
class Insertion:
    """A request added to a route: the new route, where in it the two visits are, the cost added, the new schedule."""

    shift: ShiftId
    route: Route
    pickup_at: int
    dropoff_at: int
    added: int
    schedule: Schedule

    @property
    def pickup(self) -> Call:
        return self.schedule.calls[self.pickup_at]

    @property
    def dropoff(self) -> Call:
        return self.schedule.calls[self.dropoff_at]

    def into(self, plan: Plan) -> Plan:
        """The plan with this insertion done."""
        return plan.with_route(self.route)


class _Trial(NamedTuple):
    """A position, in the order in which ties are broken."""

    added: int
    rank: int
    up: int
    down: int


class PreparedPlan:
    """A plan got ready for many requests. Raises KeyError for visits that the problem lacks.

    `prepare` lets a caller that tries many plans keep the routes that it has got ready before.
    """

    def __init__(self, plan: Plan, problem: Problem, prepare: Callable[[Route, Problem], PreparedRoute] = PreparedRoute) -> None:
        self.plan, self.problem = plan, problem
        self._visits = {visit for route in plan.routes.values() for visit in route.visits}
        self._routes = [prepare(route, problem) for route in plan.routes.values()]

    def insertions(self, request: Request, weights: Weights) -> Iterator[Insertion]:
        """Every feasible insertion, route by route; none of a request that the plan has already. Raises UnknownPoint."""
        for bound in self._bounds(request, weights):
            trial = self._tried(bound, request, weights)
            if trial is not None:
                yield self._insertion(trial, request, weights)

    def find_best(self, request: Request, weights: Weights) -> Insertion | None:
        """The feasible insertion that adds least cost (of several the first), or None. Raises UnknownPoint."""
        best: _Trial | None = None
        for bound in sorted(self._bounds(request, weights)):
            if best is not None and bound.added > best.added:
                break
            trial = self._tried(bound, request, weights)
            if trial is not None and (best is None or trial < best):
                best = trial
        return None if best is None else self._insertion(best, request, weights)

    def _bounds(self, request: Request, weights: Weights) -> Iterator[_Trial]:
        """The positions worth a trial, each with the least that it could add."""
        if {Visit(Action.BOARD, request.id), Visit(Action.ALIGHT, request.id)} & self._visits:
            return
        pickup, dropoff = self.problem.travel.at(request.pickup), self.problem.travel.at(request.dropoff)
        for rank, route in enumerate(self._routes):
            for gap in route.gaps(request, pickup, dropoff):
                yield _Trial(gap.least.minus(route.figures).priced(weights), rank, gap.up, gap.down)

    def _tried(self, bound: _Trial, request: Request, weights: Weights) -> _Trial | None:
        route, at = self._routes[bound.rank], self.problem.travel.at
        taken = figures_with(route, request, at(request.pickup), at(request.dropoff), bound.up, bound.down)
        return None if taken is None else bound._replace(added=taken.minus(route.figures).priced(weights))

    def _insertion(self, trial: _Trial, request: Request, weights: Weights) -> Insertion:
        base = self._routes[trial.rank]
        visits = base.route.visits
        board, alight = Visit(Action.BOARD, request.id), Visit(Action.ALIGHT, request.id)
        route = base.route.with_visits(
            (*visits[: trial.up], board, *visits[trial.up : trial.down], alight, *visits[trial.down :])
        )
        problem = replace(self.problem, requests={**self.problem.requests, request.id: request})
        timed = schedule(route, problem)
        added = timed_cost(timed, problem, weights) - base.figures.priced(weights)
        return Insertion(route.shift, route, trial.up, trial.down + 1, added, timed)


def insertions(plan: Plan, request: Request, problem: Problem, weights: Weights) -> Iterator[Insertion]:
    """Every feasible insertion of one request into a plan. Raises KeyError, UnknownPoint."""
    return PreparedPlan(plan, problem).insertions(request, weights)


def find_best_insertion(plan: Plan, request: Request, problem: Problem, weights: Weights) -> Insertion | None:
    """The feasible insertion of one request that adds least cost, or None. Raises KeyError, UnknownPoint."""
    return PreparedPlan(plan, problem).find_best(request, weights)
