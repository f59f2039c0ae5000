"""Why a request fits nowhere: the one rule without which it would.

Each rule is relaxed alone, for the whole plan and before the same judge, from the most particular to the most general; the
first that lets the request in is what binds. Where no single one does, the general ones are relaxed together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from routing.cost import Weights
from routing.insertion import find_best_insertion
from routing.model import ANY_TIME, FOREVER, Load, Problem, Request, Shift
from routing.plan import Action, Plan, Route
from routing.schedule import Call, schedule

PLENTY = 1_000_000
"""More people than any vehicle holds."""


class Constraint(Enum):
    """What stands in a request's way: a slug that stays the same for ever, and a sentence to tell."""

    NO_WAY = "no-way", "No road leads there."
    WHEELCHAIR = "wheelchair", "No wheelchair place is free at that time."
    SEATS = "seats", "Not enough seats are free at that time."
    IN_THE_WAY = "in-the-way", "People who board later would be in the way of those who alight first."
    BREAK = "break", "The driver has a break at that time."
    DETOUR = "detour", "The detour would be too long for the people on board."
    SHIFT = "shift", "No driver's shift leaves time for it."
    BUSY = "busy", "All vehicles are promised to other passengers at that time."
    TOO_FAR = "too-far", "No vehicle can be there in time."

    def __init__(self, slug: str, sentence: str) -> None:
        self.slug = slug
        self.sentence = sentence


Case = tuple[Plan, Request, Problem]


def explain_refusal(plan: Plan, request: Request, problem: Problem) -> Constraint | None:
    """The constraint that keeps a request out of a plan; None where nothing does. Raises KeyError, UnknownPoint."""
    case = plan, request, problem
    if _fits(case):
        return None
    if not problem.travel.reachable(request.pickup, request.dropoff):
        return Constraint.NO_WAY
    for constraint, relaxations in _RELAXED:
        relaxed = case
        for relax in relaxations:
            relaxed = relax(relaxed)
        if _fits(relaxed):
            return constraint
    return Constraint.TOO_FAR


def _fits(case: Case) -> bool:
    plan, request, problem = case
    return find_best_insertion(plan, request, problem, Weights()) is not None


def _more_wheelchair_places(case: Case) -> Case:
    return _with_layouts(case, lambda layout: Load(layout.seats, PLENTY))


def _more_places(case: Case) -> Case:
    return _with_layouts(case, lambda _: Load(PLENTY, PLENTY))


def _in_any_turn(case: Case) -> Case:
    return _with_shifts(case, lambda shift: replace(shift, vehicle=replace(shift.vehicle, last_in_first_out=False)))


def _without_breaks_then(case: Case) -> Case:
    """Breaks planned for about the time of the request are left out."""
    _, request, _ = case
    since = request.pickup_window.earliest
    until = min(request.dropoff_window.latest, request.pickup_window.latest + request.boarding_s + request.max_ride_s)
    return _without_breaks_that(case, lambda call: call.begin <= until and call.depart >= since)


def _without_breaks(case: Case) -> Case:
    return _without_breaks_that(case, lambda _: True)


def _without_breaks_that(case: Case, are_in_the_way: Callable[[Call], bool]) -> Case:
    """Some breaks are left out; those committed are facts."""
    plan, request, problem = case
    routes = {}
    for shift, route in plan.routes.items():
        kept = route.committed
        for call in schedule(route, problem).calls[route.frozen :]:
            if call.visit.action is not Action.BREAK or not are_in_the_way(call):
                kept += (call.visit,)
        routes[shift] = route.with_visits(kept)
    return plan.with_routes(routes), request, problem


def _any_detour(case: Case) -> Case:
    plan, request, problem = case
    others = {each.id: replace(each, max_ride_s=FOREVER) for each in problem.requests.values()}
    return plan, replace(request, max_ride_s=FOREVER), replace(problem, requests=others)


def _any_hours(case: Case) -> Case:
    return _with_shifts(case, lambda shift: replace(shift, window=ANY_TIME, max_duration_s=None))


def _without_others(case: Case) -> Case:
    """Nobody is left in the plan but those whom the vehicle is committed to fetch."""
    plan, request, problem = case
    return plan.with_routes({shift: _committed_part(route) for shift, route in plan.routes.items()}), request, problem


def _committed_part(route: Route) -> Route:
    committed = {visit.subject for visit in route.committed if visit.action is Action.BOARD}
    return route.with_visits(
        tuple(
            visit
            for k, visit in enumerate(route.visits)
            if k < route.frozen or visit.action is Action.BREAK or visit.subject in committed
        )
    )


def _with_layouts(case: Case, change: Callable[[Load], Load]) -> Case:
    def refit(shift: Shift) -> Shift:
        return replace(shift, vehicle=replace(shift.vehicle, layouts=tuple(map(change, shift.vehicle.layouts))))

    return _with_shifts(case, refit)


def _with_shifts(case: Case, change: Callable[[Shift], Shift]) -> Case:
    plan, request, problem = case
    return plan, request, replace(problem, shifts={key: change(shift) for key, shift in problem.shifts.items()})


_RELAXED: tuple[tuple[Constraint, tuple[Callable[[Case], Case], ...]], ...] = (
    (Constraint.WHEELCHAIR, (_more_wheelchair_places,)),
    (Constraint.SEATS, (_more_places,)),
    (Constraint.IN_THE_WAY, (_in_any_turn,)),
    (Constraint.BREAK, (_without_breaks_then,)),
    (Constraint.DETOUR, (_any_detour,)),
    (Constraint.SHIFT, (_any_hours,)),
    (Constraint.BUSY, (_without_others,)),
    (Constraint.BREAK, (_without_breaks,)),
    (Constraint.BUSY, (_without_breaks, _any_detour, _more_places, _in_any_turn, _without_others)),
    (Constraint.SHIFT, (_without_breaks, _any_detour, _more_places, _in_any_turn, _without_others, _any_hours)),
)
