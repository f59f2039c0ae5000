"""The independent judge of any plan: what is wrong with it, where, and by how much.

Shares no code with insertion or the optimisers. Times are those that `schedule` gives, and it checks those too: a call that
could not be driven as timed is a violation of its own, so no timing can talk a plan into being feasible.

Vans run late all the same, so a change is judged relatively: `new_or_worse` is what a change may not bring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from routing.model import EMPTY, Load, Problem, RequestId, ShiftId
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import Call, Schedule, schedule
from routing.travel.matrix import UNREACHABLE_S


class Kind(StrEnum):
    """What can be wrong; the unit of the amount in brackets."""

    EARLY = "begins before its window (s)"
    LATE_PICKUP = "boards after its window (s)"
    LATE_DROPOFF = "alights after its window (s)"
    RIDE = "ride longer than its limit (s)"
    OVERLOAD = "more on board than any layout holds (people)"
    OUT_OF_TURN = "alights before others who boarded later, last in first out (parties)"
    ORDER = "alights without having boarded before (visits)"
    LEFT_ABOARD = "boards and never alights (visits)"
    TWICE = "visited more than once (visits)"
    UNSERVED = "in no route (requests)"
    UNKNOWN = "not part of the problem (visits)"
    SHIFT_BEGIN = "sets off before the shift begins (s)"
    SHIFT_END = "back after the shift ends (s)"
    DURATION = "longer from setting off to being back than a shift may be, however late it sets off (s)"
    BREAK_MISSING = "break not taken (breaks)"
    BREAK_LATE = "break begins after its window (s)"
    BREAK_OCCUPIED = "break with passengers on board (people)"
    NO_WAY = "no way from the place before (visits)"
    TIMING = "timed faster than it can be driven (s)"
    PAST = "set off for before now although not committed (s)"
    FROZEN = "committed visit moved (visits)"
    FALSE_MISS = "marked as missed although not committed (visits)"


class Violation(NamedTuple):
    """One thing wrong with a plan. `visit` is None for what concerns a whole shift."""

    kind: Kind
    shift: ShiftId | None
    visit: Visit | None
    amount: int

    def __str__(self) -> str:
        where = "".join(str(part) for part in self.visit) if self.visit else "whole shift"
        return f"{self.shift or '-'} {where}: {self.kind} {self.amount}"


def violations(plan: Plan, problem: Problem) -> list[Violation]:
    """Everything wrong with a plan, in the order of its routes; empty for a plan that keeps every rule and promise."""
    found: list[Violation] = []
    for route in plan.routes.values():
        unknown = list(_unknown(route, problem))
        found += unknown
        if not unknown:
            timed = schedule(route, problem)
            for judge in (_order, _turns, _windows, _duration, _rides, _loads, _breaks, _motion):
                found += judge(route, timed, problem)
    return found + list(_service(plan, problem))


def new_or_worse(before: Iterable[Violation], after: Iterable[Violation]) -> list[Violation]:
    """The violations of `after` that `before` did not have, or had to a lesser amount. A visit may change its shift."""

    def key(violation: Violation) -> tuple[Kind, Visit | ShiftId | None]:
        return violation.kind, violation.visit or violation.shift

    known: dict[tuple[Kind, Visit | ShiftId | None], int] = {}
    for violation in before:
        known[key(violation)] = max(violation.amount, known.get(key(violation), 0))
    return [violation for violation in after if violation.amount > known.get(key(violation), 0)]


def frozen_moved(before: Plan, after: Plan) -> list[Violation]:
    """A FROZEN violation for every committed visit of `before` that `after` has elsewhere or not at all."""
    moved = []
    for shift, route in before.routes.items():
        kept = after.routes[shift].visits if shift in after.routes else ()
        for index, visit in enumerate(route.committed):
            if index >= len(kept) or kept[index] != visit:
                moved.append(Violation(Kind.FROZEN, shift, visit, 1))
    return moved


def _unknown(route: Route, problem: Problem) -> Iterator[Violation]:
    if route.shift not in problem.shifts:
        yield Violation(Kind.UNKNOWN, route.shift, None, len(route.visits))
        return
    breaks = {pause.id for pause in problem.shifts[route.shift].breaks}
    for visit in route.visits:
        if visit.subject not in (breaks if visit.action is Action.BREAK else problem.requests):
            yield Violation(Kind.UNKNOWN, route.shift, visit, 1)


def _order(route: Route, _: Schedule, __: Problem) -> Iterator[Violation]:
    aboard: set[str] = set()
    for index, visit in enumerate(route.visits):
        if visit.action is Action.BOARD:
            aboard.add(visit.subject)
        elif visit.action is Action.ALIGHT:
            if visit.subject not in aboard:
                yield Violation(Kind.ORDER, route.shift, visit, 1)
            aboard.discard(visit.subject)
        elif visit.action is Action.MISSED and index >= route.frozen:
            yield Violation(Kind.FALSE_MISS, route.shift, visit, 1)
    for subject in sorted(aboard):
        yield Violation(Kind.LEFT_ABOARD, route.shift, Visit(Action.BOARD, subject), 1)


def _turns(route: Route, _: Schedule, problem: Problem) -> Iterator[Violation]:
    """That, where a vehicle empties last in, first out, nobody has to get past those who boarded later. Each party counts once.

    Told of the one who alights and by how many stand in the way, so that one more in the way of anybody is worse.
    """
    if not problem.shifts[route.shift].vehicle.last_in_first_out:
        return
    aboard: list[str] = []
    for visit in route.visits:
        if visit.action is Action.BOARD and visit.subject not in aboard:
            aboard.append(visit.subject)
        elif visit.action is Action.ALIGHT and visit.subject in aboard:
            behind = len(aboard) - 1 - aboard.index(visit.subject)
            if behind:
                yield Violation(Kind.OUT_OF_TURN, route.shift, visit, behind)
            aboard.remove(visit.subject)


def _duration(route: Route, timed: Schedule, problem: Problem) -> Iterator[Violation]:
    """That no shift takes longer than it may. `schedule` sets off late for that, as late as makes nothing late.

    A shift that serves nobody stays where it is, whatever breaks it has: only with passengers do these have to fit in as well.
    """
    longest_s = problem.shifts[route.shift].max_duration_s
    serves = any(visit.action is not Action.BREAK for visit in route.visits)
    if longest_s is not None and serves and timed.ends - timed.leaves > longest_s:
        yield Violation(Kind.DURATION, route.shift, None, timed.ends - timed.leaves - longest_s)


def _windows(route: Route, timed: Schedule, problem: Problem) -> Iterator[Violation]:
    shift = problem.shifts[route.shift]
    for call in timed.calls:
        match call.visit.action:
            case Action.BOARD:
                window, late = problem.requests[RequestId(call.visit.subject)].pickup_window, Kind.LATE_PICKUP
            case Action.ALIGHT:
                window, late = problem.requests[RequestId(call.visit.subject)].dropoff_window, Kind.LATE_DROPOFF
            case Action.BREAK:
                window, late = shift.get_break(call.visit.subject).window, Kind.BREAK_LATE
            case Action.MISSED:
                continue
        if call.begin > window.latest:
            yield Violation(late, route.shift, call.visit, call.begin - window.latest)
        if call.begin < window.earliest:
            yield Violation(Kind.EARLY, route.shift, call.visit, window.earliest - call.begin)
    if route.visits and timed.ends > shift.window.latest:
        yield Violation(Kind.SHIFT_END, route.shift, None, timed.ends - shift.window.latest)


def _rides(route: Route, timed: Schedule, problem: Problem) -> Iterator[Violation]:
    boarded: dict[str, int] = {}
    for call in timed.calls:
        if call.visit.action is Action.BOARD:
            boarded[call.visit.subject] = call.depart
        elif call.visit.action is Action.ALIGHT and call.visit.subject in boarded:
            over = call.begin - boarded[call.visit.subject] - problem.requests[RequestId(call.visit.subject)].max_ride_s
            if over > 0:
                yield Violation(Kind.RIDE, route.shift, call.visit, over)


def _loads(route: Route, _: Schedule, problem: Problem) -> Iterator[Violation]:
    layouts = problem.shifts[route.shift].vehicle.layouts
    aboard: dict[str, Load] = {}
    for visit in route.visits:
        if visit.action is Action.BOARD:
            aboard[visit.subject] = problem.requests[RequestId(visit.subject)].load
        elif visit.action is Action.ALIGHT:
            aboard.pop(visit.subject, None)
        seats, wheelchairs = sum(x.seats for x in aboard.values()), sum(x.wheelchairs for x in aboard.values())
        over = min(max(0, seats - fit.seats) + max(0, wheelchairs - fit.wheelchairs) for fit in layouts)
        if over:
            yield Violation(Kind.OVERLOAD, route.shift, visit, over)
        if visit.action is Action.BREAK and aboard:
            yield Violation(Kind.BREAK_OCCUPIED, route.shift, visit, seats + wheelchairs)


def _breaks(route: Route, _: Schedule, problem: Problem) -> Iterator[Violation]:
    for pause in problem.shifts[route.shift].breaks:
        if Visit(Action.BREAK, pause.id) not in route.visits:
            yield Violation(Kind.BREAK_MISSING, route.shift, Visit(Action.BREAK, pause.id), 1)


def _motion(route: Route, timed: Schedule, problem: Problem) -> Iterator[Violation]:
    """That the times of the calls can be driven: each leg, each dwell, nothing in the past, loads as counted."""
    shift = problem.shifts[route.shift]
    if timed.leaves < shift.window.earliest:
        yield Violation(Kind.SHIFT_BEGIN, route.shift, None, shift.window.earliest - timed.leaves)
    start = Call(Visit(Action.BREAK, ""), shift.start, timed.leaves, timed.leaves, timed.leaves, EMPTY)
    for index, (here, there) in enumerate(pairwise((start, *timed.calls))):
        travel_s = problem.travel(here.place, there.place)
        if travel_s >= UNREACHABLE_S:
            yield Violation(Kind.NO_WAY, route.shift, there.visit, 1)
        if there.visit in problem.actuals:
            continue  # a fact, whatever the estimate says
        faster = max(here.depart + travel_s - there.arrive, there.arrive - there.begin)
        faster = max(faster, there.begin + _dwell_s(there.visit, route, problem) - there.depart)
        if faster > 0:
            yield Violation(Kind.TIMING, route.shift, there.visit, faster)
        if index >= route.frozen and there.arrive < problem.now + travel_s:
            yield Violation(Kind.PAST, route.shift, there.visit, problem.now + travel_s - there.arrive)
    last = timed.calls[-1] if timed.calls else start
    faster = last.depart + problem.travel(last.place, shift.end) - timed.ends
    if faster > 0:
        yield Violation(Kind.TIMING, route.shift, None, faster)


def _dwell_s(visit: Visit, route: Route, problem: Problem) -> int:
    match visit.action:
        case Action.BOARD:
            return problem.requests[RequestId(visit.subject)].boarding_s
        case Action.ALIGHT:
            return problem.requests[RequestId(visit.subject)].alighting_s
        case Action.BREAK:
            return problem.shifts[route.shift].get_break(visit.subject).duration_s
        case Action.MISSED:
            return 0


def _service(plan: Plan, problem: Problem) -> Iterator[Violation]:
    """That every request is in the plan, once."""
    times = Counter(visit for route in plan.routes.values() for visit in route.visits)
    for visit, count in times.items():
        if count > 1:
            yield Violation(Kind.TWICE, None, visit, count - 1)
    for request in problem.requests:
        if not times[Visit(Action.BOARD, request)] and not times[Visit(Action.MISSED, request)]:
            yield Violation(Kind.UNSERVED, None, Visit(Action.BOARD, request), 1)
