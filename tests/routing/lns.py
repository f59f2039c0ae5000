"""What the tests of the large-neighbourhood search share."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from routing.check import violations
from routing.cost import Weights
from routing.model import Problem
from routing.optimise.lns.annealing import Annealing
from routing.optimise.lns.driver import Driver
from routing.optimise.lns.encode import encode
from routing.optimise.standing import standings
from routing.optimise.tolerance import Tolerance
from routing.plan import Action, Plan, Visit
from tests.routing.optimising import WEIGHTS, closed, varied_day
from tests.routing.worlds import worlds

KINDS_OF_WEIGHTS = (WEIGHTS, Weights(riding=0), Weights(driving=1, riding=0, lateness=0, shift=10**6), Weights(shift=500))


@st.composite
def worlds_with_a_waitlist(draw: st.DrawFn, hurry: bool = True) -> tuple[Plan, Problem]:
    """Any plan and problem, with some of the requests in no route; limited durations, last in first out, and all the rest."""
    plan, problem = draw(worlds(carried=5, limited=True, hurry=hurry))
    if draw(st.booleans()):
        problem = replace(problem, travel=closed(problem.travel))
    for name in plan.requests():
        if draw(st.sampled_from((True, False, False))):
            plan = without(plan, name)
    return plan, problem


@st.composite
def days_with_a_waitlist(draw: st.DrawFn) -> tuple[Plan, Problem]:
    """A day of rides that goes well, and some of the passengers in no route."""
    plan, problem = draw(st.builds(varied_day, st.integers(0, 10**6), wishes=st.integers(3, 14), vans=st.integers(1, 3)))
    for name in sorted(plan.requests()):
        if draw(st.sampled_from((True, False, False))):
            plan = without(plan, name)
    return plan, problem


def without(plan: Plan, name: str) -> Plan:
    """The plan without a request, if nothing of it is committed."""
    ends = {Visit(Action.BOARD, name), Visit(Action.ALIGHT, name)}
    for route in plan.routes.values():
        if ends <= {*route.visits[route.frozen :]}:
            return plan.with_route(route.with_visits(tuple(visit for visit in route.visits if visit not in ends)))
    return plan


def driver_of(plan: Plan, problem: Problem, weights: Weights) -> Driver | None:
    """A search about to begin: the rows are those of the plan. None where no shift may change."""
    before = violations(plan, problem)
    standing = standings(plan, problem, before)
    served = {visit.subject for route in plan.routes.values() for visit in route.visits}
    waiting = [request for request in problem.requests.values() if request.id not in served]
    if not standing:
        return None
    return Driver(encode(standing, waiting, problem, Tolerance.of(before), weights), 1, Annealing())
