"""What is offered for a wish, or the reason why nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point as Position
from django.db import transaction

from bookings import promotions
from bookings.actions.explaining import as_tried, no_room
from bookings.actions.returning import Pair, with_ways_back
from bookings.actions.searching import Search, search
from bookings.fares import Pricing, pricing_for
from bookings.limits import list_own
from bookings.models import Booking, Offer, Passenger, Service
from bookings.planner import DOOR, Planner
from bookings.refusals import Reason
from bookings.rules import Asked, find_reason, is_staff
from bookings.wish import RideWish
from routing.model import Point
from routing.offers import Access, Candidate

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def asking(
    service: Service,
    *,
    wish: RideWish,
    planner: Planner,
    now: datetime,
    passenger: Passenger | None,
    asked_by: User | None,
    instead_of: Booking | None = None,
) -> Asked:
    """A wish with what its rules need to know of whoever travels and whoever asks."""
    own = list_own(passenger, now=now, without=[instead_of.pk] if instead_of else [])
    return Asked(service, wish, planner, now, passenger, instead_of, own, is_staff(asked_by, service))


def find_offers(asked: Asked, *, asked_by: User | None, channel: str) -> list[Offer] | Reason:
    """Offers for a wish, best first, which are stored, or the reason of the refusal, which is not."""
    if reason := find_reason(asked):
        return as_tried(reason, asked)
    searched = search(asked)
    found = searched.candidates()
    if not found:
        return no_room(searched)
    if asked.wish.back is None:
        pricing = _pricing(searched)
        return Offer.objects.bulk_create(_offer(searched, candidate, pricing, asked_by, channel) for candidate in found)
    pairs = with_ways_back(searched, found)
    return pairs if isinstance(pairs, Reason) else _both_ways(pairs, searched, asked_by, channel)


def _both_ways(pairs: Sequence[Pair], searched: Search, asked_by: User | None, channel: str) -> list[Offer]:
    outwards, homewards = _pricing(searched), _pricing(pairs[0].searched)
    there = [_offer(searched, pair.there, outwards, asked_by, channel) for pair in pairs]
    taken = {offer.promotion_id for offer in there if offer.promotion_id}
    last = promotions.find_last_uses(taken, passenger=searched.asked.passenger, now=searched.asked.now)
    back = [
        _offer(pair.searched, pair.back, homewards.without(last & {outward.promotion_id}), asked_by, channel)
        for pair, outward in zip(pairs, there, strict=True)
    ]
    for outward, homeward in zip(there, back, strict=True):
        homeward.return_of, homeward.open_return = outward, searched.asked.wish.is_open
    with transaction.atomic():
        Offer.objects.bulk_create(there)
        Offer.objects.bulk_create(back)
    return there


def _pricing(searched: Search) -> Pricing:
    asked = searched.asked
    return pricing_for(
        asked.service,
        asked.wish,
        zones=asked.planner.zones,
        passenger=asked.passenger,
        instead_of=asked.instead_of,
        now=asked.now,
    )


def _offer(searched: Search, candidate: Candidate, pricing: Pricing, asked_by: User | None, channel: str) -> Offer:
    asked, plan = searched.asked, searched.plan
    service, planner, day, request = asked.service, asked.planner, plan.day, candidate.request
    pickup_at = day.instant(candidate.pickup_begin)
    fare = pricing.quote(pickup_at)
    return Offer(
        service=service,
        date=asked.date,
        channel=channel,
        passenger=asked.passenger,
        instead_of=asked.instead_of,
        created_by=asked_by,
        wish=asked.wish.as_json(),
        plan_revision=plan.revision,
        created_at=asked.now,
        expires_at=asked.now + timedelta(seconds=service.offer_ttl_s),
        party=asked.wish.party.as_json(),
        seats=request.load.seats,
        wheelchairs=request.load.wheelchairs,
        fare_pence=fare.pence,
        fare_lines=[line.as_json() for line in fare.lines],
        fare_own_pence=fare.own_pence,
        promotion_id=fare.discount.key if fare.discount else None,
        origin=_position(asked.wish.origin),
        destination=_position(asked.wish.destination),
        origin_name=_name(asked.wish.origin_name, candidate.origin, planner),
        destination_name=_name(asked.wish.destination_name, candidate.destination, planner),
        pickup_stop_id=_stop_id(candidate.origin, planner),
        dropoff_stop_id=_stop_id(candidate.destination, planner),
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
        boarding_s=request.boarding_s,
        alighting_s=request.alighting_s,
    )


def _stop_id(access: Access, planner: Planner) -> int | None:
    return None if access.stop == DOOR else planner.stops[access.stop].pk


def _name(given: str, access: Access, planner: Planner) -> str:
    """What an end is called: as given, and at a door at least so that a driver finds it."""
    return given or (planner.describe(access.point) if access.stop == DOOR else "")


def _position(point: Point) -> Position:
    return Position(*point, srid=4326)
