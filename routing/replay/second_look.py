"""Room for a wish that fits nowhere as the plan is: the optimiser may move others about, as far as their promises go."""

from __future__ import annotations

from dataclasses import replace

from routing.check import violations
from routing.model import Problem, Request, TimeWindow
from routing.optimise.guard import find_objection
from routing.plan import Action, Plan, Route
from routing.replay.events import Accepted
from routing.replay.values import Asked, Conduct, Demand
from routing.schedule import schedule
from routing.trips import Trip, trips_as_asked


def find_room(
    asked: Asked, plan: Plan, problem: Problem, demand: Demand, conduct: Conduct
) -> tuple[Accepted, list[Route]] | None:
    """A promise and the routes that keep it with all others, or None. Raises UnknownPoint.

    The optimiser gets the wish as a request that may be served, at any time that `offers` would have looked at; what it plans is
    what is promised.
    """
    if conduct.second_look is None or conduct.optimiser is None or len(plan.routes) > conduct.group:
        return None
    for trip in trips_as_asked(asked.wish, problem, demand.rules, demand.hours):
        windows = list(trip.windows())
        if windows:
            whole = TimeWindow(min(each.earliest for each in windows), max(each.latest for each in windows))
            wanted = replace(trip.request(whole), id=asked.id)
            made = conduct.optimiser.improve(plan, _with(problem, wanted), conduct.second_look)
            found = _promised(made, trip, wanted, plan, problem)
            if found is not None:
                return found
    return None


def _promised(made: Plan, trip: Trip, wanted: Request, plan: Plan, problem: Problem) -> tuple[Accepted, list[Route]] | None:
    """What somebody is told of their place in a plan; None where they have none, or where the judge is against it."""
    route = made.find_route_of(wanted.id)
    if route is None:
        return None
    timed = schedule(route, _with(problem, wanted))
    board, alight = (timed.find_call(action, wanted.id) for action in (Action.BOARD, Action.ALIGHT))
    assert board is not None
    assert alight is not None
    promise = replace(trip.promise(board.begin, alight.begin), id=wanted.id)
    known = _with(problem, promise)
    if find_objection(made, plan, known, violations(plan, known)) is not None:
        return None
    told = Accepted(problem.now, promise, trip.origin, trip.destination, trip.direct_s, route.shift)
    return told, list(made.changed_routes(plan).values())


def _with(problem: Problem, request: Request) -> Problem:
    return replace(problem, requests={**problem.requests, request.id: request})
