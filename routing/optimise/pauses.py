"""Where in its route a break fits best."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from routing.check import Kind, Violation, new_or_worse, violations
from routing.model import Problem
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import schedule, task_of


def find_best_pause(
    route: Route,
    pause: Visit,
    latest: int,
    problem: Problem,
    before: Sequence[Violation],
    price: Callable[[Route], int],
) -> Route | None:
    """The cheapest of the routes with a break added, begun by `latest`, with no violation new or worse than `before`; or None."""
    longer_routes = _routes_with(route, pause, latest, problem)
    for _, _, longer in sorted((price(longer), at, longer) for at, longer in longer_routes):
        alone = Plan("", problem.day, 0, {route.shift: longer})
        found = [each for each in violations(alone, problem) if each.kind is not Kind.UNSERVED]
        if not new_or_worse(before, found):
            return longer
    return None


def _routes_with(route: Route, pause: Visit, latest: int, problem: Problem) -> Iterator[tuple[int, Route]]:
    """Every position with nobody on board that is neither evidently too late nor evidently too early."""
    shift = problem.shifts[route.shift]
    task, timed = task_of(pause, shift, problem), schedule(route, problem)
    latest_end = max(shift.window.latest, timed.ends)
    aboard = set[str]()
    for at in range(len(route.visits) + 1):
        if at:
            last = route.visits[at - 1]
            aboard ^= {last.subject} if last.action in (Action.BOARD, Action.ALIGHT) else set()
            if timed.calls[at - 1].depart > latest:
                return
        if at < route.frozen or aboard:
            continue
        deadline = latest_end
        if at < len(route.visits):
            after = task_of(route.visits[at], shift, problem)
            deadline = max(after.window.latest, timed.calls[at].begin)
        if task.window.earliest + task.service_s <= deadline:
            yield at, route.with_visits((*route.visits[:at], pause, *route.visits[at:]))
