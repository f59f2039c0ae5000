"""Putting what was offered into the plan: the part of booking and changing that happens while the days are locked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bookings import events, holds, limits, money, plans, promotions, travellers
from bookings.fares import fare_again
from bookings.models import PROMISE_FIELDS, Booking, Offer, Passenger, Service, Status
from bookings.planner import Planner
from bookings.references import reference_of
from bookings.refusals import Conflict, Gone, Unfit
from bookings.turns import check_turn
from bookings.words import phrase
from routing.model import Problem, Request, RequestId
from routing.plan import Plan, Visit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NEWCOMER = RequestId("newcomer")
"""What a request is called until its booking has a primary key."""


class OfferGone(Gone):
    kind = "offer_expired"


class OfferTaken(Conflict):
    kind = "offer_taken"


class OwnJourneys(Unfit):
    """The passenger has other journeys booked that this one doesn't go with; `kind` is the rule that says so."""

    kind = "overlapping_trip"

    def __init__(self, clash: limits.Clash) -> None:
        self.kind = clash.kind
        super().__init__(
            phrase(
                "This passenger has {own} booked, which this journey doesn't go with. Cancel that first.", own=clash.own.reference
            )
            if clash.own
            else phrase("This passenger has as many journeys booked as one may have. Cancel one first.")
        )


class NoRoom(Exception):
    """The plan has no place for what was offered any more; it ends the transaction."""


@dataclass(frozen=True, slots=True)
class Taker:
    """For whom an offer is taken, by whom, how, and when; `status` is held or confirmed."""

    passenger: Passenger
    by: User | None
    channel: str
    status: Status
    planner: Planner
    now: datetime
    held_until: datetime | None = None
    """Until when a place is held; None: for as long as the service says."""
    way: money.Way = money.ON_BOARD
    """How it's paid."""
    since: datetime | None = None
    """Since when they have waited for a place; None for whoever asks now."""
    asked_by: User | None = None
    """Who asked for it, where nobody takes it now but the service itself: for who waited, or week by week."""


@contextmanager
def writing(service: Service, dates: Iterable[Date], *, wait: str = plans.PATIENT) -> Iterator[None]:
    """A transaction with some days locked, in their order, so that two that want the same days don't wait for each other.

    Raises plans.DayBusy.
    """
    with ExitStack() as stack:
        for date in sorted(set(dates)):
            stack.enter_context(plans.writing(service, date, wait=wait))
        yield


def legs_of(offer: Offer) -> list[Offer]:
    """The way there and, where they were offered as one, the way back."""
    back = Offer.objects.filter(return_of=offer)
    if not back.exists():  # asked first: most offers have none, and to ask for all of it takes three times as long
        return [offer]
    return [offer, back.select_related("service", "pickup_stop", "dropoff_stop").get()]


def place(offer: Offer, taker: Taker, *, changed_from: Booking | None = None, return_of: Booking | None = None) -> Booking:
    """The booking of an offer whose day is locked, with its seat in a new plan.

    Raises NoRoom, OfferTaken, OfferGone, OwnJourneys, PromotionUsedUp, FareMoved, PassengerErased.
    """
    planner, now = taker.planner, taker.now
    travellers.lock_known(taker.passenger)
    _claim(offer, now)
    _check_limits(offer, taker.passenger, now)
    holds.sweep(offer.service, offer.date, travel=planner.travel, now=now)
    base, loaded = plans.load(offer.service, offer.date, travel=planner.travel, now=now)
    request = offer.request(NEWCOMER)
    problem = planner.knowing(loaded, [request.pickup, request.dropoff])
    insertion = planner.best(base, request, problem)
    if insertion is None:
        raise NoRoom
    booking = _create(offer, taker, changed_from, return_of)
    request = booking.request(base.day)
    plan = plans.publish(
        _renamed(insertion.into(base), request.id),
        base=base,
        problem=with_request(problem, request),
        newcomers={request.id},
        cause="booking",
        who=taker.by,
        why=f"{booking.reference} {taker.status.value}",
    )
    booking.entered_revision = plan.revision
    booking.save(update_fields=["reference", "entered_revision"])
    promotions.claim(booking, now=now)
    if booking.status == Status.CONFIRMED:
        money.charge(booking, by=taker.by, at=now)
    _record(booking, taker)
    return booking


