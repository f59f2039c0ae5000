"""OR-Tools' local search, from a plan downhill: pairs, subtrips and stretches are moved, exchanged and turned round."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util.optional_boolean_pb2 import BOOL_FALSE, BOOL_TRUE

from routing.cost import Weights
from routing.model import Problem
from routing.optimise.nodes import network
from routing.optimise.ortools_model import Contradiction, Model, build, longest_s
from routing.optimise.standing import Standing
from routing.optimise.tolerance import Tolerance
from routing.plan import Plan, Visit

log = logging.getLogger(__name__)

OPERATORS = frozenset({
    "use_relocate", "use_relocate_pair", "use_light_relocate_pair", "use_relocate_subtrip",
    "use_exchange", "use_exchange_pair", "use_exchange_subtrip", "use_two_opt", "use_or_opt", "use_cross",
})  # fmt: skip
"""What moves pairs or reorders stops. The library's other operators are for optional nodes, or cost more than they find here."""


def descend(
    plan: Plan, standings: Sequence[Standing], problem: Problem, weights: Weights, tolerance: Tolerance, seconds: float
) -> list[Plan]:
    """The plans on the way down from `plan`, each cheaper for the model than the one before; `plan` itself is not among them.

    Only the routes of `standings` change, and of them only those that are within the rules as widened by `tolerance`: see
    `_can_begin`.
    """
    standings = [standing for standing in standings if _can_begin(standing, tolerance)]
    if not standings:
        return []
    try:
        model = build(network(standings, problem, tolerance), problem, weights, tolerance)
    except Contradiction as error:
        log.warning("revision %d: no model of the plan: %s", plan.revision, error)
        return []
    routing, settings, found, best = model.routing, _settings(seconds), list[list[int]](), list[int]()

    def note() -> None:
        price = routing.CostVar().Min()
        if not best or price < best[-1]:
            best.append(price)
            found.append([routing.NextVar(index).Value() for index in range(routing.Size())])

    routing.AddAtSolutionCallback(note)
    routing.CloseModelWithParameters(settings)
    start = routing.solver().Assignment()
    ways = zip(model.network.chains, model.network.free, strict=True)
    current = [[model.index(node) for node in (*chain, *free)] for chain, free in ways]
    if not routing.RoutesToAssignment(current, False, True, start):
        log.warning("revision %d: the model of the plan can't hold the plan", plan.revision)
        return []
    routing.SolveFromAssignmentWithParameters(start, settings)
    if not found:
        log.info("revision %d: the search could not start from the plan within %.1f s", plan.revision, seconds)
    return [_plan_of(plan, standings, _routes_of(model, following)) for following in found[1:]]


def _can_begin(standing: Standing, tolerance: Tolerance) -> bool:
    """Whether the route of a shift is one that the model can hold.

    A break that alone takes longer than the shift may last is no violation as long as the shift serves nobody. And where
    somebody is in the way of somebody else already, the library's last in, first out has nothing to begin with.
    """
    limit_s = longest_s(standing, tolerance)
    if limit_s is not None and standing.timed.ends - standing.timed.leaves > limit_s:
        return False
    return not any(tolerance.in_the_way(visit) for visit in standing.free + standing.committed)


def _settings(seconds: float) -> Any:
    settings = pywrapcp.DefaultRoutingSearchParameters()
    settings.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
    settings.time_limit.FromMilliseconds(max(1, round(seconds * 1000)))
    operators = settings.local_search_operators
    for field in operators.DESCRIPTOR.fields:
        setattr(operators, field.name, BOOL_TRUE if field.name in OPERATORS else BOOL_FALSE)
    return settings


def _routes_of(model: Model, following: Sequence[int]) -> list[tuple[Visit, ...]]:
    """The visits still ahead of each vehicle, committed ones included, from the successor of each index."""
    routes = []
    for vehicle in range(len(model.network.standings)):
        index, visits = following[model.routing.Start(vehicle)], list[Visit]()
        while not model.routing.IsEnd(index):
            visit = model.network.nodes[model.manager.IndexToNode(index)].visit
            if visit is not None:
                visits.append(visit)
            index = following[index]
        routes.append(tuple(visits))
    return routes


def _plan_of(plan: Plan, standings: Sequence[Standing], ahead: Sequence[tuple[Visit, ...]]) -> Plan:
    changed = {
        standing.shift.id: standing.route.with_visits((*standing.route.visits[: standing.done], *visits))
        for standing, visits in zip(standings, ahead, strict=True)
    }
    return plan.with_routes(changed)
