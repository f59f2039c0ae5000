from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bookings import events, holds, money, plans
from bookings.actions.find import get_booking
from bookings.models import Booking, Status
from bookings.money import Refunding
from bookings.planner import Planner
from bookings.refusals import Conflict
from bookings.states import Fact, ImpossibleStep, after

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CantCancel(Conflict):
    kind = "cant_cancel"


def cancel_booking(
    reference: str,
    *,
    planner: Planner,
    by: User | None,
    why: str = "",
    refunding: Refunding = Refunding.POLICY,
    now: datetime,
) -> Booking:
    """Cancel a booking and take its visits out of the plan; what was paid goes back. Cancelling twice changes nothing.

    Raises NoSuchBooking, plans.DayBusy, and CantCancel once the passenger is aboard, has travelled or was not there, or the day
    is over.
    """
    booking = get_booking(reference)
    service, date = booking.service, booking.date
    with plans.writing(service, date):
        holds.sweep(service, date, travel=planner.travel, now=now)
        booking.refresh_from_db(fields=["status", "left_revision", "cancelled_at", "cancel_reason"])
        if booking.status == Status.CANCELLED:
            return booking
        if now.astimezone(service.tz).date() > date:
            raise CantCancel(f"{booking.reference} was for {date:%Y-%m-%d}: what is past can't be cancelled.")
        try:
            booking.status = after(Status(booking.status), Fact.CANCELLED)
        except ImpossibleStep as error:
            raise CantCancel(f"{booking.reference}: {error}.") from error
        base, problem = plans.load(service, date, travel=planner.travel, now=now)
        plan = plans.follow(
            base.without_request(booking.request_id),
            base=base,
            problem=plans.without_requests(problem, {booking.request_id}),
            cause="cancelled",
            who=by,
            why=f"{booking.reference} {why}".strip(),
        )
        booking.left_revision, booking.cancelled_at, booking.cancel_reason = plan.revision, now, why[:200]
        booking.cancelled_by_id = by.pk if by else None
        money.settle_cancelled(booking, refunding=refunding, by=by, at=now)
        columns = ("status", "left_revision", "cancelled_at", "cancelled_by", "cancel_reason", "cancel_fee_pence")
        booking.save(update_fields=columns)
        data = {"why": why, "revision": plan.revision, "fee_pence": booking.cancel_fee_pence}
        events.record("booking.cancelled", service=service, date=date, at=now, booking=booking, by=by, data=data)
    return booking
