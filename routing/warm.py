"""python -m routing.warm: compile what is compiled, so that no later process has to.

What Numba makes is kept (`compiled.jit` says where), so this is part of installing: the Makefile and the Dockerfile do it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from routing.cost import Weights
from routing.insertion import PreparedPlan
from routing.model import ANY_TIME, Load, Point, Problem, Request, RequestId, Shift, ShiftId, Vehicle
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Limit
from routing.plan import Action, Plan, Route, Visit, opening_plan
from routing.travel.matrix import matrix_of
from routing.units import ServiceDay, ServiceTime


def warm_up() -> None:
    """Call everything compiled once, on a town of two places: most of a minute the first time, then a moment."""
    problem = _town()
    plan = opening_plan("warm", problem.day, problem.shifts.values())
    _insert(plan, problem)
    _search(plan, problem)


def _town() -> Problem:
    """Three requests from one place to the other, and two vans."""
    here, there = Point(0, 54), Point(0.01, 54)
    ids, vans = (RequestId("ann"), RequestId("bob"), RequestId("cat")), (ShiftId("van1"), ShiftId("van2"))
    return Problem(
        ServiceDay(date(2027, 6, 2), ZoneInfo("Europe/London")),
        ServiceTime(0),
        {each: Request(each, here, there, ANY_TIME, ANY_TIME, Load(1), 600) for each in ids},
        {van: Shift(van, Vehicle(van, (Load(8),)), here, here, ANY_TIME) for van in vans},
        matrix_of([here, there], [[0, 300], [300, 0]]),
    )


def _insert(plan: Plan, problem: Problem) -> None:
    request, *_ = problem.requests.values()
    prepared = PreparedPlan(plan, replace(problem, requests={}))
    prepared.find_best(request, Weights())
    list(prepared.insertions(request, Weights()))


def _search(plan: Plan, problem: Problem) -> None:
    """A van for each of two requests, none for the third: getting somebody in, doing without a van and driving less are tried."""
    for van, request in zip(problem.shifts, problem.requests, strict=False):
        visits = (Visit(Action.BOARD, request), Visit(Action.ALIGHT, request))
        plan = plan.with_route(Route(van, visits))
    LargeNeighbourhoodSearch(Weights(shift=10_000)).improve(plan, problem, Limit(seconds=600, solutions=30))


if __name__ == "__main__":
    warm_up()
