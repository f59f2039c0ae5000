"""A day under a fake clock: wishes come in, are answered at once and driven; now and then the rest of the day is solved anew.

Nothing here knows of databases or of the real time. It's the same `offers`, `insertion`, `schedule`, `check` and optimisers as in
service, called with instants that are made up. A solver takes no time by this clock: what it finds is gone on by at the
instant at which it was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from typing import NamedTuple

from routing.replay.answering import answer
from routing.replay.events import Event, Refused, WishArrived
from routing.replay.fleet import Fleet
from routing.replay.improving import improved
from routing.replay.prospect import Prospect
from routing.replay.values import Asked, Conduct, Demand
from routing.units import ServiceTime

EVE = ServiceTime(-90 * 60)
"""Half past ten in the evening before, when the day is first solved."""


class _Solve(NamedTuple):
    """A re-optimisation and its number."""

    at: ServiceTime
    turn: int


def replay(demand: Demand, conduct: Conduct) -> Iterator[Event]:
    """Everything that happens on a day, in order of time. Raises BrokenPlan, UnknownPoint.

    What happens at the same instant: vehicles first, then the optimiser, then wishes in the order of `demand.asked`.
    """
    asked = sorted(demand.asked, key=lambda each: each.at)
    solves = _solves(demand, conduct) if conduct.optimiser else []
    steps: Iterator[_Solve | Asked] = merge(solves, asked, key=lambda each: each.at)
    since = min([EVE, *(each.at for each in asked[:1])])
    fleet = Fleet(demand, conduct, since)
    prospect = Prospect(fleet)
    for step in steps:
        yield from fleet.advance(step.at)
        if isinstance(step, Asked):
            yield from _answered(step, fleet, prospect, demand, conduct)
            continue
        yield from _improved(fleet, demand, conduct, step)
    yield from fleet.advance(None)


def replay_all(demands: Iterable[Demand], conduct: Conduct) -> Iterator[tuple[Demand, Event]]:
    """Several days, such as a month, one after the other: days share neither vehicles nor promises, so their order is nothing."""
    for demand in demands:
        for event in replay(demand, conduct):
            yield demand, event


def _answered(asked: Asked, fleet: Fleet, prospect: Prospect, demand: Demand, conduct: Conduct) -> Iterator[Event]:
    yield WishArrived(asked.at, asked.id, asked.wish)
    said = answer(asked, prospect.at(asked.at), demand, conduct)
    if isinstance(said, Refused):
        yield said
        return
    accepted, routes = said
    yield accepted
    fleet.requests[asked.id] = accepted.promise
    yield from fleet.take(routes, asked.at)
    if conduct.after_each and conduct.optimiser and len(fleet.plan.routes) <= conduct.group:
        yield from _improved(fleet, demand, conduct, _Solve(asked.at, 0))


def _improved(fleet: Fleet, demand: Demand, conduct: Conduct, solve: _Solve) -> Iterator[Event]:
    for told, routes in list(improved(fleet.plan, fleet.problem(solve.at), demand, conduct, solve.turn)):
        yield told
        yield from fleet.take(routes, solve.at)


def _solves(demand: Demand, conduct: Conduct) -> list[_Solve]:
    """When to re-optimise: the evening before, and while the shifts last."""
    if not demand.shifts:
        return []
    first = min(shift.window.earliest for shift in demand.shifts)
    last = max(shift.window.latest for shift in demand.shifts)
    return [_Solve(ServiceTime(at), turn) for turn, at in enumerate([EVE, *range(first, last, conduct.every_s)])]
