from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from bookings import events, holds, money, plans, travellers
from bookings.actions.accept_offer import get_offer, in_turn
from bookings.actions.find import get_booking
from bookings.actions.placing import Taker, place, writing
from bookings.fares import come_due
from bookings.models import GONE, Booking, Offer, PayBy, Status
from bookings.planner import Planner
from bookings.refusals import Conflict
from bookings.states import Fact, ImpossibleStep, after
from bookings.turns import check_turn
from bookings.words import phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CantChange(Conflict):
    kind = "cant_change"


class OtherBooking(Conflict):
    kind = "other_booking"


def change_booking(reference: str, offer_id: UUID, *, planner: Planner, by: User | None, channel: str, now: datetime) -> Booking:
    """Take an offer that was made instead of a booking: the old place is given back when, and only when, the new one holds.

    It's paid as the old one is, and what was paid counts for the new one. Gives the booking that takes its place; a second time
    with the same offer the same one. Raises NoSuchBooking, CantChange, OtherBooking, money.CantPayThatWay, and what `book_offer`
    raises.
    """
    booking, offer = get_booking(reference), get_offer(offer_id)
    if offer.instead_of_id != booking.pk:
        said = phrase("This offer was not made for changing {reference}: ask again with instead_of.", reference=booking.reference)
        raise OtherBooking(said)
    way = money.Way(PayBy(booking.pay_by), booking.account)
    taker = Taker(booking.passenger, by, channel, Status.CONFIRMED, planner, now, way=way)
    return in_turn([offer], taker, lambda: _change(booking, offer, taker))


def _change(booking: Booking, offer: Offer, taker: Taker) -> Booking:
    with writing(booking.service, (booking.date, offer.date)):
        travellers.lock_known(taker.passenger)
        booking.refresh_from_db(fields=["status", "left_revision", "cap_pence"])
        if booking.status == Status.CHANGED and booking.changed_to.offer_id == offer.pk:
            return booking.changed_to
        if taker.now.astimezone(booking.service.tz).date() > booking.date:
            said = phrase(
                "{reference} was for {date}: what is past can't be changed.", reference=booking.reference, date=booking.date
            )
            raise CantChange(said)
        _check_order(booking, offer)
        check_turn(booking.service, {offer.date}, since=None, now=taker.now)  # what they give up themselves is theirs
        try:
            booking.status = after(Status(booking.status), Fact.CHANGED)
        except ImpossibleStep as error:
            raise CantChange(phrase("{reference}: {why}.", reference=booking.reference, why=error)) from error
        _give_up(booking, taker)
        changed = place(offer, taker, changed_from=booking, return_of=booking.return_of)
        Booking.objects.filter(return_of=booking).update(return_of=changed)
        others = come_due(booking, Status.CONFIRMED, 0, taker.now)
        money.settle_changed(booking, changed, others=others, by=taker.by, at=taker.now)
        _record("booking.changed_to", booking, {"to": changed.reference, "revision": booking.left_revision}, taker)
        _record("booking.changed", changed, {"from": booking.reference}, taker)
    return changed


def _give_up(booking: Booking, taker: Taker) -> None:
    """Take the booking out of the plan of its day."""
    service, date, travel, now = booking.service, booking.date, taker.planner.travel, taker.now
    holds.sweep(service, date, travel=travel, now=now)
    base, problem = plans.load(service, date, travel=travel, now=now)
    plan = plans.follow(
        base.without_request(booking.request_id),
        base=base,
        problem=plans.without_requests(problem, {booking.request_id}),
        cause="changed",
        who=taker.by,
        why=booking.reference,
    )
    booking.left_revision = plan.revision
    there, booking.return_of = booking.return_of, None  # which is the one leg that it can have
    booking.save(update_fields=["status", "left_revision", "return_of"])
    booking.return_of = there


def _check_order(booking: Booking, offer: Offer) -> None:
    """Raises CantChange where one would have to go back before one has arrived."""
    back = Booking.objects.filter(return_of=booking).exclude(status__in=GONE).first()
    if back and offer.arrive_by_at > back.pickup_from_at:
        said = phrase(
            "The way back, {reference}, would leave before you arrive: change that first, or cancel it.", reference=back.reference
        )
        raise CantChange(said)
    there = booking.return_of
    if there and there.status not in GONE and there.arrive_by_at > offer.pickup_from_at:
        raise CantChange(
            phrase("You arrive with {reference} after this would leave: change that first.", reference=there.reference)
        )


def _record(kind: str, booking: Booking, data: dict[str, object], taker: Taker) -> None:
    events.record(kind, service=booking.service, date=booking.date, at=taker.now, booking=booking, by=taker.by, data=data)
