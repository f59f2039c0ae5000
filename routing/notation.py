"""A plan as text, one line a shift, for tests and logs.

    van1 8:00 | 8:04 +ann@Mill || 8:15 -ann@Station

`+` boards, `-` alights, `*` is a break, `!` a passenger who was not there; what stands before `||` is frozen. Times are those
of the schedule, or of another `timing` of the route, and are ignored in reading: a plan has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from routing.model import Point, Problem, ShiftId
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import Schedule, schedule
from routing.units import ServiceDay, clock

Timing = Callable[[Route, Problem], Schedule]


class UnreadablePlan(ValueError):
    """Text that is not in the notation; the message names the line and the part."""


def show(plan: Plan, problem: Problem, names: Mapping[Point, str], timing: Timing = schedule) -> str:
    """The plan with its times, a line per shift that has visits, in the order of the plan."""
    return "\n".join(show_route(route, problem, names, timing) for route in plan.routes.values() if route.visits)


def show_route(route: Route, problem: Problem, names: Mapping[Point, str], timing: Timing = schedule) -> str:
    """One route with its times."""
    timed = timing(route, problem)
    text = f"{route.shift} {clock(timed.leaves)}"
    for index, call in enumerate(timed.calls):
        bar = "||" if index == route.frozen and route.frozen else "|"
        place = names.get(call.place, f"{call.place.lon:.4f},{call.place.lat:.4f}")
        text += f" {bar} {clock(call.begin)} {call.visit.action}{call.visit.subject}@{place}"
    return text + (" ||" if route.frozen and route.frozen == len(route.visits) else "")


def read_plan(text: str, day: ServiceDay, service: str = "test", revision: int = 0) -> Plan:
    """The plan that a text describes; empty shifts are a line with a name only. Raises UnreadablePlan."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    routes = [_read_route(line, number) for number, line in enumerate(lines, 1)]
    plan = Plan(service, day, revision, {route.shift: route for route in routes})
    if len(plan.routes) < len(routes):
        raise UnreadablePlan("a shift has two lines: write all its visits in one")
    return plan


def _read_route(line: str, number: int) -> Route:
    if line.count("||") > 1:
        raise UnreadablePlan(f"line {number}: only one || may end the frozen part")
    committed, bars, rest = line.partition("||")
    head, *first = committed.split("|")
    before = [_read_visit(part, number) for part in first if part.strip()]
    after = [_read_visit(part, number) for part in rest.split("|") if part.strip()]
    if not head.split():
        raise UnreadablePlan(f"line {number}: a route begins with the name of its shift")
    return Route(ShiftId(head.split()[0]), (*before, *after), len(before) if bars else 0)


def _read_visit(part: str, number: int) -> Visit:
    word = part.split()[-1]
    sign, subject = word[0], word[1:].partition("@")[0]
    if sign not in set(Action) or not subject:
        raise UnreadablePlan(f"line {number}: {part.strip()!r} is not a visit such as '8:04 +ann@Mill'")
    return Visit(Action(sign), subject)
