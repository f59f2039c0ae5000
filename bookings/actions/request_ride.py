"""Ask for a journey."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bookings import refusals
from bookings.actions.finding_offers import asking, find_offers
from bookings.actions.serve_waitlist import serve_first
from bookings.models import Booking, Offer, Passenger, Refusal, Service
from bookings.planner import Planner
from bookings.refusals import Reason
from bookings.wish import RideWish

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
    instead_of: Booking | None = None,
) -> list[Offer] | Refusal:
    """Offers for a journey, best first, or the refusal of it; either is stored. An offer takes no seat.

    Those who wait for what was given back come first. With a way back, both are offered or neither: the offer of the way back is
    the `return_leg` of the other. `instead_of` is a booking of the passenger that would be changed to what is offered: its seat
    counts as free.
    """
    serve_first(service, wish.days(service.tz), planner=planner, now=now)
    asked = asking(service, wish=wish, planner=planner, now=now, passenger=passenger, asked_by=asked_by, instead_of=instead_of)
    found = find_offers(asked, asked_by=asked_by, channel=channel)
    if not isinstance(found, Reason):
        return found
    return refusals.keep(found, service=service, wish=wish, passenger=passenger, asked_by=asked_by, channel=channel, now=now)
