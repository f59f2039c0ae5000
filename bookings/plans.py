"""The one write path of plans, and the reading of them; nothing else touches the tables in which they are stored.

Whoever changes a day locks it, loads revision N, makes a new `Plan`, and publishes it as N + 1:

    with plans.writing(service, date):
        plan, problem = plans.load(service, date, travel=planner.travel, now=now)
        ...
        plans.publish(changed, base=plan, problem=problem, cause="booking")

A revision stores only the routes that it changed; the current route of a shift is its newest one. No solver and no task queue may
be called inside `writing`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date as Date
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Max, QuerySet

from bookings import actuals, opening
from bookings.models import Booking, Day, Event, Service, Shift
from bookings.models.plan_tables import PlanRevision, RouteRevision
from bookings.planned import Planned, list_by_request, list_planned
from bookings.refusals import Conflict, DomainNotFound
from bookings.words import day_words, phrase
from routing import check
from routing.check import Violation
from routing.model import Problem, RequestId, ShiftId
from routing.plan import Action, Plan, Route, Visit, opening_plan
from routing.travel.growing import GrowingMatrix
from routing.units import ServiceDay

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

LOCK_TIMEOUT, PATIENT = "3s", "9s"
"""How long one waits for a day; and who has nothing else to do meanwhile: to confirm, to cancel, to report."""


class DayBusy(Conflict):
    """Others are changing the day, for longer than one waits."""

    kind = "day_busy"


class PlanMoved(Conflict):
    """Somebody else published the revision that was to be published."""

    kind = "plan_moved"


class PlanBroken(Conflict):
    """The plan would break what was promised. `violations` are those that it adds or makes worse."""

    kind = "plan_broken"

    def __init__(self, violations: list[Violation]) -> None:
        self.violations = violations
        super().__init__(phrase("the plan would break what others were promised; nothing was changed. Ask for offers again."))


class NoSuchRevision(DomainNotFound):
    """The day has no plan by that number."""

    kind = "no_such_revision"


@contextmanager
def writing(service: Service, date: Date, *, wait: str | None = None) -> Iterator[Day]:
    """A transaction with the day locked, opened where it had not been. Raises DayBusy after `wait`, or LOCK_TIMEOUT."""
    with ExitStack() as stack:
        try:
            stack.enter_context(transaction.atomic())
            _wait_for_locks(wait or LOCK_TIMEOUT)
            day = lock_day(service, date)
        except OperationalError as error:
            if not timed_out(error):
                raise
            said = phrase("others are changing {day} of {service} right now; try again in a moment")
            raise DayBusy(said.with_values(day=day_words(date), service=service.name)) from error
        yield day


def _wait_for_locks(wait: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [wait])


def lock_day(service: Service, date: Date) -> Day:
    """The row of the day, locked until the transaction ends. On SQLite the whole database is, since the transaction began."""
    rows = Day.objects.select_for_update().filter(service=service, date=date)
    return rows.first() or (opening.open_day(service, date) and rows.get())


def load(service: Service, date: Date, *, travel: GrowingMatrix, now: datetime) -> tuple[Plan, Problem]:
    """The current plan of a day, frozen as far as facts and the clock have, and what it's judged against.

    Holds that are over have no place in it, whether or not they have been swept up. Writers sweep first (`bookings.holds`).
    Without the lock, others may publish between the queries of this function. So the number of the revision is read first, and
    then what that revision had, which no later one changes.
    """
    number = _newest(service, date)
    bookings = list_planned(service, date, number)
    plan, problem = _assemble(service, date, travel, now, bookings, number, _facts(service, date))
    for booking in bookings:
        if booking.is_over(now):
            plan, problem = plan.without_request(booking.request_id), without_requests(problem, {booking.request_id})
    return plan, problem


def load_with_holds(service: Service, date: Date, *, travel: GrowingMatrix, now: datetime) -> tuple[Plan, Problem]:
    """The current plan of a day as it is stored, with holds that are over and not yet swept up."""
    number = _newest(service, date)
    return _assemble(service, date, travel, now, list_planned(service, date, number), number, _facts(service, date))


def load_route(booking: Booking, *, travel: GrowingMatrix, now: datetime) -> tuple[Route, Problem, Shift] | None:
    """The route that takes a booking, as in `load`, with the part of the problem that it has to do with; and its shift.

    None where none does. The rest of the day is neither read nor timed: this is asked at each booking.
    """
    service, date, wanted = booking.service, booking.date, booking.request_id
    rows = RouteRevision.objects.filter(pk__in=_newest_routes(service, date)).select_related("shift__vehicle")
    found = next(((row.shift, route) for row in rows if (route := _route(row)).calls_for(wanted)), None)
    if found is None:
        return None
    shift, route = found
    bookings = list_by_request(service, date, {visit.subject for visit in route.visits if visit.action is not Action.BREAK})
    problem = _problem(service.day(date), now, bookings, [shift], travel, _facts(service, date))
    route = actuals.freeze(route, problem, service.commit_s)
    for each in bookings:
        if each.is_over(now):
            route = route.without_request(each.request_id)
    return (route, problem, shift) if route.calls_for(wanted) else None


def at(service: Service, date: Date, number: int, *, travel: GrowingMatrix) -> tuple[Plan, Problem]:
    """A revision of the past with what was known when it was decided, so that it can be judged again. Raises NoSuchRevision."""
    row = PlanRevision.objects.filter(day__service=service, day__date=date, number=number).first()
    if row is None:
        raise NoSuchRevision(f"{service.name} has no plan {number} of {date:%Y-%m-%d}")
    facts = [event for event in _facts(service, date) if event.data["revision"] < number]
    return _assemble(service, date, travel, row.created_at, list_planned(service, date, number), number, facts)


def publish(
    plan: Plan,
    *,
    base: Plan,
    problem: Problem,
    cause: str,
    newcomers: Collection[RequestId] = (),
    who: User | None = None,
    why: str = "",
) -> Plan:
    """Store a plan that takes the place of `base`, once `check` finds nothing new or worse and everything committed in its place.

    `problem` is that of the new plan, as of the instant of deciding; `newcomers` are requests that `base` did not have to serve.
    Raises PlanBroken, PlanMoved.
    """
    known = without_requests(problem, newcomers)
    before = check.violations(base.serving_only(known.requests), known)
    broken = check.new_or_worse(before, check.violations(plan, problem)) + check.frozen_moved(
        _as_committed(base, plan, problem), plan
    )
    if broken:
        log.warning("Refused a plan of %s on %s (%s): %s", plan.service, plan.day.date, cause, "; ".join(map(str, broken)))
        raise PlanBroken(broken)
    return follow(plan, base=base, problem=problem, cause=cause, who=who, why=why)


def follow(plan: Plan, *, base: Plan, problem: Problem, cause: str, who: User | None = None, why: str = "") -> Plan:
    """Store a plan that follows facts, which nobody can refuse; intentions go through `publish`. Raises PlanMoved."""
    number = number_after(base)
    day = Day.objects.get(service__slug=plan.service, date=plan.day.date)
    try:
        with transaction.atomic():
            revision = PlanRevision.objects.create(
                day=day, number=number, cause=cause, why=why[:300], who=who, created_at=plan.day.instant(problem.now)
            )
    except IntegrityError as error:
        raise PlanMoved(phrase("somebody else changed the plan of this day at the same moment; try again")) from error
    RouteRevision.objects.bulk_create(
        RouteRevision(
            revision=revision,
            shift_id=int(route.shift.removeprefix("s")),
            visits=[[visit.action.value, visit.subject] for visit in route.visits],
            frozen=route.frozen,
        )
        for route in plan.changed_routes(base).values()
    )
    day.revision = number
    day.save(update_fields=["revision"])
    return replace(plan, revision=number)


def number_after(base: Plan) -> int:
    """The number of the next revision. Unique per day: of two that follow the same plan, the database lets one through."""
    return base.revision + 1


def without_requests(problem: Problem, requests: Collection[RequestId]) -> Problem:
    """The problem without some requests."""
    if not requests:
        return problem
    return replace(problem, requests={id_: request for id_, request in problem.requests.items() if id_ not in requests})


def _assemble(
    service: Service,
    date: Date,
    travel: GrowingMatrix,
    now: datetime,
    bookings: list[Planned],
    number: int,
    facts: Iterable[Event],
) -> tuple[Plan, Problem]:
    """The plan of a revision as it stood at `now`, with its problem."""
    rows = Shift.objects.filter(service=service, date=date).select_related("vehicle")
    problem = _problem(service.day(date), now, bookings, rows, travel, facts)
    routes = _routes(service, date, number)
    opened = opening_plan(service.slug, problem.day, problem.shifts.values())
    plan = replace(opened.with_routes({shift: routes[shift] for shift in opened.routes if shift in routes}), revision=number)
    frozen = {route.shift: actuals.freeze(route, problem, service.commit_s) for route in plan.routes.values()}
    return plan.with_routes(frozen), problem


def _problem(
    day: ServiceDay,
    now: datetime,
    bookings: Iterable[Planned],
    rows: Iterable[Shift],
    travel: GrowingMatrix,
    facts: Iterable[Event],
) -> Problem:
    requests = {booking.request_id: booking.request for booking in bookings}
    shifts = [row.as_routing() for row in rows]
    return Problem(
        day=day,
        now=day.time_of(now),
        requests=requests,
        shifts={shift.id: shift for shift in shifts},
        travel=travel.over(place for request in requests.values() for place in (request.pickup, request.dropoff)),
        actuals=actuals.fold(facts, day),
    )


def _newest(service: Service, date: Date) -> int:
    """The number of the newest revision of a day; 0 before the first."""
    return Day.objects.filter(service=service, date=date).values_list("revision", flat=True).first() or 0


def _facts(service: Service, date: Date) -> QuerySet[Event]:
    """What drivers reported, in the order in which it was recorded."""
    return Event.objects.filter(service=service, date=date, kind__startswith="driver.").order_by("pk")


def _routes(service: Service, date: Date, number: int) -> dict[ShiftId, Route]:
    """The newest route of each shift up to a revision."""
    rows = RouteRevision.objects.filter(pk__in=_newest_routes(service, date, revision__number__lte=number))
    return {route.shift: route for route in map(_route, rows)}


def _newest_routes(service: Service, date: Date, **known: int) -> QuerySet[RouteRevision, Any]:
    rows = RouteRevision.objects.filter(revision__day__service=service, revision__day__date=date, **known)
    return rows.values("shift").annotate(newest=Max("pk")).values("newest")


def _route(row: RouteRevision) -> Route:
    visits = tuple(Visit(Action(sign), subject) for sign, subject in row.visits)
    return Route(ShiftId(f"s{row.shift_id}"), visits, row.frozen)


def _as_committed(base: Plan, plan: Plan, problem: Problem) -> Plan:
    """What of `base` must stay where it is: all that was committed but the cancelled, and the missed as missed."""
    base = base.serving_only(problem.requests)
    for route in plan.routes.values():
        for visit in route.visits:
            if visit.action is Action.MISSED and (found := base.find_route_of(visit.subject)):
                base = base.with_route(found.with_missed(visit.subject))
    return base


def timed_out(error: OperationalError) -> bool:
    """Whether the database gave up waiting for a lock."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03" or "database is locked" in str(error)
