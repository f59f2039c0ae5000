"""Re-optimisation: cost against time limit, on the modelled busiest day of Ripon as it stands once everybody has booked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median
from time import perf_counter

from routing.check import violations
from routing.cost import Weights, cost, driven_s
from routing.model import Problem
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.ortools_descent import descend
from routing.optimise.ortools_routing import OrToolsOptimiser
from routing.optimise.protocol import Limit, Optimiser
from routing.optimise.standing import standings
from routing.optimise.tolerance import Tolerance
from routing.plan import Plan
from routing.schedule import schedules
from tests.bench.ground import Ground
from tests.bench.report import Table
from tests.bench.ripon_day import booked_day

WEIGHTS = Weights()
EMERGENCY_S = 300
"""Where the limit is a number of solutions, the clock must not cut in."""

OPTIMISERS = {"lns": LargeNeighbourhoodSearch, "or-tools": OrToolsOptimiser}

Improve = Callable[[int], Plan]
"""A better plan, by seed."""


def tables(ground: Ground) -> Iterator[Table]:
    """The cost in % of that of the plan as it grew, median over seeds."""
    size = ground.size
    plan, problem, refused = booked_day("busiest", WEIGHTS, size.wishes)
    table = Table(
        f"Re-optimisation, busiest day: {len(problem.requests)} booked, {refused} refused",
        ("limit", "cost, % of input", "least–greatest", "driving hours", "took, s"),
        note=f"Medians of seeds {', '.join(map(str, size.seeds))}; the library alone has none. A solution is a large step tried.",
    )
    table.rows.append(["as it grew", "100.00", "", f"{hours(plan, problem):.2f}", ""])
    for name, optimiser in OPTIMISERS.items():
        for seconds in size.limits_s:
            limit = Limit(seconds)
            table.rows.append(
                _row(f"{name}, {seconds:g} s", plan, problem, _improve(optimiser, plan, problem, limit), size.seeds)
            )
    for number in size.solutions:
        limit, optimiser = Limit(EMERGENCY_S, number), OPTIMISERS["or-tools"]
        table.rows.append(
            _row(f"or-tools, {number} solutions", plan, problem, _improve(optimiser, plan, problem, limit), size.seeds)
        )
    for seconds in (size.limits_s[0], size.limits_s[-1]):
        table.rows.append(_row(f"{seconds:g} s, descent alone", plan, problem, _library_alone(plan, problem, seconds), (1,)))
    yield table


def hours(plan: Plan, problem: Problem) -> float:
    """Hours of driving."""
    return sum(driven_s(timed, problem) for timed in schedules(plan, problem).values() if timed.calls) / 3600


def _row(name: str, plan: Plan, problem: Problem, improve: Improve, seeds: Sequence[int]) -> list[str]:
    shares, driving, took = [], [], []
    before = cost(plan, problem, WEIGHTS)
    for seed in seeds:
        begun = perf_counter()
        better = improve(seed)
        took.append(perf_counter() - begun)
        shares.append(100 * cost(better, problem, WEIGHTS) / before)
        driving.append(hours(better, problem))
    ends = f"{min(shares):.2f}–{max(shares):.2f}"
    return [name, f"{median(shares):.2f}", ends, f"{median(driving):.2f}", f"{median(took):.1f}"]


def _improve(optimiser: Callable[..., Optimiser], plan: Plan, problem: Problem, limit: Limit) -> Improve:
    return lambda seed: optimiser(WEIGHTS, seed=seed).improve(plan, problem, limit)


def _library_alone(plan: Plan, problem: Problem, seconds: float) -> Improve:
    """What the routing library finds without the large steps."""

    def improve(_: int) -> Plan:
        before = violations(plan, problem)
        found = descend(plan, standings(plan, problem, before), problem, WEIGHTS, Tolerance.of(before), seconds)
        return min([plan, *found], key=lambda each: cost(each, problem, WEIGHTS))

    return improve
