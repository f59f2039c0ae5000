"""Set partitioning: among all routes that a search has met, those that together serve everybody at least cost.

A route that is good for its passengers is often lost with the plan that it was part of. A linear programme over all of them
tells which could be part of something cheaper; among those SCIP, by way of OR-Tools, looks for a plan (Balinski & Quandt 1964; as
a step of a search Rochat & Taillard 1995, for dial-a-ride Parragh & Schmid 2013).
"""

from __future__ import annotations

from time import monotonic
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper, ModelSolverHelper, SolveStatus
from scipy.sparse import csc_array

from routing.optimise.lns.net import NONE, Net
from routing.optimise.lns.pool import Pool
from routing.optimise.lns.routes import Rows

Floats = NDArray[np.float64]

SOLVER = """
separating/maxrounds = 0
separating/maxroundsroot = 0
presolving/maxrounds = 0
limits/nodes = {nodes}
misc/catchctrlc = FALSE
"""
"""The linear programme has said what there is to say: cuts and presolving take longer than they save here."""


class Effort(NamedTuple):
    """How far to look."""

    routes: int
    """So many routes may be chosen among, those with the least reduced costs."""
    nodes: int
    """Of the search tree."""
    seconds: float | None
    """None for no limit: what is found depends on nothing but the input then."""


class Columns(NamedTuple):
    """Routes to choose among; those of the best plan are the first `present`."""

    present: int
    cost: Floats
    """Without the price of a shift: no more shifts are used than now."""
    serving: NDArray[np.bool_]
    """Whether it makes a shift count as used."""
    vehicle: NDArray[np.int64]
    """One of those that may drive it."""
    nodes: list[NDArray[np.int32]]


class Rules(NamedTuple):
    """What a choice must keep: low <= counts @ chosen <= high."""

    counts: csc_array
    """(items, then kinds of vehicles, then all shifts used; routes)."""
    low: Floats
    high: Floats


def cheaper_rows(net: Net, pool: Pool, best: Rows, left_out: NDArray[np.bool_], effort: Effort) -> list[list[int]] | None:
    """The rows of all vehicles in a plan that serves the same items as `best` and should cost less; None where none is found."""
    if left_out.all():
        return None
    begun = monotonic()
    columns = _columns(net, pool, best)
    rules = _rules(net, columns, left_out)
    promising = _promising(columns, rules, effort)
    if promising is None:
        return None
    if effort.seconds is not None:
        effort = effort._replace(seconds=max(0.0, effort.seconds - (monotonic() - begun)))
    chosen = _chosen(columns, rules, promising, effort)
    return None if chosen is None else _rows(net, columns, chosen)


def _columns(net: Net, pool: Pool, best: Rows) -> Columns:
    present = np.flatnonzero((best.routes["length"] > 2) | (net.vehicles["begun"] == 1))
    met = np.flatnonzero(pool.met["key"])
    nodes = [best.calls["node"][v, : best.routes["length"][v]] for v in present]
    nodes += [pool.nodes[k, : pool.met["length"][k]] for k in met]
    cost = np.concatenate([best.routes["cost"][present], pool.met["cost"][met]])
    serving = np.array([net.nodes["serves"][each].any() for each in nodes])
    return Columns(present.size, cost - net.shift * serving, serving, np.concatenate([present, pool.met["vehicle"][met]]), nodes)


def _rules(net: Net, columns: Columns, left_out: NDArray[np.bool_]) -> Rules:
    kinds, items = net.vehicles["kind"], net.items.size
    most = np.bincount(kinds)
    least = np.zeros_like(most)
    least[kinds[(net.vehicles["begun"] == 1) | (net.vehicles["fixed"] > 1)]] = 1  # has to come home, whatever else
    route = np.repeat(np.arange(len(columns.nodes)), [each.size for each in columns.nodes])
    visits = np.concatenate(columns.nodes)
    item = np.where(net.nodes["boards"] == 1, NONE, net.nodes["owner"])[visits]
    every, serving = np.arange(len(columns.nodes)), np.flatnonzero(columns.serving)
    rows = np.concatenate([item[item != NONE], items + kinds[columns.vehicle], np.full(serving.size, items + most.size)])
    counts = csc_array(
        (np.ones(rows.size), (rows, np.concatenate([route[item != NONE], every, serving]))),
        shape=(items + most.size + 1, every.size),
    )
    used = columns.serving[: columns.present].sum() if net.shift else kinds.size
    return Rules(
        counts, np.concatenate([~left_out, least, [0]]).astype(float), np.concatenate([~left_out, most, [used]]).astype(float)
    )


def _promising(columns: Columns, rules: Rules, effort: Effort) -> NDArray[np.intp] | None:
    """The routes of the best plan, and those that could be part of a cheaper one; None where there is none or no time to tell."""
    total = columns.cost[: columns.present].sum()
    solver = _solved("glop", _programme(columns.cost, np.inf, rules), effort.seconds)
    gap = total - solver.objective_value()
    if solver.status() != SolveStatus.OPTIMAL or gap < 1:
        return None
    reduced = solver.reduced_costs()
    order = np.argsort(reduced, kind="stable")[: effort.routes]
    # A plan with a route of a larger reduced cost costs more than the best one.
    return np.union1d(order[reduced[order] < gap], np.arange(columns.present))


def _chosen(columns: Columns, rules: Rules, among: NDArray[np.intp], effort: Effort) -> list[int] | None:
    cost, present = columns.cost[among], columns.present
    model = _programme(cost, 1, rules._replace(counts=rules.counts[:, among]))
    for column, route in enumerate(among.tolist()):
        model.set_var_integrality(column, True)
        model.add_hint(column, float(route < present))
    solver = _solved("scip", model, effort.seconds, SOLVER.format(nodes=effort.nodes))
    if solver.status() not in (SolveStatus.OPTIMAL, SolveStatus.FEASIBLE):
        return None
    taken = solver.variable_values() > 0.5
    if cost[taken].sum() >= columns.cost[:present].sum():
        return None
    return [int(route) for route in among[taken]]


def _programme(cost: Floats, most: float, rules: Rules) -> Any:
    """The linear programme that takes each route from 0 to `most` times."""
    model: Any = ModelBuilderHelper()  # the classes around it would import pandas
    zeros = np.zeros(cost.size)
    model.fill_model_from_sparse_data(zeros, zeros + most, cost, rules.low, rules.high, rules.counts.tocsr())
    return model


def _solved(name: str, model: Any, seconds: float | None, parameters: str = "") -> Any:
    solver: Any = ModelSolverHelper(name)
    solver.set_solver_specific_parameters(parameters)
    if seconds is not None:
        solver.set_time_limit_in_seconds(seconds)
    solver.solve(model)
    return solver


def _rows(net: Net, columns: Columns, chosen: list[int]) -> list[list[int]]:
    """The rows of all vehicles, each route on a vehicle of its kind."""
    free: dict[int, list[int]] = {}
    for v, kind in enumerate(net.vehicles["kind"].tolist()):
        free.setdefault(kind, []).append(v)
    rows = [[int(start), int(end)] for start, end in net.vehicles[["start", "end"]].tolist()]
    for route in chosen:
        v = free[int(net.vehicles["kind"][columns.vehicle[route]])].pop(0)
        rows[v][1:1] = columns.nodes[route][1:-1].tolist()
    return rows
