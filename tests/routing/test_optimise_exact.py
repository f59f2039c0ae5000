"""On problems small enough to try everything, the optimiser finds the best there is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from routing.check import violations
from routing.cost import cost
from routing.model import Problem
from routing.plan import Plan, Route
from tests.routing.optimising import EITHER, WEIGHTS, Improve, cheapest, random_day, varied_day


def price(plan: Plan, problem: Problem) -> int:
    return cost(plan, problem, WEIGHTS)


@cache
def day_and_best(make: Callable[..., tuple[Plan, Problem]], seed: int) -> tuple[Plan, Problem, int]:
    """Two vans with breaks and three rides, and the least cost of any plan."""
    plan, problem = make(seed, wishes=3)
    return plan, problem, cheapest(plan, problem, violations(plan, problem), lambda each: price(each, problem))


@pytest.mark.parametrize("seed", range(12))
@EITHER
def test_two_vans_with_breaks_and_three_rides_in_the_best_of_all_orders(improve: Improve, seed: int) -> None:
    plan, problem, best = day_and_best(random_day, seed)

    assert price(improve(plan, problem), problem) == best


@pytest.mark.parametrize("seed", range(30, 42))
@EITHER
def test_limited_hours_and_last_in_first_out_in_the_best_of_all_orders(improve: Improve, seed: int) -> None:
    plan, problem, best = day_and_best(varied_day, seed)

    assert price(improve(plan, problem), problem) == best


@EITHER
def test_the_random_days_leave_something_to_improve(improve: Improve) -> None:
    days = [random_day(seed, wishes=3) for seed in range(12)]

    better = [price(improve(plan, problem), problem) < price(plan, problem) for plan, problem in days]

    # What the vans take as it comes is the best there is on some days, and on some it is not.
    assert 3 <= sum(better) < len(days)


@pytest.mark.parametrize("seed", range(20, 24))
@EITHER
def test_one_van_and_four_rides_with_the_first_visits_committed(improve: Improve, seed: int) -> None:
    plan, problem = random_day(seed, wishes=4, vans=1)
    (route,) = plan.routes.values()
    plan = plan.with_route(Route(route.shift, route.visits, 3))

    best = cheapest(plan, problem, violations(plan, problem), lambda each: price(each, problem))
    better = improve(plan, problem)

    assert price(better, problem) == best
    assert better.routes[route.shift].committed == route.visits[:3]
