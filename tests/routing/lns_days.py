"""Days that a search in another process has to plan in the same way: run as a module, it prints its plans.

Compiled or not, whatever the order of sets and dictionaries is like.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from routing.compiled.jit import config
from routing.cost import Weights
from routing.model import FOREVER, Actual, Problem
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Limit
from routing.plan import Plan, opening_plan
from routing.schedule import schedule
from tests.builders import DAY
from tests.routing.optimising import WEIGHTS, random_day, varied_day

DISTANCE = Weights(driving=1, riding=0, lateness=0)
FLEET = Weights(driving=1, riding=0, lateness=0, shift=10**6)


def limited() -> tuple[Plan, Problem, Weights]:
    """As by Cordeau: limits to riding and to the duration of shifts, and nobody served to begin with."""
    _, problem = varied_day(4, wishes=12, vans=2)
    shifts = {name: replace(each, breaks=(), max_duration_s=150 * 60) for name, each in problem.shifts.items()}
    return opening_plan("test", DAY, shifts.values()), replace(problem, shifts=shifts), DISTANCE


def plain() -> tuple[Plan, Problem, Weights]:
    """As by Li & Lim: windows and seats only, and every shift has its price."""
    _, problem = random_day(7, wishes=14, vans=3)
    shifts = {name: replace(each, breaks=()) for name, each in problem.shifts.items()}
    requests = {name: replace(each, max_ride_s=FOREVER) for name, each in problem.requests.items()}
    return opening_plan("test", DAY, shifts.values()), replace(problem, shifts=shifts, requests=requests), FLEET


def under_way() -> tuple[Plan, Problem, Weights]:
    """Fold-up seats, breaks, last in first out; each van has made two calls and is committed to one more, and somebody waits."""
    plan, problem = varied_day(19, wishes=16, vans=2)
    facts = {}
    for route in plan.routes.values():
        calls = schedule(route, problem).calls[:2]
        facts.update({call.visit: Actual(call.arrive, call.begin, call.depart) for call in calls})
        plan = plan.with_route(replace(route, frozen=3))
    last = next(reversed(list(plan.routes.values()))).visits[-1].subject
    now = max(fact.depart for fact in facts.values() if fact.depart is not None)
    return plan.without_request(last), replace(problem, actuals=facts, now=now), WEIGHTS


DAYS: tuple[Callable[[], tuple[Plan, Problem, Weights]], ...] = (limited, plain, under_way)


def found(solutions: int) -> list[dict[str, list[str]]]:
    """The routes of each day after so many steps."""
    plans = []
    for day in DAYS:
        plan, problem, weights = day()
        with np.errstate(over="ignore"):  # hashes are meant to overflow
            better = LargeNeighbourhoodSearch(weights, seed=5).improve(plan, problem, Limit(600, solutions))
        plans.append({str(shift): ["".join(visit) for visit in route.visits] for shift, route in better.routes.items()})
    return plans


if __name__ == "__main__":
    print(json.dumps({"compiled": not config.DISABLE_JIT, "plans": found(int(sys.argv[1]))}))
