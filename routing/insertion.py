"""Every feasible way to add a request to a plan.

Exact: what `insertions` yields is what trying each pair of positions in each route, and letting `check.new_or_worse` judge,
would leave. A `PreparedPlan` is made once for a plan and answers for many requests, as `offers` asks; it goes along with the plan
as routes change. The work is done by `compiled`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from routing.cost import Weights
from routing.model import Problem, Request, ShiftId
from routing.plan import Action, Plan, Route, Visit
from routing.prepared import PreparedRoute
from routing.schedule import Call, Schedule, schedule
from routing.tables import Found, Table
from routing.units import ServiceTime


@dataclass(frozen=True)
class Insertion:
    """A request added to a route: where in it the two visits are, what it asks of the vehicle and of the passenger."""

    base: Route
    request: Request
    pickup_at: int
    dropoff_at: int
    added: int
    """The cost added, in cost units."""
    detour_s: int
    """Seconds more to drive."""
    pickup_begin: ServiceTime
    pickup_depart: ServiceTime
    dropoff_begin: ServiceTime
    problem: Problem = field(compare=False, repr=False)

    @property
    def shift(self) -> ShiftId:
        return self.base.shift

    @property
    def wait_s(self) -> int:
        """From when the passenger could board at the earliest to when they do."""
        return self.pickup_begin - self.request.pickup_window.earliest

    @property
    def ride_s(self) -> int:
        return self.dropoff_begin - self.pickup_depart

    @cached_property
    def route(self) -> Route:
        """The new route."""
        visits, up, down = self.base.visits, self.pickup_at, self.dropoff_at - 1
        board, alight = Visit(Action.BOARD, self.request.id), Visit(Action.ALIGHT, self.request.id)
        return self.base.with_visits((*visits[:up], board, *visits[up:down], alight, *visits[down:]))

    @cached_property
    def schedule(self) -> Schedule:
        """The times of the new route."""
        known = {**self.problem.requests, self.request.id: self.request}
        return schedule(self.route, replace(self.problem, requests=known))

    @property
    def pickup(self) -> Call:
        return self.schedule.calls[self.pickup_at]

    @property
    def dropoff(self) -> Call:
        return self.schedule.calls[self.dropoff_at]

    def into(self, plan: Plan) -> Plan:
        """The plan with this insertion done."""
        return plan.with_route(self.route)


class PreparedPlan:
    """A plan got ready for many requests. Raises KeyError for visits that the problem lacks, UnknownPoint.

    `prepare` lets a caller that tries many plans keep the routes that it has got ready before. A value like any other, but not
    for several threads at once.
    """

    def __init__(self, plan: Plan, problem: Problem, prepare: Callable[[Route, Problem], PreparedRoute] = PreparedRoute) -> None:
        self.plan, self.problem, self._prepare = plan, problem, prepare
        self._routes = {shift: prepare(route, problem) for shift, route in plan.routes.items()}
        self._table: Table | None = None

    def with_route(self, route: Route, problem: Problem | None = None) -> PreparedPlan:
        """The plan with another route, and nothing else got ready anew: cheap as long as what was before is not asked any more.

        Where `problem` is another than before, nothing of it that concerns other routes may be: `now`, reports, their requests.
        """
        return self.with_routes([route], problem)

    def with_routes(self, routes: Iterable[Route], problem: Problem | None = None) -> PreparedPlan:
        """`with_route` for several at once."""
        changed = object.__new__(PreparedPlan)
        changed.problem, changed._prepare = problem or self.problem, self._prepare
        made = {route.shift: self._prepare(route, changed.problem) for route in routes}
        changed.plan = self.plan.with_routes({shift: each.route for shift, each in made.items()})
        changed._routes = {**self._routes, **made}
        changed._table, self._table = self._table, None
        if changed._table is not None:
            for each in made.values():
                changed._table.put(each)
        return changed

    def insertions(self, request: Request, weights: Weights) -> Iterator[Insertion]:
        """Every feasible insertion, route by route; none of a request that the plan has already. Raises UnknownPoint."""
        for rank in range(len(self._routes)):
            for found in self._ready().all_in(rank, request, weights, self.problem.travel):
                yield self._insertion(found, request)

    def find_best(self, request: Request, weights: Weights) -> Insertion | None:
        """The feasible insertion that adds least cost (of several the first), or None. Raises UnknownPoint."""
        return self.list_best([request], weights)[0]

    def list_best(self, requests: Sequence[Request], weights: Weights) -> list[Insertion | None]:
        """For each of several requests, such as those of all pairs of stops, what `find_best` says; faster than one by one."""
        found = self._ready().best(requests, weights, self.problem.travel)
        pairs = zip(found, requests, strict=True)
        return [None if each is None else self._insertion(each, request) for each, request in pairs]

    def _ready(self) -> Table:
        if self._table is None:
            self._table = Table(list(self._routes.values()))
        return self._table

    def _insertion(self, found: Found, request: Request) -> Insertion:
        added, rank, up, down, detour_s, begin, depart, dropoff_begin = found
        times = ServiceTime(begin), ServiceTime(depart), ServiceTime(dropoff_begin)
        return Insertion(self._ready().routes[rank].route, request, up, down + 1, added, detour_s, *times, self.problem)


def insertions(plan: Plan, request: Request, problem: Problem, weights: Weights) -> Iterator[Insertion]:
    """Every feasible insertion of one request into a plan. Raises KeyError, UnknownPoint."""
    return PreparedPlan(plan, problem).insertions(request, weights)


def find_best_insertion(plan: Plan, request: Request, problem: Problem, weights: Weights) -> Insertion | None:
    """The feasible insertion of one request that adds least cost, or None. Raises KeyError, UnknownPoint."""
    return PreparedPlan(plan, problem).find_best(request, weights)
