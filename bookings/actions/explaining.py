"""Why the plan has no room for a journey, in words, with the nearest times at which it has."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bookings.calendar import next_open_date
from bookings.refusals import Alternative, Reason
from bookings.rules import Asked, say_time
from routing.model import Problem, TimeWindow
from routing.offers import Candidate, Wish, explain_wish, nearest_alternatives
from routing.plan import Plan
from routing.units import ServiceTime


def no_room(asked: Asked, sought: Wish, plan: Plan, problem: Problem, hours: TimeWindow) -> Reason:
    """The reason for a wish that passes all rules and fits nowhere: what binds, and what would be possible."""
    planner = asked.planner
    constraint = explain_wish(sought, plan, problem, planner.rules, hours)
    others = nearest_alternatives(sought, plan, problem, planner.rules, planner.weights, hours)
    found = {each.text: each for each in (_alternative(asked, candidate, plan, hours) for candidate in others)}
    alternatives = list(found.values()) or _another_day(asked)
    then = "Choose one of the other times." if alternatives else "Telephone the operator."
    return Reason(
        constraint.slug.replace("-", "_"),
        "No room at that time",
        f"{constraint.sentence} {then}",
        alternatives,
    )


def _alternative(asked: Asked, candidate: Candidate, plan: Plan, hours: TimeWindow) -> Alternative:
    """What to ask for, within the rules, so as to be offered that."""
    request, day = candidate.request, plan.day
    if asked.wish.arrive_by:
        latest = min(request.dropoff_window.latest + candidate.destination.walk_s, hours.latest)
        arrive_by = day.instant(ServiceTime(latest))
        return Alternative("other_time", f"Arrive by {say_time(arrive_by, asked.service)}", arrive_by=arrive_by)
    earliest = max(request.pickup_window.earliest - candidate.origin.walk_s, hours.earliest)
    leave_at = max(day.instant(ServiceTime(earliest)), asked.soonest)
    return Alternative("other_time", f"Leave at {say_time(leave_at, asked.service)}", leave_at=leave_at)


def _another_day(asked: Asked) -> list[Alternative]:
    """The same time on the next day that can be booked."""
    service = asked.service
    last = asked.now.astimezone(service.tz).date() + timedelta(days=service.horizon_days)
    date = next_open_date(service, asked.date + timedelta(days=1), (last - asked.date).days - 1)
    if date is None:
        return []
    local: time = asked.wish.at.astimezone(service.tz).time()
    at = datetime.combine(date, local, service.tz)
    if asked.wish.arrive_by:
        return [Alternative("other_day", f"Arrive by {say_time(at, service)}", arrive_by=at)]
    return [Alternative("other_day", f"Leave at {say_time(at, service)}", leave_at=at)]
