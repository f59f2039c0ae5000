"""What a plan costs: the one objective that insertion, offers and optimisers share."""

from __future__ import annotations

from dataclasses import dataclass
from operator import sub
from typing import NamedTuple

from routing.model import Problem, RequestId
from routing.plan import Action, Plan, Route
from routing.schedule import Schedule, schedule


@dataclass(frozen=True, slots=True)
class Weights:
    """Cost units, per second but for `shift`; only ratios matter. By default a second driven weighs as much as five ridden."""

    driving: int = 10
    """Each second the vehicle drives, empty or not."""
    riding: int = 2
    """Each second on board, per person: what makes detours cost."""
    lateness: int = 200
    """Each second by which a boarding or alighting begins after its window, per person: vans run late all the same."""
    shift: int = 0
    """Each shift with visits other than breaks: what makes an optimiser get by with fewer."""


class Figures(NamedTuple):
    """What a route takes: seconds of driving, person-seconds on board, person-seconds late, and 1 if it serves anybody."""

    driven_s: int
    ridden_s: int
    late_s: int
    shifts: int

    def minus(self, other: Figures) -> Figures:
        return Figures(*map(sub, self, other))

    def priced(self, weights: Weights) -> int:
        price = weights.driving * self.driven_s + weights.riding * self.ridden_s + weights.lateness * self.late_s
        return price + weights.shift * self.shifts


def cost(plan: Plan, problem: Problem, weights: Weights) -> int:
    """The cost of a plan in cost units: the sum over its routes."""
    return sum(route_cost(route, problem, weights) for route in plan.routes.values())


def route_cost(route: Route, problem: Problem, weights: Weights) -> int:
    """The cost of one route; 0 for one without visits."""
    return timed_cost(schedule(route, problem), problem, weights) if route.visits else 0


def timed_cost(timed: Schedule, problem: Problem, weights: Weights) -> int:
    """The cost of a route that is timed already."""
    return figures(timed, problem).priced(weights)


def figures(timed: Schedule, problem: Problem) -> Figures:
    """What a route takes that is timed already; nothing for one without calls, whose vehicle stays where it is."""
    if not timed.calls:
        return Figures(0, 0, 0, 0)
    ridden = late = 0
    boarded: dict[str, int] = {}
    for call in timed.calls:
        if call.visit.action is Action.BOARD:
            request = problem.requests[RequestId(call.visit.subject)]
            boarded[request.id] = call.depart
            late += request.load.people * max(0, call.begin - request.pickup_window.latest)
        elif call.visit.action is Action.ALIGHT:
            request = problem.requests[RequestId(call.visit.subject)]
            ridden += request.load.people * (call.begin - boarded.get(request.id, call.begin))
            late += request.load.people * max(0, call.begin - request.dropoff_window.latest)
    serves = any(call.visit.action is not Action.BREAK for call in timed.calls)
    return Figures(driven_s(timed, problem), ridden, late, int(serves))


def driven_s(timed: Schedule, problem: Problem) -> int:
    """Seconds of driving from the shift's start over its calls to its end."""
    shift = problem.shifts[timed.shift]
    return sum(problem.travel.legs_s([shift.start, *(call.place for call in timed.calls), shift.end]))
