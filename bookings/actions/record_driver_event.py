from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bookings import actuals, events, holds, limits, money, plans
from bookings.actions.striking import strike
from bookings.fares import lock_if_capped
from bookings.models import Booking, Event, Shift, Status, StrikeKind
from bookings.planner import Planner
from bookings.refusals import Conflict, Unfit
from bookings.states import Fact, ImpossibleStep, after
from routing.model import Problem
from routing.plan import Action, Plan, Route, Visit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AHEAD_S = 120
"""How far a device's clock may be ahead of ours."""

EARLY_S = 2 * 3600
"""How long before a shift begins something may happen on it,"""
LATE_S = 6 * 3600
"""and how long after it ends."""


class DriverReport(StrEnum):
    """What a driver reports."""

    ARRIVED = "arrived"
    BOARDED = "boarded"
    ALIGHTED = "alighted"
    NO_SHOW = "no_show"
    BREAK_STARTED = "break_started"
    BREAK_ENDED = "break_ended"


class CantRecord(Conflict):
    """The report does not go with what is known."""

    kind = "cant_record"


class UnfitReport(Unfit):
    """The report makes no sense by itself."""

    kind = "unfit_report"


STEPS = {
    DriverReport.BOARDED: (Action.BOARD, Fact.BOARDED),
    DriverReport.ALIGHTED: (Action.ALIGHT, Fact.ALIGHTED),
    DriverReport.NO_SHOW: (Action.MISSED, Fact.NOT_THERE),
}
BREAKS = (DriverReport.BREAK_STARTED, DriverReport.BREAK_ENDED)


def record_driver_event(
    shift: Shift,
    *,
    kind: str,
    at: datetime,
    planner: Planner,
    by: User | None,
    now: datetime,
    booking: Booking | None = None,
) -> Event:
    """Record what a driver reports: a fact, which the plan then follows. `boarded` and `alighted` tell when that was done.

    `booking` is needed for `boarded`, `alighted` and `no_show`; `arrived` without one is about the next call.
    Raises UnfitReport, CantRecord, plans.DayBusy.
    """
    report = _report(shift, kind, at, booking, now)
    service, date = shift.service, shift.date
    with plans.writing(service, date, wait=plans.PATIENT):
        holds.sweep(service, date, travel=planner.travel, now=now)
        if booking is not None and report is DriverReport.NO_SHOW:
            lock_if_capped(booking)  # a strike has the passenger, and whoever gives up a journey has them before any row
        base, problem = plans.load(service, date, travel=planner.travel, now=now)
        visit = _visit(report, base.routes[shift.routing_id], problem, booking)
        if booking is not None and report is DriverReport.NO_SHOW:
            limits.lock(booking.passenger)  # whom a strike may be about, before the booking
        if booking is not None and report in STEPS:
            _step(booking, report, at, problem)
        event = events.record(
            f"driver.{report.value}",
            service=service,
            date=date,
            at=at,
            recorded_at=now,
            booking=booking,
            shift=shift,
            by=by,
            data={
                "visits": [[visit.action.value, visit.subject]],
                "takes_s": _takes_s(visit, booking),
                "revision": base.revision,
            },
        )
        if report is DriverReport.NO_SHOW and booking is not None:
            if (actuals.find_arrival(booking.request_id, base, problem) or at) <= booking.pickup_until_at:
                strike(booking, StrikeKind.NO_SHOW, by=by, now=now)
            else:
                money.let_off(booking, why="the vehicle came too late", by=by, at=now)
        _follow(event, shift, planner, now)
    return event


def _report(shift: Shift, kind: str, at: datetime, booking: Booking | None, now: datetime) -> DriverReport:
    try:
        report = DriverReport(kind)
    except ValueError:
        raise UnfitReport(f"{kind!r} is none of {', '.join(DriverReport)}.") from None
    if report in STEPS and booking is None:
        raise UnfitReport(f"Say which booking {report.value} is about.")
    if at > now + timedelta(seconds=AHEAD_S):
        raise UnfitReport("This has not happened yet: the time is in the future.")
    happened = shift.service.day(shift.date).time_of(at)
    if happened < shift.starts_s - EARLY_S:
        raise UnfitReport("That was long before the shift began. Is the date right?")
    if happened > shift.ends_s + LATE_S:
        raise UnfitReport("That was long after the shift ended. Is the date right?")
    return report


