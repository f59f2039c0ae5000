"""From the order of visits to times: the one place where times come from.

Every visit begins as early as it can, except that a boarding is delayed as far as a ride limit needs, and setting off as far
as a limit to the duration of the route needs (see `timing`). That is the least solution of the difference constraints that
windows, travel and these limits make; a delay never makes a later visit late, and where a limit can't be met without that, the
limit is what breaks (Cordeau & Laporte 2003, section 4, bound it by the forward time slack).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, cast

from routing.model import ANY_TIME, EMPTY, Load, Point, Problem, RequestId, Shift, ShiftId, TimeWindow
from routing.plan import Action, Plan, Route, Visit
from routing.timing import Course, Ride, Times, earliest_times, set_off, shorten_rides
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
    request = problem.requests[RequestId(visit.subject)]
    if visit.action is Action.BOARD:
        return Task(request.pickup, request.pickup_window, request.boarding_s, request.load, EMPTY)
    if visit.action is Action.ALIGHT:
        return Task(request.dropoff, request.dropoff_window, request.alighting_s, EMPTY, request.load)
    return Task(request.pickup, ANY_TIME, 0, EMPTY, EMPTY)


def schedule(route: Route, problem: Problem) -> Schedule:
    """Time every visit of a route. Raises KeyError for unknown visits, UnknownPoint for places without travel times."""
    shift = problem.shifts[route.shift]
    tasks = [task_of(visit, shift, problem) for visit in route.visits]
    course = course_of(route, tasks, problem)
    times = earliest_times(course)
    shorten_rides(course, times)
    leaves = set_off(course, times)
    return Schedule(shift.id, ServiceTime(leaves), calls_of(route, tasks, times), ServiceTime(times.ends))


def schedules(plan: Plan, problem: Problem) -> dict[ShiftId, Schedule]:
    """The schedule of every route of a plan."""
    return {shift: schedule(route, problem) for shift, route in plan.routes.items()}


def course_of(route: Route, tasks: list[Task], problem: Problem) -> Course:
    """A route as numbers. A vehicle with nothing committed stands at its start, at `now` or when its shift begins."""
    shift = problem.shifts[route.shift]
    places = [shift.start, *(task.place for task in tasks), shift.end]
    begins = shift.window.earliest
    return Course(
        leaves=begins if route.frozen else max(begins, problem.now),
        legs_s=problem.travel.legs_s(places),
        services_s=[task.service_s for task in tasks],
        earliest=[task.window.earliest for task in tasks],
        latest=[task.window.latest for task in tasks],
        rides=_rides(route, problem),
        facts={k: problem.actuals[visit] for k, visit in enumerate(route.visits) if visit in problem.actuals},
        frozen=route.frozen,
        now=problem.now,
        max_duration_s=shift.max_duration_s,
    )


def calls_of(route: Route, tasks: list[Task], times: Times) -> tuple[Call, ...]:
    """The visits of a route with their times."""
    arrive, begin, depart = (cast("list[ServiceTime]", row) for row in (times.arrive, times.begin, times.depart))
    return tuple(map(Call, route.visits, [task.place for task in tasks], arrive, begin, depart, _loads(tasks)))


def _loads(tasks: list[Task]) -> list[Load]:
    """What is on board after each visit."""
    load, loads = EMPTY, []
    for task in tasks:
        load = load.plus(task.boarding).minus(task.alighting)
        loads.append(load)
    return loads


def _rides(route: Route, problem: Problem) -> list[Ride]:
    """Every request with both visits on the route."""
    boarded: dict[str, int] = {}
    rides = []
    for index, visit in enumerate(route.visits):
        if visit.action is Action.BOARD:
            boarded[visit.subject] = index
        elif visit.action is Action.ALIGHT and visit.subject in boarded:
            request = problem.requests[RequestId(visit.subject)]
            rides.append(Ride(boarded[visit.subject], index, request.max_ride_s, request.load.people))
    return rides
