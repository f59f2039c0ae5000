"""What drivers reported, folded into observed times, and how much of a route that and the clock have frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from bookings.models import Event
from routing.model import Actual, Point, Problem, RequestId
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import schedule
from routing.units import ServiceDay, ServiceTime

ARRIVED = "driver.arrived"
BEGUN = "driver.break_started"


def fold(events: Iterable[Event], day: ServiceDay) -> dict[Visit, Actual]:
    """Observed times of visits from driver events, in the order in which they were recorded; later reports correct earlier ones.

    Drivers report the end of boarding and alighting; these began the planned time (`data.takes_s`) before, though not before the
    vehicle arrived.
    """
    actuals: dict[Visit, Actual] = {}
    for event in events:
        at = day.time_of(event.at)
        for sign, subject in event.data.get("visits", ()):
            visit = Visit(Action(sign), subject)
            before = actuals.pop(Visit(Action.BOARD, subject), None) if visit.action is Action.MISSED else actuals.get(visit)
            actuals[visit] = _with(before or Actual(), event, at)
    return actuals


def _with(before: Actual, event: Event, at: ServiceTime) -> Actual:
    if event.kind == ARRIVED:
        return Actual(at, before.begin, before.depart)
    if event.kind == BEGUN:
        return Actual(at if before.arrive is None else before.arrive, at, before.depart)
    begun = ServiceTime(at - int(event.data.get("takes_s", 0)))
    arrive = begun if before.arrive is None else before.arrive
    begin = max(arrive, begun) if before.begin is None else before.begin
    return Actual(min(arrive, at), min(begin, at), at)


def find_arrival(request_id: str, plan: Plan, problem: Problem) -> datetime | None:
    """When the vehicle came to where a request boards, as far as drivers have told.

    An arrival is reported of one visit, and it's that of whoever else boards or alights there in the same call.
    """
    route = plan.find_route_of(request_id)
    if route is None:
        return None
    index = [visit.subject for visit in route.visits].index(request_id)
    here = _place(route.visits[index], problem)
    before = takewhile(lambda visit: _place(visit, problem) == here, reversed(route.visits[:index]))
    behind = takewhile(lambda visit: _place(visit, problem) == here, route.visits[index:])
    found = (problem.actuals[visit].arrive for visit in (*before, *behind) if visit in problem.actuals)
    came = min((at for at in found if at is not None), default=None)
    return None if came is None else problem.day.instant(came)


def _place(visit: Visit, problem: Problem) -> Point | None:
    """Where a passenger boards or alights; None for a break."""
    if visit.action is Action.BREAK:
        return None
    request = problem.requests[RequestId(visit.subject)]
    return request.dropoff if visit.action is Action.ALIGHT else request.pickup


def freeze(route: Route, problem: Problem, commit_s: int) -> Route:
    """The route with everything frozen that was observed, or that the vehicle sets off for within `commit_s` from now.

    A vehicle sets off so as to begin on time and waits, where it has to, at the place before. What nobody reports on is taken to
    have gone as planned: it's timed as if all were committed, so that nothing waits for `now`.
    """
    frozen = max(route.frozen, _observed(route, problem.actuals))
    if frozen < len(route.visits):
        calls = schedule(replace(route, frozen=len(route.visits)), problem).calls
        until = problem.now + commit_s
        place = calls[frozen - 1].place if frozen else problem.shifts[route.shift].start
        while frozen < len(calls) and calls[frozen].begin - problem.travel(place, calls[frozen].place) <= until:
            place = calls[frozen].place
            frozen += 1
    return replace(route, frozen=frozen)


def _observed(route: Route, actuals: Mapping[Visit, Actual]) -> int:
    """How many visits, from the first on, end with the last one that was observed."""
    return max((index + 1 for index, visit in enumerate(route.visits) if visit in actuals), default=0)


def in_order_of_facts(route: Route, actuals: Mapping[Visit, Actual]) -> Route:
    """The route as it was driven: what is done by its times, then the others as planned. Only what was observed is frozen.

    A break that nobody reported stays behind the visit that it followed.
    """
    groups: list[list[Visit]] = [[]]
    for visit in route.visits:
        if visit.action is Action.BREAK and visit not in actuals:
            groups[-1].append(visit)
        else:
            groups.append([visit])
    first, *rest = groups
    driven = sorted(rest, key=lambda group: _when(actuals.get(group[0])))
    visits = tuple(visit for group in (first, *driven) for visit in group)
    return Route(route.shift, visits, _observed(Route(route.shift, visits), actuals))


def _when(actual: Actual | None) -> tuple[int, int]:
    """What is done, in the order in which it was done; then where the vehicle stands; then what is still to come."""
    if actual is None:
        return 2, 0
    over = actual.begin if actual.depart is None else actual.depart
    return (0, over) if over is not None else (1, actual.arrive or 0)
