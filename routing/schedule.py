"""From the order of visits to times: the one place where times come from.

Every visit begins as early as it can, except that a boarding is delayed as far as a ride limit needs: the vehicle then waits
before the passenger boards instead of afterwards. That is the least solution of the difference constraints that windows,
travel and ride limits make, so a route that can be driven within all of them is timed within all of them. A delay never makes
a later visit late; where a limit can't be met without that, the limit is what breaks (the forward time slack of
Cordeau & Laporte 2003, section 4, bounds it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from routing.model import ANY_TIME, EMPTY, Load, Point, Problem, Shift, ShiftId, TimeWindow
from routing.plan import Action, Plan, Route, Visit
from routing.units import ServiceTime


class Call(NamedTuple):
    """A timed visit. `begin` is when boarding, alighting or the break begins; `load` is on board after it."""

    visit: Visit
    place: Point
    arrive: ServiceTime
    begin: ServiceTime
    depart: ServiceTime
    load: Load


@dataclass(frozen=True, slots=True)
class Schedule:
    """The calls of a shift; it sets off from its start at `leaves` and is back at its end at `ends`."""

    shift: ShiftId
    leaves: ServiceTime
    calls: tuple[Call, ...]
    ends: ServiceTime

    def find_call(self, action: Action, subject: str) -> Call | None:
        return next((call for call in self.calls if call.visit == (action, subject)), None)


class Task(NamedTuple):
    """What a visit asks for: where, when it may begin, for how long, and what it changes on board."""

    place: Point
    window: TimeWindow
    service_s: int
    boarding: Load
    alighting: Load


def task_of(visit: Visit, shift: Shift, problem: Problem) -> Task:
    """Raises KeyError for a request or break that the problem does not know."""
    if visit.action is Action.BREAK:
        pause = shift.get_break(visit.subject)
        return Task(pause.place, pause.window, pause.duration_s, EMPTY, EMPTY)
    request = problem.requests[visit.subject]  # type: ignore[index]
    if visit.action is Action.BOARD:
        return Task(request.pickup, request.pickup_window, request.boarding_s, request.load, EMPTY)
    if visit.action is Action.ALIGHT:
        return Task(request.dropoff, request.dropoff_window, request.alighting_s, EMPTY, request.load)
    return Task(request.pickup, ANY_TIME, 0, EMPTY, EMPTY)


def schedule(route: Route, problem: Problem) -> Schedule:
    """Time every visit of a route. Raises KeyError for unknown visits, UnknownPoint for places without travel times."""
    shift = problem.shifts[route.shift]
    tasks = [task_of(visit, shift, problem) for visit in route.visits]
    limits = _ride_limits(route, problem)
    floors = [task.window.earliest for task in tasks]
    timed = _fold(route, shift, tasks, floors, problem)
    while _delay_boardings(timed, route, shift, tasks, limits, floors, problem):
        timed = _fold(route, shift, tasks, floors, problem)
    return timed


def schedules(plan: Plan, problem: Problem) -> dict[ShiftId, Schedule]:
    """The schedule of every route of a plan."""
    return {shift: schedule(route, problem) for shift, route in plan.routes.items()}


def _fold(route: Route, shift: Shift, tasks: list[Task], floors: list[ServiceTime], problem: Problem) -> Schedule:
    """One pass along the route, each visit as early as travel, `floors` and what was observed allow."""
    now, travel, actuals = problem.now, problem.travel, problem.actuals
    followed = any(visit in actuals for visit in route.visits)
    place, load, calls = shift.start, EMPTY, []
    at = leaves = shift.window.earliest if route.frozen else max(shift.window.earliest, now)
    for index, (visit, task) in enumerate(zip(route.visits, tasks, strict=True)):
        if index == route.frozen:
            at = max(at, now)  # what is not committed can't have been set off for in the past
        arrive = ServiceTime(at + travel(place, task.place))
        actual = actuals.get(visit)
        if actual is None:
            if followed:
                arrive = max(arrive, now)  # a driver who reports has not reported this one
            begin = max(arrive, floors[index])
            depart = ServiceTime(begin + task.service_s)
        else:
            arrive = arrive if actual.arrive is None else actual.arrive
            begin = max(arrive, floors[index]) if actual.begin is None else actual.begin
            depart = max(ServiceTime(begin + task.service_s), now) if actual.depart is None else actual.depart
        load = load.plus(task.boarding).minus(task.alighting)
        calls.append(Call(visit, task.place, arrive, begin, depart, load))
        place, at = task.place, depart
    if len(tasks) == route.frozen:
        at = max(at, now) if tasks else at
    return Schedule(shift.id, leaves, tuple(calls), ServiceTime(at + travel(place, shift.end)))


def _ride_limits(route: Route, problem: Problem) -> list[tuple[int, int, int]]:
    """(boarding index, alighting index, longest ride) of every request with both visits on the route."""
    boarded: dict[str, int] = {}
    limits = []
    for index, visit in enumerate(route.visits):
        if visit.action is Action.BOARD:
            boarded[visit.subject] = index
        elif visit.action is Action.ALIGHT and visit.subject in boarded:
            limits.append((boarded[visit.subject], index, problem.requests[visit.subject].max_ride_s))  # type: ignore[index]
    return limits


def _delay_boardings(
    timed: Schedule,
    route: Route,
    shift: Shift,
    tasks: list[Task],
    limits: list[tuple[int, int, int]],
    floors: list[ServiceTime],
    problem: Problem,
) -> bool:
    """Raise the floor of the last boarding whose ride is too long and can be shortened; False where there is none."""
    calls = timed.calls
    excess = [(up, down, calls[down].begin - calls[up].depart - limit) for up, down, limit in limits]
    for up, down, over in sorted(excess, reverse=True):
        if over <= 0 or route.visits[up] in problem.actuals:
            continue
        waits = sum(max(0, call.begin - call.arrive) for call in calls[up + 1 : down + 1])
        delay = min(over, waits, _slack(timed, up, shift, tasks))
        if delay > 0:
            floors[up] = ServiceTime(calls[up].begin + delay)
            return True
    return False


def _slack(timed: Schedule, at: int, shift: Shift, tasks: list[Task]) -> int:
    """How far visit `at` may be delayed without making it or anything after it late (or later)."""
    slack, waited = max(0, tasks[at].window.latest - timed.calls[at].begin), 0
    for call, task in zip(timed.calls[at + 1 :], tasks[at + 1 :], strict=True):
        waited += max(0, call.begin - call.arrive)
        slack = min(slack, waited + max(0, task.window.latest - call.begin))
    return min(slack, waited + max(0, shift.window.latest - timed.ends))
