"""What the tests of the large-neighbourhood search share."""

from __future__ import annotations

from hypothesis import strategies as st

from routing.cost import Weights
from routing.model import Problem
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Limit
from routing.plan import Action, Plan, Visit
from tests.routing.optimising import WEIGHTS
from tests.routing.worlds import worlds

KINDS_OF_WEIGHTS = (WEIGHTS, Weights(riding=0), Weights(driving=1, riding=0, lateness=0, shift=10**6), Weights(shift=500))


def search(plan: Plan, problem: Problem, solutions: int = 120, weights: Weights = WEIGHTS, seed: int = 1) -> Plan:
    """The search with a limit that does not depend on how busy the computer is."""
    return LargeNeighbourhoodSearch(weights, seed).improve(plan, problem, Limit(600, solutions))


@st.composite
def worlds_with_a_waitlist(draw: st.DrawFn, hurry: bool = True) -> tuple[Plan, Problem]:
    """Any plan and problem, with some of the requests in no route; limited durations, last in first out, and all the rest."""
    plan, problem = draw(worlds(carried=5, limited=True, hurry=hurry))
    for name in plan.requests():
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
