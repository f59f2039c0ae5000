"""The first optimiser: OR-Tools' routing library to go downhill, and large steps by exact insertion to leave its valleys.

Alone, the library's guided and iterated local searches stay at the first local optimum of a full rural day for many seconds:
nearly everything near a full plan is infeasible (README.md has the figures). So the search is iterated: large steps, going on
from what is hardly worse than the best (record-to-record travel, Dueck 1993), then downhill with the library, then large steps
again.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random
from time import monotonic

from routing.check import violations
from routing.cost import Weights, cost
from routing.insertion import PreparedPlan
from routing.model import Problem
from routing.optimise.guard import find_objection
from routing.optimise.ortools_descent import descend
from routing.optimise.protocol import Limit, Progress
from routing.optimise.standing import standings
from routing.optimise.stir import Stirrer
from routing.optimise.tolerance import Tolerance
from routing.plan import Plan

log = logging.getLogger(__name__)

TOLD_EVERY_S = 0.05
"""How often progress is told at most."""


@dataclass(frozen=True, slots=True)
class OrToolsOptimiser:
    """Improves plans of a service, and puts in as many of the requests that are in no route as it can.

    Holds no state: the same input, seed and `Limit.solutions` give the same plan. A solution is a large step.
    """

    weights: Weights
    seed: int = 1
    first_share: float = 0.6
    """The share of the time, or of `Limit.solutions`, for large steps before going downhill."""
    descent_share: float = 0.25
    """The share of the time that going downhill may take."""
    worse_share: float = 0.003
    """By what share of the best cost a plan may be worse and still be gone on from."""
    patience: int = 20
    """Large steps end after so many per request and break without a better plan."""

    def improve(self, plan: Plan, problem: Problem, limit: Limit, report: Callable[[Progress], None] | None = None) -> Plan:
        """A plan that serves no fewer, costs no more and breaks nothing new, or `plan` itself; see `Optimiser`.

        Who is in no route is put in where that adds least cost, and by large steps; the library goes downhill with those who are
        served by then. Interrupted (KeyboardInterrupt), it gives the best plan so far; what the library is at is lost.
        Raises KeyError for visits that the problem lacks, UnknownPoint for places without travel times.
        """
        deadline = monotonic() + limit.seconds
        search = _Search(self, plan, problem, deadline - limit.seconds, report)
        with suppress(KeyboardInterrupt):
            search.construct(deadline)
            if limit.solutions is None:
                search.stir(deadline - (1 - self.first_share) * limit.seconds)
                search.descend(min(self.descent_share * limit.seconds, deadline - monotonic()))
                search.stir(deadline)
            else:  # what a clock cuts off is never the same twice, so the clock is for emergencies here
                first = math.ceil(self.first_share * limit.solutions)
                search.stir(deadline, first)
                search.descend(deadline - monotonic())
                search.stir(deadline, limit.solutions - first)
        log.info("revision %d: (left out, cost) %s -> %s", plan.revision, search.first_rank, search.best_rank)
        return search.best


class _Search:
    """The best plan so far, and the ways to a better one. What the guard objects to never becomes the best."""

    def __init__(
        self, settings: OrToolsOptimiser, plan: Plan, problem: Problem, begun: float, report: Callable[[Progress], None] | None
    ) -> None:
        self.settings, self.plan, self.problem, self.weights = settings, plan, problem, settings.weights
        self.begun, self.report, self.told, self.steps = begun, report, begun, 0
        self.before = violations(plan, problem)
        self.tolerance = Tolerance.of(self.before)
        standing = standings(plan, problem, self.before)
        self.shifts = {each.shift.id for each in standing}
        in_plan = {visit.subject for route in plan.routes.values() for visit in route.visits}
        self.waiting = [each for each in problem.requests.values() if standing and each.id not in in_plan]
        rng = Random(settings.seed)
        self.stirrer = Stirrer(standing, self.waiting, problem, self.weights, self.before, rng)
        self.best, self.best_rank = plan, self._rank(plan)
        self.first_rank = self.best_rank

    def _rank(self, plan: Plan) -> tuple[int, int]:
        """How many it leaves out, and what it costs: the less of the first, and then of the second, the better."""
        return self.stirrer.left_out(plan), cost(plan, self.problem, self.weights)

    def construct(self, deadline: float) -> None:
        """Put in who waits, those who have to board soonest first, each where that adds least cost."""
        candidate = self.best
        prepared = PreparedPlan(self._changeable(candidate), self.problem)
        try:
            for request in sorted(self.waiting, key=lambda each: each.pickup_window.latest):
                if monotonic() >= deadline:
                    break
                found = prepared.find_best(request, self.weights)
                if found is not None:
                    prepared, candidate = prepared.with_route(found.route), candidate.with_route(found.route)
        finally:  # interrupted or not
            self._offer(candidate)
        self._tell()

    def _changeable(self, plan: Plan) -> Plan:
        """The routes that may change."""
        return replace(plan, routes={shift: route for shift, route in plan.routes.items() if shift in self.shifts})

    def descend(self, seconds: float) -> None:
        """Go downhill from the best plan with the routing library."""
        now = [standing for standing in standings(self.best, self.problem, ()) if standing.shift.id in self.shifts]
        if seconds > 0 and any(standing.free for standing in now):
            found = descend(self.best, now, self.problem, self.weights, self.tolerance, seconds)
            for candidate in sorted(found, key=lambda each: cost(each, self.problem, self.weights)):
                if self._offer(candidate):
                    break
        self._tell()

    def stir(self, deadline: float, tries: int | None = None) -> None:
        """Take large steps from the best plan and from others that are hardly worse, until the deadline or for so many tries."""
        stirrer, patience = self.stirrer, self.settings.patience * len(self.stirrer.items)
        current = self._changeable(self.best)
        fixed = self.best_rank[1] - stirrer.cost(current)
        done = better = 0
        while done - better < patience and done != tries and monotonic() < deadline:
            done += 1
            self.steps += 1
            if monotonic() > self.told + TOLD_EVERY_S:
                self._tell()
            stirred = stirrer.stir(current)
            if stirred is None:
                continue
            left_out, price = stirrer.left_out(stirred), fixed + stirrer.cost(stirred)
            best_left_out, best_price = self.best_rank
            if (left_out, price) <= (best_left_out, best_price * (1 + self.settings.worse_share)):
                current = stirred
            if (left_out, price) < self.best_rank and self._offer(self.best.with_routes(stirred.routes)):
                better = done
        self._tell()

    def _tell(self) -> None:
        self.told = monotonic()
        if self.report is not None:
            left_out, price = self.best_rank
            self.report(Progress(self.told - self.begun, self.steps, price, left_out))

    def _offer(self, candidate: Plan) -> bool:
        """Make the candidate the best plan if it is better and the guard has nothing against it."""
        rank = self._rank(candidate)
        if rank >= self.best_rank:
            return False
        objection = find_objection(candidate, self.plan, self.problem, self.before)
        if objection is not None:
            log.warning("revision %d: a plan of cost %d is not taken: %s", self.plan.revision, rank[1], objection)
            return False
        self.best, self.best_rank = candidate, rank
        return True
