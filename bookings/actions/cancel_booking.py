from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bookings import actuals, events, holds, limits, money, plans
from bookings.actions.find import find_way_back, get_booking
from bookings.actions.placing import writing
from bookings.actions.striking import is_late, strike
from bookings.fares import come_due
from bookings.models import Booking, Status, StrikeKind
from bookings.money import Refunding
from bookings.planner import Planner
from bookings.refusals import Conflict
from bookings.states import Fact, ImpossibleStep, after
from bookings.words import phrase

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
    with_return: bool = True,
    for_operator: bool = False,
    refunding: Refunding = Refunding.POLICY,
    now: datetime,
) -> Booking:
    """Cancel a booking and take its visits out of the plan; what was paid goes back. Cancelling twice changes nothing.

    The way back that was booked with it goes with it, unless it's to stay. Late, that is a strike against the passenger, and a
    part of the fare may stay owed, unless it's the operator who can't keep the promise, or the vehicle is late. Raises
    NoSuchBooking, plans.DayBusy, and CantCancel once the passenger is aboard, has travelled or was not there, or the day is over.
    """
    booking = get_booking(reference)
    legs = legs_to_cancel(booking, with_return)
    with writing(booking.service, (leg.date for leg in legs)):
        limits.lock(booking.passenger)  # whom a strike may be about, before any booking of theirs is touched
        for leg in legs:
            _cancel(leg, planner, by, why, for_operator, refunding, now)
    return booking


def legs_to_cancel(booking: Booking, with_return: bool) -> list[Booking]:
    """The booking, and its way back where that is to go with it."""
    back = find_way_back(booking) if with_return else None
    return [booking, back] if back else [booking]


def _cancel(
    booking: Booking, planner: Planner, by: User | None, why: str, for_operator: bool, refunding: Refunding, now: datetime
) -> None:
    service, date = booking.service, booking.date
    holds.sweep(service, date, travel=planner.travel, now=now)
    booking.refresh_from_db(fields=["status", "left_revision", "cancelled_at", "cancel_reason", "cap_pence"])
    if booking.status == Status.CANCELLED:
        return
    if now.astimezone(service.tz).date() > date:
        said = phrase("{reference} was for {date}: what is past can't be cancelled.", reference=booking.reference, date=date)
        raise CantCancel(said)
    base, problem = plans.load(service, date, travel=planner.travel, now=now)
    came_at = actuals.find_arrival(booking.request_id, base, problem)
    late, was = not for_operator and is_late(booking, came_at, now), Status(booking.status)
    try:
        booking.status = after(Status(booking.status), Fact.CANCELLED)
    except ImpossibleStep as error:
        raise CantCancel(phrase("{reference}: {why}.", reference=booking.reference, why=error)) from error
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
    refunding = Refunding.FULL if for_operator else refunding

    def others(kept_pence: int) -> dict[Booking, int]:
        return come_due(booking, was, kept_pence, now)

    money.settle_cancelled(booking, refunding=refunding, came_at=came_at, others=others, by=by, at=now)
    columns = ("status", "left_revision", "cancelled_at", "cancelled_by", "cancel_reason", "cancel_fee_pence")
    booking.save(update_fields=columns)
    if late:
        strike(booking, StrikeKind.LATE_CANCEL, by=by, now=now)
    data = {
        "why": why,
        "revision": plan.revision,
        "late": late,
        "for_operator": for_operator,
        "fee_pence": booking.cancel_fee_pence,
    }
    events.record("booking.cancelled", service=service, date=date, at=now, booking=booking, by=by, data=data)
