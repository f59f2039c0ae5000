"""What must hold of a day whatever was done to it, asked of the database and of the judge, not of what the API said."""

from __future__ import annotations

from datetime import date

from backend.wiring import planner_for
from bookings import plan_reasons, plans
from bookings.models import GONE, Booking, Service
from routing import check


def faults(service: Service, day: date) -> list[str]:
    """Everything wrong with every published plan of a day, judged with what was known when it was published."""
    travel = planner_for(service).travel
    found = []
    for revision in plan_reasons.history(service, day):
        plan, problem = plans.at(service, day, revision.number, travel=travel)
        found += [f"revision {revision.number}: {violation}" for violation in check.violations(plan, problem)]
    return found


def seated(service: Service, day: date) -> set[str]:
    """The bookings that have a seat in the current plan."""
    revisions = plan_reasons.history(service, day)
    if not revisions:
        return set()
    plan, _ = plans.at(service, day, revisions[-1].number, travel=planner_for(service).travel)
    return set(plan.requests())


def expected(service: Service, day: date) -> set[str]:
    """The bookings that must have one."""
    return {row.request_id for row in Booking.objects.filter(service=service, date=day).exclude(status__in=GONE)}


def promises(service: Service, day: date) -> dict[str, tuple[object, ...]]:
    """What each passenger was told, by reference."""
    rows = Booking.objects.filter(service=service, date=day)
    return {
        row.reference: (row.pickup_stop_id, row.dropoff_stop_id, row.pickup_from_at, row.pickup_until_at, row.arrive_by_at)
        for row in rows
    }
