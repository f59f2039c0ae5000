"""Turn an offer into a booking that keeps its promise: confirmed at once, or held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from bookings import events, holds, limits, money, plans, promotions
from bookings.actions.offer_errors import (
    NoLongerPossible,
    NoSuchOffer,
    NotEntitled,
    OfferGone,
    OfferTaken,
    OtherOperator,
    OwnJourneys,
    PassengerNeeded,
)
from bookings.actions.request_ride import request_ride
from bookings.fares import fare_again, read_tariff
from bookings.models import PROMISE_FIELDS, Booking, Offer, Passenger, PayBy, Status
from bookings.planner import Planner
from bookings.references import reference_of
from bookings.wish import wish_from_json
from routing.model import Problem, Request, RequestId
from routing.plan import Plan, Visit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PATIENCE_S = 9
"""How long one waits for the day, in turns of `plans.LOCK_TIMEOUT`, before one is told to try again."""
NEWCOMER = RequestId("newcomer")
"""What a request is called until its booking has a primary key."""


def book_offer(
    offer_id: UUID,
    *,
    planner: Planner,
    by: User | None,
    channel: str,
    passenger: Passenger | None,
    pay_by: str | None = None,
    now: datetime,
) -> Booking:
    """Accept an offer: a confirmed booking.

    Raises NoSuchOffer, OfferGone, OfferTaken, NoLongerPossible, PassengerNeeded, NotEntitled, OwnJourneys, OtherOperator,
    PromotionUsedUp, money.CantPayThatWay, plans.DayBusy.
    """
    return _accept(offer_id, Status.CONFIRMED, planner, by, channel, passenger, pay_by, now)


def hold_offer(
    offer_id: UUID,
    *,
    planner: Planner,
    by: User | None,
    channel: str,
    passenger: Passenger | None,
    pay_by: str | None = None,
    now: datetime,
) -> Booking:
    """Accept an offer for the time being: a booking that keeps its seat until `held_until`. Raises as `book_offer` does."""
    return _accept(offer_id, Status.HELD, planner, by, channel, passenger, pay_by, now)


def _accept(
    offer_id: UUID,
    status: Status,
    planner: Planner,
    by: User | None,
    channel: str,
    passenger: Passenger | None,
    pay_by: str | None,
    now: datetime,
) -> Booking:
    offer = _get_offer(offer_id)
    passenger = _traveller(offer, passenger)
    pay_by = money.way_to_pay(offer.service, passenger, offer.fare_pence, status, pay_by)
    create = partial(_create, offer, status, by, channel, passenger, pay_by)
    try:
        return _book_in_turn(offer, create, planner, by, passenger, now)
    except _NoRoom:
        # Out here, so that what is asked and refused now is kept.
        answer = request_ride(
            offer.service,
            wish=wish_from_json(offer.wish),
            passenger=passenger,
            asked_by=by,
            channel=channel,
            planner=planner,
            now=now,
        )
        raise NoLongerPossible(answer) from None


class _NoRoom(Exception):
    """Ends the transaction."""


Create = Callable[[datetime], Booking]


def _book_in_turn(
    offer: Offer, create: Create, planner: Planner, by: User | None, passenger: Passenger, now: datetime
) -> Booking:
    """`_book`, waiting while a crowd is at this day. Those for whom there is nothing left need not wait again to be told so."""
    planner.travel.over([offer.pickup_point, offer.dropoff_point])  # asked for before the day is locked: a server may be slow
    give_up = monotonic() + PATIENCE_S
    while True:
        try:
            return _book(offer, create, planner, by, passenger, now)
        except plans.DayBusy:
            if not _has_room(offer, planner, now):
                raise _NoRoom from None
            if monotonic() > give_up:
                raise


def _book(offer: Offer, create: Create, planner: Planner, by: User | None, passenger: Passenger, now: datetime) -> Booking:
    """The booking and the plan with it, in one transaction. Raises _NoRoom, OfferTaken, OfferGone, plans.DayBusy."""
    with plans.writing(offer.service, offer.date):
        _claim(offer, now)
        _check_limits(offer, passenger, now)
        holds.sweep(offer.service, offer.date, travel=planner.travel, now=now)
        base, loaded = plans.load(offer.service, offer.date, travel=planner.travel, now=now)
        request = offer.request(NEWCOMER)
        problem = planner.knowing(loaded, [request.pickup, request.dropoff])
        insertion = planner.best(base, request, problem)
        if insertion is None:
            raise _NoRoom
        booking = create(now)
        request = booking.request(base.day)
        plan = plans.publish(
            _renamed(insertion.into(base), request.id),
            base=base,
            problem=_with_request(problem, request),
            newcomers={request.id},
            cause="booking",
            who=by,
            why=f"{booking.reference} {booking.status}",
        )
        booking.entered_revision = plan.revision
        booking.save(update_fields=["reference", "entered_revision"])
        promotions.claim(booking, now=now)
        if booking.status == Status.CONFIRMED:
            money.charge(booking, by=by, at=now)
        _record(booking, by, now)
        return booking


def _has_room(offer: Offer, planner: Planner, now: datetime) -> bool:
    """Whether the plan as last published could still take the offer, asked without waiting for the day."""
    plan, problem = plans.load(offer.service, offer.date, travel=planner.travel, now=now)
    request = offer.request(NEWCOMER)
    return planner.best(plan, request, planner.knowing(problem, [request.pickup, request.dropoff])) is not None


def _get_offer(offer_id: UUID) -> Offer:
    rows = Offer.objects.select_related("service", "pickup_stop", "dropoff_stop", "passenger", "promotion")
    offer = rows.filter(pk=offer_id).first()
    if offer is None:
        raise NoSuchOffer("There is no such offer.")
    return offer


def _traveller(offer: Offer, passenger: Passenger | None) -> Passenger:
    who = passenger or offer.passenger
    if who is None:
        raise PassengerNeeded("Say who travels: a booking needs a passenger.")
    if who.operator_id != offer.service.operator_id:
        raise OtherOperator("The passenger is another operator's.")
    if offer.is_at_a_door and not who.door_to_door:
        raise NotEntitled(
            f"This offer comes to the door, and {who} is not registered for that. "
            "Ask again with door_to_door false, or register them."
        )
    return who


def _claim(offer: Offer, now: datetime) -> None:
    """Raises OfferTaken, OfferGone."""
    if Booking.objects.filter(offer=offer).exists():
        raise OfferTaken("This offer has been booked already. Ask again for another journey.")
    if now >= offer.expires_at:
        raise OfferGone("This offer has expired. Ask again for a new one.")


def _check_limits(offer: Offer, passenger: Passenger, now: datetime) -> None:
    """Raises OwnJourneys where the passenger has booked something since that this offer doesn't go with."""
    if limits.has_any(offer.service) or read_tariff(offer.service.fares).caps:
        limits.lock(passenger)
    clash = limits.find_clash(offer.service, limits.trip_of(offer), limits.list_own(passenger, now=now))
    if clash:
        raise OwnJourneys(clash)


