"""Re-optimisation: cost against time limit, on the modelled Ripon days as they stand once everybody has booked.

python -m tests.bench.bench_reoptimise [seconds...]

Prints a Markdown table: for each time limit the median cost over seeds in % of that of the plan as it grew, driving hours, and
for comparison what the routing library finds alone, without the large steps.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median
from time import monotonic

from routing.check import violations
from routing.cost import Weights, cost, driven_s
from routing.model import Problem
from routing.optimise.ortools_descent import descend
from routing.optimise.ortools_routing import OrToolsOptimiser
from routing.optimise.protocol import Limit
from routing.optimise.standing import standings
from routing.optimise.tolerance import Tolerance
from routing.plan import Plan
from routing.schedule import schedules
from tests.bench.ripon_day import booked_day

WEIGHTS = Weights()
SEEDS = (1, 2, 3)


def main(limits: Sequence[float]) -> None:
    for profile in ("usual", "busiest"):
        begun = monotonic()
        plan, problem, refused = booked_day(profile, WEIGHTS)
        before = cost(plan, problem, WEIGHTS)
        print(f"\n{profile} day: {len(problem.requests)} booked, {refused} refused, in {monotonic() - begun:.1f} s\n")
        print("| limit | cost | driving hours | took |\n|---|---|---|---|")
        print(f"| as it grew | {before} | {hours(plan, problem):.2f} | |")
        for seconds in limits:
            runs = [run(plan, problem, seconds, seed) for seed in SEEDS]
            costs, driving, took = (median(column) for column in zip(*runs, strict=True))
            print(f"| {seconds:g} s | {costs:.0f} ({100 * costs / before:.1f} %) | {driving:.2f} | {took:.1f} s |", flush=True)
        alone, driving, took = library_alone(plan, problem, limits[-1])
        print(f"| library alone | {alone} ({100 * alone / before:.1f} %) | {driving:.2f} | {took:.1f} s |")


def run(plan: Plan, problem: Problem, seconds: float, seed: int) -> tuple[int, float, float]:
    begun = monotonic()
    better = OrToolsOptimiser(WEIGHTS, seed=seed).improve(plan, problem, Limit(seconds))
    return cost(better, problem, WEIGHTS), hours(better, problem), monotonic() - begun


def library_alone(plan: Plan, problem: Problem, seconds: float) -> tuple[int, float, float]:
    begun, before = monotonic(), violations(plan, problem)
    found = descend(plan, standings(plan, problem, before), problem, WEIGHTS, Tolerance.of(before), seconds)
    better = min([plan, *found], key=lambda each: cost(each, problem, WEIGHTS))
    return cost(better, problem, WEIGHTS), hours(better, problem), monotonic() - begun


def hours(plan: Plan, problem: Problem) -> float:
    return sum(driven_s(timed, problem) for timed in schedules(plan, problem).values() if timed.calls) / 3600


if __name__ == "__main__":
    main([float(word) for word in sys.argv[1:]] or [0.5, 1, 2, 5, 15])
