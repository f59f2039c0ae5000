"""Insertion against the number of shifts, each with 40 visits ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from time import perf_counter

from routing.cost import Weights
from routing.insertion import PreparedPlan
from routing.model import Problem, Request
from routing.plan import Plan
from tests.bench.ground import Ground
from tests.bench.grown_town import Town, cut
from tests.bench.report import Table, iqr, ms, percentile

WEIGHTS = Weights()
PREPARED, CHANGED = 5, 20
"""How often a plan is got ready, and how many of its routes are changed, for a median."""
TOGETHER = 63
"""Requests asked at once, as for an offer: 9 pairs of stops and 7 times."""


def tables(ground: Ground) -> Iterator[Table]:
    """Getting a plan ready, and the best insertion of a request into it."""
    size, town = ground.size, Town(seed=1)
    plan, problem = town.grow(max(size.shifts), size.carried, WEIGHTS)
    requests = [town.request() for _ in range(size.requests)]
    table = Table(
        f"Insertion against number of shifts, {2 * size.carried} visits ahead in each",
        (
            *("shifts", "prepare, ms (p50)", "ms per shift", "with_route, ms (p50)", "find_best, ms (p50)", "p95", "p99", "IQR"),
            *(f"ms each, {TOGETHER} at once", "all insertions, ms (p50)", "positions", "feasible", "fulfilled"),
        ),
        note=f"{len(requests)} requests each. Positions are pairs of where to board and where to alight, over all shifts.",
    )
    for shifts in size.shifts:
        table.rows.append(_row(*cut(plan, problem, shifts), requests))
    yield table


def _row(plan: Plan, problem: Problem, requests: Sequence[Request]) -> list[str]:
    preparing = [_timed(lambda: PreparedPlan(plan, problem).find_best(requests[0], WEIGHTS)) for _ in range(PREPARED)]
    prepared = PreparedPlan(plan, problem)
    found = [prepared.find_best(request, WEIGHTS) for request in requests]
    taken = [_timed(lambda request=request: prepared.find_best(request, WEIGHTS)) for request in requests]  # type: ignore[misc]
    together = [
        _timed(lambda at=at: prepared.list_best(requests[at : at + TOGETHER], WEIGHTS)) / len(requests[at : at + TOGETHER])  # type: ignore[misc]
        for at in range(0, len(requests), TOGETHER)
    ]
    few = requests[:20]
    listing = [_timed(lambda request=request: list(prepared.insertions(request, WEIGHTS))) for request in few]  # type: ignore[misc]
    feasible = sum(len(list(prepared.insertions(request, WEIGHTS))) for request in few) / len(few)
    changing = []
    for route in islice(plan.routes.values(), CHANGED):
        begun = perf_counter()
        prepared = prepared.with_route(route)
        changing.append(perf_counter() - begun)
    positions = sum((len(route.visits) + 1) * (len(route.visits) + 2) // 2 for route in plan.routes.values())
    shifts, prepare = len(plan.routes), percentile(preparing, 50)
    return [
        *(str(shifts), ms(prepare), ms(prepare / shifts), ms(percentile(changing, 50))),
        *(ms(percentile(taken, 50)), ms(percentile(taken, 95)), ms(percentile(taken, 99)), ms(iqr(taken))),
        *(ms(percentile(together, 50)), ms(percentile(listing, 50)), str(positions), f"{feasible:.0f}"),
        f"{100 * sum(each is not None for each in found) / len(requests):.0f} %",
    ]


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
