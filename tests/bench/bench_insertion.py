"""Insertion against the number of shifts, each with 40 visits ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean
from time import perf_counter
from unittest import mock

from routing import insertion, trials
from routing.cost import Weights
from routing.insertion import PreparedPlan
from routing.model import Problem, Request
from routing.plan import Plan
from tests.bench.ground import Ground
from tests.bench.grown_town import Town, cut
from tests.bench.report import Table, iqr, ms, percentile

WEIGHTS = Weights()
PREPARED = 5
"""How often a plan is got ready, for a median."""


def tables(ground: Ground) -> Iterator[Table]:
    """Getting a plan ready, and the best insertion of a request into it."""
    size, town = ground.size, Town(seed=1)
    plan, problem = town.grow(max(size.shifts), size.carried, WEIGHTS)
    requests = [town.request() for _ in range(size.requests)]
    table = Table(
        f"Insertion against number of shifts, {2 * size.carried} visits ahead in each",
        (
            *("shifts", "prepare, ms (p50)", "ms per shift", "find_best, ms (p50)", "p95", "IQR", "ms per shift"),
            *("positions", "ruled out in O(1)", "tried", "fulfilled"),
        ),
        note=f"{len(requests)} requests each. Positions are pairs of where to board and where to alight, over all shifts.",
    )
    for shifts in size.shifts:
        table.rows.append(_row(*cut(plan, problem, shifts), requests))
    yield table


def _row(plan: Plan, problem: Problem, requests: Sequence[Request]) -> list[str]:
    preparing = [_timed_prepare(plan, problem) for _ in range(PREPARED)]
    prepared = PreparedPlan(plan, problem)
    taken, found = [], 0
    for request in requests:
        begun = perf_counter()
        best = prepared.find_best(request, WEIGHTS)
        taken.append(perf_counter() - begun)
        found += best is not None
    positions = sum((len(route.visits) + 1) * (len(route.visits) + 2) // 2 for route in plan.routes.values())
    left, tried = _counts(prepared, requests)
    shifts, prepare, middle = len(plan.routes), percentile(preparing, 50), percentile(taken, 50)
    return [
        *(str(shifts), ms(prepare), ms(prepare / shifts), ms(middle), ms(percentile(taken, 95)), ms(iqr(taken))),
        *(ms(middle / shifts), str(positions), f"{100 * (1 - left / positions):.2f} %", f"{tried:.1f}"),
        f"{100 * found / len(requests):.0f} %",
    ]


def _timed_prepare(plan: Plan, problem: Problem) -> float:
    begun = perf_counter()
    PreparedPlan(plan, problem)
    return perf_counter() - begun


def _counts(prepared: PreparedPlan, requests: Sequence[Request]) -> tuple[float, float]:
    """Per request: the positions that the bounds leave, and those of them that are tried in full."""
    left = mean(sum(1 for _ in prepared._bounds(request, WEIGHTS)) for request in requests)
    with mock.patch.object(insertion, "figures_with", wraps=trials.figures_with) as trial:
        for request in requests:
            prepared.find_best(request, WEIGHTS)
    return left, trial.call_count / len(requests)
