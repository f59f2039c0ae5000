"""The first optimiser: OR-Tools' routing library to go downhill, and large steps by exact insertion to leave its valleys.

Alone, the library's guided and iterated local searches stay at the first local optimum of a full rural day for many seconds:
nearly everything near a full plan is infeasible (README.md has the figures). So the search is iterated: large steps, going on
from what is hardly worse than the best (record-to-record travel, Dueck 1993), then downhill with the library, then large steps
again.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from random import Random
from time import monotonic

from routing.check import violations
from routing.cost import Weights, cost
from routing.model import Problem
from routing.optimise.guard import find_objection
from routing.optimise.ortools_descent import descend
from routing.optimise.protocol import Limit
from routing.optimise.standing import standings
from routing.optimise.stir import Stirrer
from routing.optimise.tolerance import Tolerance
from routing.plan import Plan

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OrToolsOptimiser:
    """Improves plans of a service. Holds no state: the same input, seed and `Limit.solutions` give the same plan."""

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

    def improve(self, plan: Plan, problem: Problem, limit: Limit) -> Plan:
        """A plan that costs no more and breaks nothing new, or `plan` itself; see `Optimiser`.

        Raises KeyError for visits that the problem lacks, UnknownPoint for places without travel times.
        """
        deadline = monotonic() + limit.seconds
        search = _Search(self, plan, problem)
        if limit.solutions is None:
            search.stir(deadline - (1 - self.first_share) * limit.seconds)
            search.descend(min(self.descent_share * limit.seconds, deadline - monotonic()))
            search.stir(deadline)
        else:  # what a clock cuts off is never the same twice, so the clock is for emergencies here
            first = math.ceil(self.first_share * limit.solutions)
            search.stir(deadline, first)
            search.descend(deadline - monotonic())
            search.stir(deadline, limit.solutions - first)
        log.info("revision %d: cost %d -> %d", plan.revision, search.first_cost, search.best_cost)
        return search.best


class _Search:
    """The best plan so far, and the ways to a better one. What the guard objects to never becomes the best."""

    def __init__(self, settings: OrToolsOptimiser, plan: Plan, problem: Problem) -> None:
        self.settings, self.plan, self.problem, self.weights = settings, plan, problem, settings.weights
        self.before = violations(plan, problem)
        self.tolerance = Tolerance.of(self.before)
        standing = standings(plan, problem, self.before)
        self.shifts = {each.shift.id for each in standing}
        self.stirrer = Stirrer(standing, problem, self.weights, self.before, Random(settings.seed))
        self.best, self.best_cost = plan, cost(plan, problem, self.weights)
        self.first_cost = self.best_cost

    def descend(self, seconds: float) -> None:
        """Go downhill from the best plan with the routing library."""
        now = [standing for standing in standings(self.best, self.problem, ()) if standing.shift.id in self.shifts]
        if seconds > 0 and any(standing.free for standing in now):
            found = descend(self.best, now, self.problem, self.weights, self.tolerance, seconds)
            for candidate in sorted(found, key=lambda each: cost(each, self.problem, self.weights)):
                if self._offer(candidate):
                    break

    def stir(self, deadline: float, tries: int | None = None) -> None:
        """Take large steps from the best plan and from others that are hardly worse, until the deadline or for so many tries."""
        stirrer, patience = self.stirrer, self.settings.patience * len(self.stirrer.items)
        current = replace(self.best, routes={shift: route for shift, route in self.best.routes.items() if shift in self.shifts})
        fixed = self.best_cost - stirrer.cost(current)
        done = better = 0
        while done - better < patience and done != tries and monotonic() < deadline:
            done += 1
            stirred = stirrer.stir(current)
            if stirred is None:
                continue
            price = fixed + stirrer.cost(stirred)
            if price <= self.best_cost * (1 + self.settings.worse_share):
                current = stirred
            if price < self.best_cost and self._offer(self.best.with_routes(stirred.routes)):
                better = done

    def _offer(self, candidate: Plan) -> bool:
        """Make the candidate the best plan if it is better and the guard has nothing against it."""
        price = cost(candidate, self.problem, self.weights)
        if price >= self.best_cost:
            return False
        objection = find_objection(candidate, self.plan, self.problem, self.before)
        if objection is not None:
            log.warning("revision %d: a plan of cost %d is not taken: %s", self.plan.revision, price, objection)
            return False
        self.best, self.best_cost = candidate, price
        return True
