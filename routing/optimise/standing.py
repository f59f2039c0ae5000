"""Where each shift stands: what of its route has happened, what is committed and still ahead, and what is free to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from routing.check import Kind, Violation
from routing.model import EMPTY, Load, Point, Problem, RequestId, Shift
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import Schedule, schedule
from routing.units import ServiceTime

LEFT_ALONE = frozenset({
    Kind.ORDER, Kind.LEFT_ABOARD, Kind.TWICE, Kind.FALSE_MISS, Kind.NO_WAY, Kind.BREAK_OCCUPIED,
})  # fmt: skip
"""A route with one of these is not what a model can start from: it stays as it is, a person has to look at it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A shift whose free visits may change. Visits up to the last observed one are gone from here: only what they left counts."""

    shift: Shift
    route: Route
    timed: Schedule
    done: int
    """How many visits of the route are observed, or lie before one that is."""
    place: Point
    leaves: ServiceTime
    """When the vehicle leaves `place`, at the earliest."""
    aboard: Mapping[RequestId, ServiceTime]
    """Who is on board at `place`, and when they had boarded."""
    load: Load
    followed: bool
    """The driver reports: what is not reported has not been arrived at."""

    @property
    def committed(self) -> tuple[Visit, ...]:
        """Frozen visits that nobody has seen happen yet, in their order."""
        return self.route.visits[self.done : self.route.frozen]

    @property
    def free(self) -> tuple[Visit, ...]:
        return self.route.visits[self.route.frozen :]


def standings(plan: Plan, problem: Problem, before: Iterable[Violation]) -> list[Standing]:
    """The shifts that an optimiser may change, in the order of the plan; `before` are the violations of the plan.

    Left out, and so left as they are: routes that are broken in a way no search can start from (`LEFT_ALONE`), and shifts that
    are over.
    """
    broken = [violation for violation in before if violation.kind in LEFT_ALONE]
    shifts = {violation.shift for violation in broken}
    visits = {violation.visit for violation in broken if violation.shift is None}
    found = []
    for route in plan.routes.values():
        if route.shift in shifts or visits.intersection(route.visits):
            continue
        standing = _standing(route, problem)
        if standing.done <= route.frozen and not _is_over(standing, problem):
            found.append(standing)
    return found


def _standing(route: Route, problem: Problem) -> Standing:
    shift, timed = problem.shifts[route.shift], schedule(route, problem)
    done = 1 + max((index for index, visit in enumerate(route.visits) if visit in problem.actuals), default=-1)
    place, leaves, load, aboard = shift.start, timed.leaves, EMPTY, dict[RequestId, ServiceTime]()
    for call in timed.calls[:done]:
        place, leaves, load = call.place, call.depart, call.load
        if call.visit.action is Action.BOARD:
            aboard[RequestId(call.visit.subject)] = call.depart
        elif call.visit.action is Action.ALIGHT:
            del aboard[RequestId(call.visit.subject)]
    if not done and not route.frozen:
        leaves = shift.window.earliest  # sooner than it does as planned, where that is late so as not to be out for too long
    if done == route.frozen:
        leaves = max(leaves, problem.now)  # what comes next is not committed: nobody has set off for it
    return Standing(shift, route, timed, done, place, leaves, aboard, load, followed=done > 0)


def _is_over(standing: Standing, problem: Problem) -> bool:
    """Nothing is left to do, and the vehicle is past its end: more visits would only keep its driver longer."""
    home = standing.timed.ends if standing.route.visits else standing.leaves + problem.travel(standing.place, standing.shift.end)
    return not standing.free and home > standing.shift.window.latest
