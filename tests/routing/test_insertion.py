"""Where one more passenger fits: into which van, between which visits."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings

from routing.check import new_or_worse, violations
from routing.cost import Weights, cost
from routing.insertion import find_best_insertion, insertions
from routing.model import Problem, Request
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import schedule
from tests.builders import line_town, with_requests
from tests.routing.worlds import requests, worlds

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 seats 8"
WEIGHTS = Weights()


def everything(plan: Plan, request: Request, problem: Problem) -> Iterator[tuple[Route, int]]:
    """Every pair of positions in every route, judged by `check` alone: the route and what it adds to the cost."""
    asked = with_requests(problem, request)
    before, spent = violations(plan, asked), cost(plan, asked, WEIGHTS)
    board, alight = Visit(Action.BOARD, request.id), Visit(Action.ALIGHT, request.id)
    for route in plan.routes.values():
        visits = route.visits
        for up in range(route.frozen, len(visits) + 1):
            for down in range(up, len(visits) + 1):
                tried = route.with_visits((*visits[:up], board, *visits[up:down], alight, *visits[down:]))
                after = plan.with_route(tried)
                if not new_or_worse(before, violations(after, asked)):
                    yield tried, cost(after, asked, WEIGHTS) - spent


@given(worlds(), requests("new", width=120))
@settings(max_examples=400, deadline=None)
def test_insertion_finds_what_trying_everything_finds(world: tuple[Plan, Problem], request: Request) -> None:
    plan, problem = world

    found = list(insertions(plan, request, problem, WEIGHTS))

    expected = list(everything(plan, request, problem))
    assert [(insertion.route, insertion.added) for insertion in found] == expected
    for insertion in found:
        assert insertion.route.visits[insertion.pickup_at] == (Action.BOARD, "new")
        assert insertion.route.visits[insertion.dropoff_at] == (Action.ALIGHT, "new")
        assert insertion.schedule == schedule(insertion.route, with_requests(problem, request))


@given(worlds(), requests("new", width=120))
@settings(max_examples=200, deadline=None)
def test_the_best_is_the_first_of_the_cheapest(world: tuple[Plan, Problem], request: Request) -> None:
    plan, problem = world

    best = find_best_insertion(plan, request, problem, WEIGHTS)

    found = list(insertions(plan, request, problem, WEIGHTS))
    assert best == min(found, key=lambda insertion: insertion.added, default=None)