def place_all(legs: Sequence[Offer], taker: Taker) -> Booking:
    """All legs or none, each with its place in the plan of its day, in one transaction; gives the first.

    Raises as `place` does, and OthersFirst.
    """
    service, dates = legs[0].service, {leg.date for leg in legs}
    with writing(service, dates, wait=plans.LOCK_TIMEOUT):
        check_turn(service, dates, since=taker.since, now=taker.now)
        first = place(legs[0], taker)
        for leg in legs[1:]:
            place(leg, taker, return_of=first)
        return first


def has_room(legs: Iterable[Offer], planner: Planner, now: datetime) -> bool:
    """Whether the plans as last published could still take each of these, asked without waiting for their days."""
    for offer in legs:
        plan, problem = plans.load(offer.service, offer.date, travel=planner.travel, now=now)
        if offer.instead_of:
            plan = plan.without_request(offer.instead_of.request_id)
            problem = plans.without_requests(problem, {offer.instead_of.request_id})
        request = offer.request(NEWCOMER)
        if planner.best(plan, request, planner.knowing(problem, [request.pickup, request.dropoff])) is None:
            return False
    return True


def with_request(problem: Problem, request: Request) -> Problem:
    """The problem with one request more."""
    return replace(problem, requests={**problem.requests, request.id: request})


def _claim(offer: Offer, now: datetime) -> None:
    """Raises OfferTaken, OfferGone."""
    if Booking.objects.filter(offer=offer).exists():
        raise OfferTaken(phrase("This offer has been booked already. Ask again for another journey."))
    if now >= offer.expires_at:
        raise OfferGone(phrase("This offer has expired. Ask again for a new one."))


def _check_limits(offer: Offer, passenger: Passenger, now: datetime) -> None:
    """Raises OwnJourneys where the passenger, who is locked, has booked something since that this offer doesn't go with."""
    clash = limits.find_clash(offer.service, limits.trip_of(offer), limits.list_own(passenger, now=now))
    if clash:
        raise OwnJourneys(clash)


def _create(offer: Offer, taker: Taker, changed_from: Booking | None, return_of: Booking | None) -> Booking:
    held_until = taker.held_until or taker.now + timedelta(seconds=offer.service.hold_s)
    booking = Booking(
        **{name: getattr(offer, name) for name in PROMISE_FIELDS},
        offer=offer,
        passenger=taker.passenger,
        booked_by=taker.by or taker.asked_by,
        pay_by=taker.way.pay_by,
        account=taker.way.account,
        status=taker.status,
        held_until=held_until if taker.status == Status.HELD else None,
        created_at=taker.now,
        reference=offer.pk.hex,
        changed_from=changed_from,
        return_of=return_of,
        entered_revision=0,
    )
    booking.channel = taker.channel
    if fare := fare_again(offer, taker.passenger, beside=return_of):
        booking.fare_pence, booking.fare_own_pence = fare.pence, fare.own_pence
        booking.fare_lines = [line.as_json() for line in fare.lines]
    booking.service, booking.pickup_stop, booking.dropoff_stop = offer.service, offer.pickup_stop, offer.dropoff_stop
    booking.save(force_insert=True)
    booking.reference = reference_of(booking.pk)  # stored with the revision
    return booking


def _renamed(plan: Plan, request_id: RequestId) -> Plan:
    """The plan with the newcomer under the name that it has from now on."""
    route = plan.find_route_of(NEWCOMER)
    assert route is not None
    visits = tuple(Visit(visit.action, request_id) if visit.subject == NEWCOMER else visit for visit in route.visits)
    return plan.with_route(route.with_visits(visits))


def _record(booking: Booking, taker: Taker) -> None:
    events.record(
        f"booking.{booking.status}",
        service=booking.service,
        date=booking.date,
        at=taker.now,
        booking=booking,
        by=taker.by,
        data={"revision": booking.entered_revision} | ({"silent": True} if booking.changed_from_id else {}),
    )
