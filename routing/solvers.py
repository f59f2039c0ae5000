"""The optimisers by name, each able to begin with a plan in which nobody is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from routing.cost import Weights
from routing.model import Problem
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.ortools_routing import OrToolsOptimiser
from routing.optimise.protocol import Limit, Progress
from routing.plan import Plan

Report = Callable[[Progress], None]


class Solver(Protocol):
    """An optimiser that also puts in whom the plan leaves out, and tells how far it is."""

    def improve(self, plan: Plan, problem: Problem, limit: Limit, report: Report | None = None) -> Plan:
        """See `Optimiser`; interrupted (KeyboardInterrupt), it gives the best plan so far."""
        ...


SOLVERS: Mapping[str, Callable[[Weights, int], Solver]] = {
    "lns": lambda weights, seed: LargeNeighbourhoodSearch(weights=weights, seed=seed),
    "or-tools": lambda weights, seed: OrToolsOptimiser(weights=weights, seed=seed),
}
"""By the name that `python -m routing` knows them under; given weights and a seed."""
