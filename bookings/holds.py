"""Holds that are over give their seats back."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime

from bookings import events, plans
from bookings.models import Booking, Service, Status
from bookings.states import Fact, after
from routing.travel.growing import GrowingMatrix


def sweep(service: Service, date: Date, *, travel: GrowingMatrix, now: datetime) -> int:
    """Expire the holds of a day that are over, and take them out of its plan; how many they were.

    Call it with the day locked and before `plans.load`, so that a hold that nobody has swept up yet stands in nobody's way.
    """
    over = list(Booking.objects.filter(service=service, date=date, status=Status.HELD, held_until__lte=now).order_by("pk"))
    if not over:
        return 0
    base, problem = plans.load_with_holds(service, date, travel=travel, now=now)
    plan = base
    for booking in over:
        plan = plan.without_request(booking.request_id)
    problem = plans.without_requests(problem, {booking.request_id for booking in over})
    plan = plans.follow(plan, base=base, problem=problem, cause="expired", why=f"held too long: {len(over)}")
    for booking in over:
        booking.status, booking.left_revision = after(Status(booking.status), Fact.EXPIRED), plan.revision
        booking.save(update_fields=["status", "left_revision"])
        events.record(
            "booking.expired", service=service, date=date, at=booking.held_until or now, recorded_at=now, booking=booking
        )
    return len(over)
