"""By how little a rule would have to give for a request to fit: what an operator can learn from a refusal.

Each rule is loosened alone, for the whole plan, and by as much as it takes. That is found by bisection with exact insertion at
each step: what is told has been tried, and one unit less in vain. Which rule binds first is for `relaxing` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from routing.cost import Weights
from routing.insertion import Insertion, PreparedPlan
from routing.model import ANY_TIME, Load, Problem, Request, RequestId, Shift, TimeWindow
from routing.plan import Action, Plan
from routing.schedule import Schedule, schedule
from routing.units import ServiceTime


class Rule(StrEnum):
    """What can give; the unit of the amount in brackets."""

    LATER = "the passenger may be fetched, and arrive, later (s)"
    EARLIER = "the passenger may be fetched, and arrive, earlier (s)"
    DETOUR = "those aboard may ride for longer (s)"
    BREAK = "breaks may begin earlier or later (s)"
    SHIFT = "shifts may begin earlier, end later and take longer (s)"
    IN_THE_WAY = "one may alight before others who boarded later (1)"
    SEATS = "more seats (people)"
    WHEELCHAIR = "more wheelchair places (people)"


PRICES: Mapping[Rule, int] = {
    Rule.LATER: 1,
    Rule.EARLIER: 1,
    Rule.DETOUR: 2,
    Rule.BREAK: 4,
    Rule.SHIFT: 4,
    Rule.IN_THE_WAY: 1_000_000,
    Rule.SEATS: 1_000_000,
    Rule.WHEELCHAIR: 1_000_000,
}
"""What a unit costs: the passenger's own time least, others' more, a driver's most; a vehicle is as large as it is."""


@dataclass(frozen=True)
class Relaxation:
    """A rule, by how much it would have to give, and how the request would then be served.

    `whom` are the requests that would ride beyond their limit, or the breaks that would begin outside their window.
    """

    rule: Rule
    amount: int
    whom: tuple[str, ...]
    insertion: Insertion


def relaxations(
    plan: Plan,
    request: Request,
    problem: Problem,
    *,
    within: TimeWindow = ANY_TIME,
    most_s: int | None = None,
    prices: Mapping[Rule, int] = PRICES,
) -> list[Relaxation]:
    """For each rule that alone would let a request in: by how little; cheapest first. Raises KeyError, UnknownPoint.

    Empty where the request fits as it is. The request's own times give as far as `within` reaches, and no time by more than
    `most_s`, or else from the first shift's begin to the last one's end.
    """
    prepared = PreparedPlan(plan, problem)
    if not problem.shifts or prepared.find_best(request, Weights()):
        return []
    if most_s is None:
        windows = [shift.window for shift in problem.shifts.values()]
        most_s = max(window.latest for window in windows) - min(window.earliest for window in windows)
    most = {Rule.IN_THE_WAY: 1, Rule.SEATS: request.load.seats, Rule.WHEELCHAIR: request.load.wheelchairs}
    found = (_least(rule, most.get(rule, most_s), prepared, request, within) for rule in Rule)
    return sorted((each for each in found if each is not None), key=lambda each: prices[each.rule] * each.amount)


def _least(rule: Rule, most: int, prepared: PreparedPlan, request: Request, within: TimeWindow) -> Relaxation | None:
    """The least amount, `most` at the most, that lets the request in. It does not with 0."""

    def tried(amount: int) -> Insertion | None:
        wanted, loosened = _LOOSENED[rule](request, prepared.problem, amount)
        ready = prepared if loosened is prepared.problem else PreparedPlan(prepared.plan, loosened)
        return ready.find_best(_no_further(wanted, request, within), Weights())

    best = tried(most) if most else None
    if best is None:
        return None
    too_little, enough = 0, most
    while enough - too_little > 1:
        amount = (too_little + enough) // 2
        insertion = tried(amount)
        if insertion is None:
            too_little = amount
        else:
            enough, best = amount, insertion
    return Relaxation(rule, enough, tuple(_whom(rule, best, prepared, request)), best)


def _whom(rule: Rule, insertion: Insertion, prepared: PreparedPlan, request: Request) -> list[str]:
    problem = prepared.problem
    if rule is Rule.BREAK:
        window_of, calls = problem.shifts[insertion.shift].get_break, insertion.schedule.calls
        pauses = [(call.visit.subject, call.begin) for call in calls if call.visit.action is Action.BREAK]
        return [pause for pause, begin in pauses if begin not in window_of(pause).window]
    if rule is Rule.DETOUR:
        # Timed by the limits as they are, which let those ride less who have to wait somewhere anyway.
        known = {**problem.requests, request.id: request}
        before = _rides_s(schedule(insertion.base, problem))
        after = _rides_s(schedule(insertion.route, replace(problem, requests=known)))
        return [who for who, ride_s in after.items() if ride_s > max(known[RequestId(who)].max_ride_s, before.get(who, 0))]
    return []


