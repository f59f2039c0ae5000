"""Solving the rest of the day anew, on a rolling horizon: what is committed stays, everybody promised stays served."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin

from routing.check import violations
from routing.cost import cost
from routing.model import Point, Problem, ShiftId
from routing.optimise.guard import find_objection
from routing.plan import Action, Plan, Route
from routing.replay.answering import part_of
from routing.replay.events import Reoptimised
from routing.replay.values import Conduct, Demand

TURN = pi * (3 - 5**0.5)
"""The golden angle: however often strips are turned by it, they don't lie as before."""


def improved(
    plan: Plan, problem: Problem, demand: Demand, conduct: Conduct, turn: int
) -> Iterator[tuple[Reoptimised, list[Route]]]:
    """What became of re-optimising each group of shifts, and the routes to go on by; `turn` counts the re-optimisations."""
    for group in groups(plan, problem, conduct, turn):
        yield _improved(*part_of(plan, problem, set(group)), demand, conduct)


def groups(plan: Plan, problem: Problem, conduct: Conduct, turn: int) -> list[list[ShiftId]]:
    """The shifts within the horizon by strips of the town, turned each time; not those where nothing can change."""
    until = problem.now + conduct.horizon_s
    open_to_change = [shift for shift in plan.routes if problem.shifts[shift].window.earliest <= until]
    if len(open_to_change) > conduct.group:
        across, up = cos(turn * TURN), sin(turn * TURN)
        places = {shift: _place(plan.routes[shift], problem) for shift in open_to_change}
        open_to_change.sort(key=lambda shift: places[shift].lon * across + places[shift].lat * up)
    number = -(-len(open_to_change) // conduct.group)
    strips = [open_to_change[len(open_to_change) * k // number : len(open_to_change) * (k + 1) // number] for k in range(number)]
    return [strip for strip in strips if any(_has_riders(plan.routes[shift]) for shift in strip)]


def _improved(plan: Plan, problem: Problem, demand: Demand, conduct: Conduct) -> tuple[Reoptimised, list[Route]]:
    assert conduct.optimiser is not None
    before, broken = cost(plan, problem, demand.weights), violations(plan, problem)
    better = conduct.optimiser.improve(plan, problem, conduct.limit)
    after = cost(better, problem, demand.weights)
    why = find_objection(better, plan, problem, broken)
    if why is None and after > before - conduct.margin * before:
        why = "not better by enough"
    told = Reoptimised(problem.now, len(plan.routes), before, after, why is None, why or "")
    return told, [] if why else list(better.changed_routes(plan).values())


def _has_riders(route: Route) -> bool:
    """Whether somebody is still to board or to alight who is not committed."""
    return any(visit.action is not Action.BREAK for visit in route.visits[route.frozen :])


def _place(route: Route, problem: Problem) -> Point:
    """Where the vehicle next goes that is not committed, or else where its shift begins."""
    for visit in route.visits[route.frozen :]:
        if visit.action is not Action.BREAK:
            request = problem.requests[visit.subject]  # type: ignore[index]
            return request.pickup if visit.action is Action.BOARD else request.dropoff
    return problem.shifts[route.shift].start
