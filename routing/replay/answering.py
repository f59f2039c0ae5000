"""A wish is answered at once, by the same offers as bookings get: the first of them is taken, or there is none."""

from __future__ import annotations

from dataclasses import replace

from routing.check import Violation, frozen_moved, new_or_worse, violations
from routing.insertion import PreparedPlan
from routing.model import Problem, Request, RequestId, ShiftId
from routing.offers import Candidate, candidates_in, explain_wish
from routing.plan import Plan, Route
from routing.replay.events import Accepted, Refused
from routing.replay.second_look import find_room
from routing.replay.values import Asked, Conduct, Demand


class BrokenPlan(RuntimeError):
    """An insertion that the judge objects to: a fault of the engine, told with the violations."""


def answer(asked: Asked, prepared: PreparedPlan, demand: Demand, conduct: Conduct) -> tuple[Accepted, list[Route]] | Refused:
    """What somebody is told, and the routes that keep the promise. Raises BrokenPlan, UnknownPoint."""
    plan, problem = prepared.plan, prepared.problem
    found = candidates_in(prepared, asked.wish, demand.rules, demand.weights, demand.hours)
    if found:
        accepted, route = taken(found[0], asked, plan, problem)
        return accepted, [route]
    room = find_room(asked, plan, problem, demand, conduct)
    if room is not None:
        return room
    why = explain_wish(asked.wish, plan, problem, demand.rules, demand.hours) if conduct.explain else None
    return Refused(problem.now, asked.id, why)


def taken(offer: Candidate, asked: Asked, plan: Plan, problem: Problem) -> tuple[Accepted, Route]:
    """The offer as a promise to who asked, and its route. Raises BrokenPlan."""
    promise = replace(offer.request, id=asked.id)
    visits = offer.insertion.route.visits
    named = tuple(each._replace(subject=asked.id) if each.subject == offer.request.id else each for each in visits)
    route = offer.insertion.route.with_visits(named)
    if broken := _broken_by(route, promise, plan, problem):
        raise BrokenPlan(f"{asked.id} at {problem.now}: " + "; ".join(map(str, broken)))
    return Accepted(problem.now, promise, offer.origin, offer.destination, offer.direct_s, route.shift), route


def _broken_by(route: Route, promise: Request, plan: Plan, problem: Problem) -> list[Violation]:
    """What the judge has against a new route; only this one has changed, so only this one is judged."""
    before, known = part_of(plan, problem, {route.shift})
    after, and_promise = before.with_route(route), replace(known, requests={**known.requests, promise.id: promise})
    worse = new_or_worse(violations(before, known), violations(after, and_promise))
    return worse + frozen_moved(before, after)


def part_of(plan: Plan, problem: Problem, shifts: set[ShiftId]) -> tuple[Plan, Problem]:
    """Some shifts of a plan and what concerns them."""
    routes = {shift: plan.routes[shift] for shift in plan.routes if shift in shifts}
    visits = [visit for route in routes.values() for visit in route.visits]
    subjects = dict.fromkeys(RequestId(visit.subject) for visit in visits)
    return replace(plan, routes=routes), replace(
        problem,
        requests={each: problem.requests[each] for each in subjects if each in problem.requests},
        shifts={shift: problem.shifts[shift] for shift in routes},
        actuals={visit: problem.actuals[visit] for visit in visits if visit in problem.actuals},
    )