def _rides_s(timed: Schedule) -> dict[str, int]:
    """How long each passenger of a route is on board."""
    boarded = {call.visit.subject: call.depart for call in timed.calls if call.visit.action is Action.BOARD}
    alighted = (call for call in timed.calls if call.visit.action is Action.ALIGHT and call.visit.subject in boarded)
    return {call.visit.subject: call.begin - boarded[call.visit.subject] for call in alighted}


Case = tuple[Request, Problem]


def _later(request: Request, problem: Problem, amount: int) -> Case:
    pickup, dropoff = _wider(request.pickup_window, 0, amount), _wider(request.dropoff_window, 0, amount)
    return replace(request, pickup_window=pickup, dropoff_window=dropoff), problem


def _earlier(request: Request, problem: Problem, amount: int) -> Case:
    pickup, dropoff = _wider(request.pickup_window, amount, 0), _wider(request.dropoff_window, amount, 0)
    return replace(request, pickup_window=pickup, dropoff_window=dropoff), problem


def _longer_rides(request: Request, problem: Problem, amount: int) -> Case:
    others = {each.id: replace(each, max_ride_s=each.max_ride_s + amount) for each in problem.requests.values()}
    return replace(request, max_ride_s=request.max_ride_s + amount), replace(problem, requests=others)


def _other_breaks(request: Request, problem: Problem, amount: int) -> Case:
    def loosen(shift: Shift) -> Shift:
        breaks = (replace(pause, window=_wider(pause.window, amount, amount)) for pause in shift.breaks)
        return replace(shift, breaks=tuple(breaks))

    return request, _with_shifts(problem, loosen)


def _longer_shifts(request: Request, problem: Problem, amount: int) -> Case:
    def loosen(shift: Shift) -> Shift:
        longest_s = None if shift.max_duration_s is None else shift.max_duration_s + amount
        return replace(shift, window=_wider(shift.window, amount, amount), max_duration_s=longest_s)

    return request, _with_shifts(problem, loosen)


def _in_any_turn(request: Request, problem: Problem, _: int) -> Case:
    return request, _with_shifts(problem, lambda shift: replace(shift, vehicle=replace(shift.vehicle, last_in_first_out=False)))


def _more_seats(request: Request, problem: Problem, amount: int) -> Case:
    return request, _with_room(problem, Load(amount, 0))


def _more_wheelchair_places(request: Request, problem: Problem, amount: int) -> Case:
    return request, _with_room(problem, Load(0, amount))


def _no_further(wanted: Request, asked: Request, within: TimeWindow) -> Request:
    """A loosened request whose windows leave `within` no more than they did before."""

    def cut(window: TimeWindow, before: TimeWindow) -> TimeWindow:
        earliest, latest = max(window.earliest, within.earliest), min(window.latest, within.latest)
        return TimeWindow(min(earliest, before.earliest), max(latest, before.latest))

    return replace(
        wanted,
        pickup_window=cut(wanted.pickup_window, asked.pickup_window),
        dropoff_window=cut(wanted.dropoff_window, asked.dropoff_window),
    )


def _wider(window: TimeWindow, before_s: int, after_s: int) -> TimeWindow:
    return TimeWindow(ServiceTime(window.earliest - before_s), ServiceTime(window.latest + after_s))


def _with_room(problem: Problem, more: Load) -> Problem:
    def refit(shift: Shift) -> Shift:
        layouts = tuple(layout.plus(more) for layout in shift.vehicle.layouts)
        return replace(shift, vehicle=replace(shift.vehicle, layouts=layouts))

    return _with_shifts(problem, refit)


def _with_shifts(problem: Problem, change: Callable[[Shift], Shift]) -> Problem:
    return replace(problem, shifts={key: change(shift) for key, shift in problem.shifts.items()})


_LOOSENED: Mapping[Rule, Callable[[Request, Problem, int], Case]] = {
    Rule.LATER: _later,
    Rule.EARLIER: _earlier,
    Rule.DETOUR: _longer_rides,
    Rule.BREAK: _other_breaks,
    Rule.SHIFT: _longer_shifts,
    Rule.IN_THE_WAY: _in_any_turn,
    Rule.SEATS: _more_seats,
    Rule.WHEELCHAIR: _more_wheelchair_places,
}
