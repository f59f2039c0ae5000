"""Bringing what an optimiser made of a snapshot onto the plan as it is now. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable

from routing.check import new_or_worse, violations
from routing.cost import Weights, cost, route_cost
from routing.insertion import find_best_insertion
from routing.model import Problem, RequestId, ShiftId
from routing.plan import Action, Plan, Route, Visit


def rebase(improved: Plan, snapshot: Plan, current: Plan, problem: Problem, weights: Weights) -> Plan | None:
    """The improved routes, with newcomers inserted, cancelled requests dropped and frozen prefixes as they are in `current`.

    Shifts that exchange nothing with others stand for themselves: each such group is taken over only where that costs less and
    breaks nothing, so one that newcomers have made worse does not keep the others from getting better. `problem` is that of
    `current`. None where newcomers find no room in any group that was improved.
    """
    whole = _with_newcomers(_carried_over(improved, current, problem, weights), current, problem, weights)
    if whole is None:
        untouched = [shifts for shifts in _exchanging(snapshot, improved) if not _touched(shifts, snapshot, current)]
        taken = {shift for shifts in untouched for shift in shifts}
        partly = current.with_routes({shift: route for shift, route in improved.routes.items() if shift in taken})
        whole = _with_newcomers(_carried_over(partly, current, problem, weights), current, problem, weights) if taken else None
    return None if whole is None else _better_groups(whole, current, problem, weights)


def _better_groups(rebased: Plan, current: Plan, problem: Problem, weights: Weights) -> Plan:
    """`current` with every group of shifts from `rebased` that costs less so and breaks nothing."""
    plan = current
    for shifts in _exchanging(current, rebased):
        tried = plan.with_routes({shift: rebased.routes[shift] for shift in shifts})
        cheaper = cost(tried, problem, weights) < cost(plan, problem, weights)
        if cheaper and not new_or_worse(violations(plan, problem), violations(tried, problem)):
            plan = tried
    return plan


def _carried_over(improved: Plan, current: Plan, problem: Problem, weights: Weights) -> Plan:
    """`improved` behind the frozen prefixes of `current`, without what has left the problem."""
    committed = {visit: shift for shift, route in current.routes.items() for visit in route.committed}
    prefix_of = {visit.subject: shift for visit, shift in committed.items() if visit.action in (Action.BOARD, Action.MISSED)}
    missed = {visit.subject for visit in committed if visit.action is Action.MISSED}
    routes = {}
    for shift, now in current.routes.items():
        rest = [
            visit
            for visit in improved.routes[shift].visits
            if visit not in committed
            and (visit.action is Action.BREAK or (visit.subject in problem.requests and visit.subject not in missed))
            and prefix_of.get(visit.subject, shift) == shift
        ]
        routes[shift] = Route(shift, (*now.committed, *rest), now.frozen)
    plan = current.with_routes(routes)
    for subject, shift in prefix_of.items():
        if subject not in missed and Visit(Action.ALIGHT, subject) not in plan.routes[shift].visits:
            plan = plan.with_route(_alighting(plan.routes[shift], subject, problem, weights))
    return plan


def _alighting(route: Route, subject: str, problem: Problem, weights: Weights) -> Route:
    """The route with the alighting of somebody whose boarding is committed, where it costs least."""
    alight = Visit(Action.ALIGHT, subject)
    visits = route.visits
    tries = [route.with_visits((*visits[:at], alight, *visits[at:])) for at in range(route.frozen, len(visits) + 1)]
    return min(tries, key=lambda each: route_cost(each, problem, weights))


def _with_newcomers(plan: Plan, current: Plan, problem: Problem, weights: Weights) -> Plan | None:
    """The plan with everybody whom `current` serves, each inserted where they add least; None where somebody finds no room."""
    for request_id in _newcomers(plan, current):
        insertion = find_best_insertion(plan, problem.requests[request_id], problem, weights)
        if insertion is None:
            return None
        plan = insertion.into(plan)
    return plan


def _newcomers(plan: Plan, current: Plan) -> list[RequestId]:
    """What `current` serves and `plan` doesn't, in the order of its routes."""
    served = plan.requests()
    return [request for route in current.routes.values() for request in route.requests() if request not in served]


def _exchanging(snapshot: Plan, improved: Plan) -> list[set[ShiftId]]:
    """Shifts in groups, such that no request moved from one group into another."""
    groups: list[set[ShiftId]] = [{shift} for shift in snapshot.routes]
    after = {request: shift for shift, route in improved.routes.items() for request in route.requests()}
    for shift, route in snapshot.routes.items():
        for request in route.requests():
            ends = {shift, after.get(request, shift)}
            joined = [group for group in groups if group & ends]
            groups = [group for group in groups if not group & ends] + [set().union(*joined)]
    return groups


def _touched(shifts: Iterable[ShiftId], snapshot: Plan, current: Plan) -> bool:
    """Whether somebody boards on these shifts who was not there at the time of the snapshot."""
    before = {request for shift in shifts for request in snapshot.routes[shift].requests()}
    return any(request not in before for shift in shifts for request in current.routes[shift].requests())
