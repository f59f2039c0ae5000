"""The optimisers by name, each able to begin with a plan in which nobody is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from routing.cost import Weights, cost
from routing.insertion import find_best_insertion
from routing.model import Problem
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.ortools_routing import OrToolsOptimiser
from routing.optimise.protocol import Limit, Optimiser, Progress
from routing.plan import Plan

Report = Callable[[Progress], None]


class Solver(Protocol):
    """An optimiser that also puts in whom the plan leaves out, and tells how far it is."""

    def improve(self, plan: Plan, problem: Problem, limit: Limit, report: Report | None = None) -> Plan:
        """See `Optimiser`; interrupted (KeyboardInterrupt), it gives the best plan so far."""
        ...


def constructed(plan: Plan, problem: Problem, weights: Weights) -> Plan:
    """The plan with whoever else fits in, one after another where each adds least cost; those who have to board soonest first."""
    served = plan.requests()
    for request in sorted(problem.requests.values(), key=lambda each: each.pickup_window.latest):
        if request.id not in served and (best := find_best_insertion(plan, request, problem, weights)) is not None:
            plan = best.into(plan)
    return plan


@dataclass(frozen=True, slots=True)
class AfterConstruction:
    """An optimiser that serves those whom its plan serves, made to begin with everybody who fits in."""

    optimiser: Optimiser
    weights: Weights

    def improve(self, plan: Plan, problem: Problem, limit: Limit, report: Report | None = None) -> Plan:
        begun = monotonic()
        best = constructed(plan, problem, self.weights)
        with suppress(KeyboardInterrupt):  # what the optimiser has found by then, it keeps to itself
            self._tell(report, begun, best, problem)
            left = limit.seconds - (monotonic() - begun)
            if left > 0:
                best = self.optimiser.improve(best, problem, Limit(left, limit.solutions))
                self._tell(report, begun, best, problem)
        return best

    def _tell(self, report: Report | None, begun: float, plan: Plan, problem: Problem) -> None:
        if report is not None:
            left_out = len(problem.requests) - len(plan.requests())
            report(Progress(monotonic() - begun, 0, cost(plan, problem, self.weights), left_out))


SOLVERS: Mapping[str, Callable[[Weights, int], Solver]] = {
    "lns": lambda weights, seed: LargeNeighbourhoodSearch(weights=weights, seed=seed),
    "or-tools": lambda weights, seed: AfterConstruction(OrToolsOptimiser(weights=weights, seed=seed), weights),
}
"""By the name that `python -m routing` knows them under; given weights and a seed."""