def _create(
    offer: Offer, status: Status, by: User | None, channel: str, passenger: Passenger, pay_by: PayBy, now: datetime
) -> Booking:
    booking = Booking(
        **{name: getattr(offer, name) for name in PROMISE_FIELDS},
        offer=offer,
        passenger=passenger,
        booked_by=by,
        pay_by=pay_by,
        account=passenger.account if pay_by == PayBy.ON_ACCOUNT else None,
        status=status.value,
        held_until=now + timedelta(seconds=offer.service.hold_s) if status == Status.HELD else None,
        created_at=now,
        reference=offer.pk.hex,
        entered_revision=0,
    )
    booking.channel = channel
    if fare := fare_again(offer, passenger, now=now):
        booking.fare_pence, booking.fare_own_pence = fare.pence, fare.own_pence
        booking.fare_lines = [line.as_json() for line in fare.lines]
    booking.service, booking.pickup_stop, booking.dropoff_stop = offer.service, offer.pickup_stop, offer.dropoff_stop
    booking.save(force_insert=True)
    booking.reference = reference_of(booking.pk)  # stored with the revision, below
    return booking


def _renamed(plan: Plan, request_id: RequestId) -> Plan:
    """The plan with the newcomer under the name that it has from now on."""
    route = plan.find_route_of(NEWCOMER)
    assert route is not None
    visits = tuple(Visit(visit.action, request_id) if visit.subject == NEWCOMER else visit for visit in route.visits)
    return plan.with_route(route.with_visits(visits))


def _with_request(problem: Problem, request: Request) -> Problem:
    return replace(problem, requests={**problem.requests, request.id: request})


def _record(booking: Booking, by: User | None, now: datetime) -> None:
    events.record(
        f"booking.{booking.status}",
        service=booking.service,
        date=booking.date,
        at=now,
        booking=booking,
        by=by,
        data={"revision": booking.entered_revision},
    )
