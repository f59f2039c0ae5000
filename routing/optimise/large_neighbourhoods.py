"""The large-neighbourhood search: SISR compiled (see `lns`), as an optimiser."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from routing.check import Violation, violations
from routing.cost import Weights, cost
from routing.model import Problem, Request
from routing.optimise.guard import find_objection
from routing.optimise.lns.annealing import Annealing
from routing.optimise.lns.driver import Driver
from routing.optimise.lns.encode import encode
from routing.optimise.protocol import Limit, Progress
from routing.optimise.standing import Standing, standings
from routing.optimise.tolerance import Tolerance
from routing.plan import Plan

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LargeNeighbourhoodSearch:
    """Improves plans, and puts in as many of the requests that are in no route as it can.

    Holds no state: the same input, seed and `Limit.solutions` give the same plan.
    """

    weights: Weights
    seed: int = 1
    annealing: Annealing = field(default_factory=Annealing)

    def improve(self, plan: Plan, problem: Problem, limit: Limit, report: Callable[[Progress], None] | None = None) -> Plan:
        """A plan that serves no fewer, costs no more and breaks nothing new, or `plan` itself; see `Optimiser`.

        Interrupted (KeyboardInterrupt) while it searches, it gives the best plan so far.
        Raises KeyError for visits that the problem lacks, UnknownPoint for places without travel times.
        """
        deadline = monotonic() + limit.seconds
        before = violations(plan, problem)
        tolerance = Tolerance.of(before)
        standing = standings(plan, problem, before)
        in_plan = {visit.subject for route in plan.routes.values() for visit in route.visits}
        waiting = [request for request in problem.requests.values() if request.id not in in_plan]
        driver = self._driver(standing, waiting, problem, tolerance) if standing else None
        if driver is None:
            return plan
        with suppress(KeyboardInterrupt):  # the best so far is as good as any
            driver.search(deadline, limit, report)
        found = driver.encoded.decoded(driver.best_rows(), plan)
        return self._better(found, plan, problem, before)

    def _driver(self, standing: list[Standing], waiting: list[Request], problem: Problem, tolerance: Tolerance) -> Driver | None:
        """What searches, or None where nothing may move.

        A route that can't be driven as it is, whatever the tolerance, is left as it is: a break that alone takes longer than
        the shift may last, say, is no violation as long as the shift serves nobody.
        """
        driver = Driver(encode(standing, waiting, problem, tolerance, self.weights), self.seed, self.annealing)
        stuck = driver.stuck()
        if any(stuck):
            standing = [each for each, is_stuck in zip(standing, stuck, strict=True) if not is_stuck]
            return self._driver(standing, waiting, problem, tolerance) if standing else None
        return driver if driver.net.items.size else None

    def _better(self, found: Plan, plan: Plan, problem: Problem, before: list[Violation]) -> Plan:
        served = len(found.requests()) - len(plan.requests())
        price, old_price = (cost(each, problem, self.weights) for each in (found, plan))
        if (-served, price) >= (0, old_price):
            return plan
        objection = find_objection(found, plan, problem, before)
        if objection is not None:
            log.warning("revision %d: a plan of cost %d is not taken: %s", plan.revision, price, objection)
            return plan
        log.info("revision %d: %d more served, cost %d -> %d", plan.revision, served, old_price, price)
        return found
