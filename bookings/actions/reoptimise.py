from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from typing import TYPE_CHECKING

from bookings import asked, events, holds, plans
from bookings.models import Event, Service
from bookings.planner import Planner
from bookings.rebase import rebase
from routing.cost import cost
from routing.optimise.protocol import Limit, Optimiser
from routing.plan import Plan

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MARGIN = 0.001
"""The least share of its cost by which a new plan must be better: below that, calm is worth more to drivers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a re-optimisation; costs in the units of `routing.cost`. `revision` is the day's plan afterwards."""

    published: bool
    why: str
    revision: int
    before: int
    after: int


def reoptimise(
    service: Service,
    date: Date,
    *,
    optimiser: Optimiser,
    limit: Limit,
    planner: Planner,
    clock: Callable[[], datetime],
    who: User | None = None,
    request: str | None = None,
) -> Outcome:
    """Improve the plan of a day: solve on a snapshot with nothing locked, then bring the result onto the plan as it is by then.

    Published only if that breaks no promise, moves nothing committed and costs less by a margin. `request` is kept with the
    outcome, for whoever asked to find it by; what has an outcome already keeps it, and is not solved again. Raises plans.DayBusy.
    """
    if given := asked.answer_to(request, service, date):
        return _outcome(given)
    snapshot, problem = plans.load(service, date, travel=planner.travel, now=clock())
    if not problem.requests:
        outcome = Outcome(False, "nobody has booked", snapshot.revision, 0, 0)
        _record(outcome, service, date, clock(), who, request)
        return outcome
    improved = optimiser.improve(snapshot, problem, limit)
    with plans.writing(service, date):
        if given := asked.answer_to(request, service, date):  # a second worker had the same request, and was faster
            return _outcome(given)
        now = clock()
        holds.sweep(service, date, travel=planner.travel, now=now)
        outcome = _publish(improved, snapshot, service, date, planner, now, who)
        _record(outcome, service, date, now, who, request)
    return outcome


def _record(outcome: Outcome, service: Service, date: Date, at: datetime, who: User | None, request: str | None) -> None:
    facts = {name: getattr(outcome, name) for name in ("why", "revision", "before", "after")}
    kind = asked.PUBLISHED if outcome.published else asked.KEPT
    events.record(kind, service=service, date=date, at=at, by=who, data=facts | {"request": request})


def _outcome(event: Event) -> Outcome:
    """The outcome that an event has recorded."""
    facts = {name: event.data[name] for name in ("why", "revision", "before", "after")}
    return Outcome(published=event.kind == asked.PUBLISHED, **facts)


def _publish(
    improved: Plan, snapshot: Plan, service: Service, date: Date, planner: Planner, now: datetime, who: User | None
) -> Outcome:
    current, problem = plans.load(service, date, travel=planner.travel, now=now)
    before = cost(current, problem, planner.weights)

    def kept(why: str, after: int = before) -> Outcome:
        return Outcome(False, why, current.revision, before, after)

    rebased = rebase(improved, snapshot, current, problem, planner.weights)
    if rebased is None:
        return kept("those who booked meanwhile found no room in the new plan")
    after = cost(rebased, problem, planner.weights)
    if after > before - before * MARGIN:
        return kept("it would not be better by enough", after)
    try:
        why = f"cost {before} to {after}"
        plan = plans.publish(rebased, base=current, problem=problem, cause="reoptimised", who=who, why=why)
    except plans.PlanBroken as error:
        return kept(f"it would break promises: {'; '.join(map(str, error.violations))}", after)
    return Outcome(True, why, plan.revision, before, after)