def _visit(report: DriverReport, route: Route, problem: Problem, booking: Booking | None) -> Visit:
    """The visit that a report is about, as it will stand in the route. Raises CantRecord."""
    if booking is None:
        return _next_visit(report, route, problem)
    on_route = [visit for visit in route.visits if visit.action is not Action.BREAK and visit.subject == booking.request_id]
    if not on_route:
        raise CantRecord(f"{booking.reference} is not on this shift.")
    if report is not DriverReport.ARRIVED:
        return Visit(STEPS[report][0], booking.request_id)
    waiting = [visit for visit in on_route if not _done(visit, problem)]
    if not waiting:
        raise CantRecord(f"Both calls of {booking.reference} are done.")
    return _not_yet_arrived(waiting[0], problem)


def _next_visit(report: DriverReport, route: Route, problem: Problem) -> Visit:
    if report is DriverReport.ARRIVED:
        passed = max((index + 1 for index, visit in enumerate(route.visits) if _done(visit, problem)), default=0)
        if passed == len(route.visits):
            raise CantRecord("There is no call left to arrive at.")
        return _not_yet_arrived(route.visits[passed], problem)
    pauses = [visit for visit in route.visits if visit.action is Action.BREAK and not _done(visit, problem)]
    begun = [visit for visit in pauses if visit in problem.actuals and problem.actuals[visit].begin is not None]
    if report is DriverReport.BREAK_ENDED and not begun:
        raise CantRecord("No break has begun.")
    if report is DriverReport.BREAK_STARTED and (begun or not pauses):
        raise CantRecord("The break has begun already." if begun else "There is no break left to begin.")
    return (begun or pauses)[0]


def _not_yet_arrived(visit: Visit, problem: Problem) -> Visit:
    """The visit; told twice, an arrival is still one, and must not count for the next call. Raises CantRecord."""
    if visit in problem.actuals:
        raise CantRecord("The arrival at this call was reported already.")
    return visit


def _done(visit: Visit, problem: Problem) -> bool:
    return visit in problem.actuals and problem.actuals[visit].depart is not None


def _step(booking: Booking, report: DriverReport, at: datetime, problem: Problem) -> None:
    """Take the booking to its next status. Raises CantRecord."""
    booking.refresh_from_db(fields=["status"])
    try:
        status = after(Status(booking.status), STEPS[report][1])
    except ImpossibleStep as error:
        raise CantRecord(f"{booking.reference}: {error}.") from error
    if report is DriverReport.NO_SHOW and at < booking.pickup_from_at:
        raise CantRecord(f"{booking.reference} was promised a pick-up later than that: wait for the passenger.")
    boarded = problem.actuals.get(Visit(Action.BOARD, booking.request_id))
    if report is DriverReport.ALIGHTED and boarded and boarded.depart is not None and problem.day.time_of(at) < boarded.depart:
        raise CantRecord(f"{booking.reference} boarded later than that: nobody alights before.")
    booking.status = status
    booking.save(update_fields=["status"])


def _takes_s(visit: Visit, booking: Booking | None) -> int:
    if booking is None or visit.action not in (Action.BOARD, Action.ALIGHT):
        return 0
    return booking.boarding_s if visit.action is Action.BOARD else booking.alighting_s


def _follow(event: Event, shift: Shift, planner: Planner, now: datetime) -> Plan:
    """Let the plan follow the fact: a missed passenger leaves, and visits stand in the order in which they happened."""
    base, problem = plans.load(shift.service, shift.date, travel=planner.travel, now=now)
    route = base.routes[shift.routing_id]
    if event.kind == "driver.no_show" and event.booking is not None:
        route = route.with_missed(event.booking.request_id)
    route = actuals.in_order_of_facts(route, problem.actuals)
    if route.visits == base.routes[shift.routing_id].visits:
        return base
    return plans.follow(base.with_route(route), base=base, problem=problem, cause=event.kind, who=event.by)
