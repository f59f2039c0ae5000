from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point as Position

from bookings import plans, refusals
from bookings.actions.explaining import no_room
from bookings.calendar import open_hours
from bookings.fares import fare_pence
from bookings.models import Offer, Passenger, Refusal, Service
from bookings.opening import open_day
from bookings.planner import Planner
from bookings.rules import Asked, find_reason
from bookings.wish import RideWish
from routing.model import Point
from routing.offers import Candidate, Wish
from routing.plan import Plan

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def request_ride(
    service: Service,
    *,
    wish: RideWish,
    passenger: Passenger | None,
    asked_by: User | None,
    channel: str,
    planner: Planner,
    now: datetime,
) -> list[Offer] | Refusal:
    """Offers for a journey, best first, or the refusal of it; either is stored. An offer takes no seat."""
    asked = Asked(service, wish, planner, now)
    reason = find_reason(asked)
    if reason is None:
        open_day(service, asked.date)
        plan, problem = plans.load(service, asked.date, travel=planner.travel, now=now)
        hours = open_hours(service, asked.date)
        assert hours is not None  # a rule
        sought = _as_sought(asked, passenger)
        found = planner.offers(sought, plan, problem, hours)
        if found:
            return _offers(asked, found, plan, sought, passenger, asked_by, channel)
        reason = no_room(asked, sought, plan, problem, hours)
    return refusals.keep(reason, service=service, wish=wish, passenger=passenger, asked_by=asked_by, channel=channel, now=now)


def _as_sought(asked: Asked, passenger: Passenger | None) -> Wish:
    """The wish as the engine takes it."""
    service, wish, day = asked.service, asked.wish, asked.service.day(asked.date)
    wheelchair = wish.party.wheelchairs > 0
    extra_s = passenger.extra_boarding_s if passenger else 0
    return Wish(
        origins=asked.planner.find_accesses(wish.origin),
        destinations=asked.planner.find_accesses(wish.destination),
        load=wish.party.load,
        leave_at=day.time_of(wish.leave_at) if wish.leave_at else None,
        arrive_by=day.time_of(wish.arrive_by) if wish.arrive_by else None,
        boarding_s=(service.wheelchair_boarding_s if wheelchair else service.boarding_s) + extra_s,
        alighting_s=(service.wheelchair_alighting_s if wheelchair else service.alighting_s) + extra_s,
    )


def _offers(
    asked: Asked,
    found: Sequence[Candidate],
    plan: Plan,
    sought: Wish,
    passenger: Passenger | None,
    asked_by: User | None,
    channel: str,
) -> list[Offer]:
    offers = [_offer(asked, candidate, plan, sought, passenger, asked_by, channel) for candidate in found]
    return Offer.objects.bulk_create(offers)


def _offer(
    asked: Asked,
    candidate: Candidate,
    plan: Plan,
    sought: Wish,
    passenger: Passenger | None,
    asked_by: User | None,
    channel: str,
) -> Offer:
    service, planner, day, request = asked.service, asked.planner, plan.day, candidate.request
    pickup_at = day.instant(candidate.pickup_begin)
    return Offer(
        service=service,
        date=asked.date,
        channel=channel,
        passenger=passenger,
        created_by=asked_by,
        wish=asked.wish.as_json(),
        plan_revision=plan.revision,
        created_at=asked.now,
        expires_at=asked.now + timedelta(seconds=service.offer_ttl_s),
        party=asked.wish.party.as_json(),
        seats=request.load.seats,
        wheelchairs=request.load.wheelchairs,
        fare_pence=fare_pence(service, asked.wish.party, pickup_at),
        origin=_position(asked.wish.origin),
        destination=_position(asked.wish.destination),
        pickup_stop_id=planner.stops[candidate.origin.stop].pk,
        dropoff_stop_id=planner.stops[candidate.destination.stop].pk,
        pickup_walk_m=candidate.origin.walk_m,
        pickup_walk_s=candidate.origin.walk_s,
        dropoff_walk_m=candidate.destination.walk_m,
        dropoff_walk_s=candidate.destination.walk_s,
        pickup_from_at=day.instant(request.pickup_window.earliest),
        pickup_until_at=day.instant(request.pickup_window.latest),
        arrive_by_at=day.instant(request.dropoff_window.latest),
        expected_pickup_at=pickup_at,
        expected_arrival_at=day.instant(candidate.dropoff_begin),
        max_ride_s=request.max_ride_s,
        ride_s=candidate.ride_s,
        direct_s=candidate.direct_s,
        boarding_s=sought.boarding_s,
        alighting_s=sought.alighting_s,
    )


def _position(point: Point) -> Position:
    return Position(*point, srid=4326)
