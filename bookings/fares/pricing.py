"""The fares of the offers for one wish, with what the database knows of it: what was spent, and which promotions there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bookings import promotions
from bookings.calendar import find_holiday
from bookings.fares.capping import discount_of, quote_again, spent
from bookings.fares.quoting import Discount, Quote, Riding, quote
from bookings.fares.tables import Way
from bookings.fares.tariff import Tariff, read_tariff
from bookings.models import Booking, Offer, Passenger, Service
from bookings.party import Party
from bookings.refusals import Conflict
from bookings.wish import RideWish
from bookings.words import phrase
from bookings.zones import ZoneMap
from routing.travel.sphere import distance_m


class FareMoved(Conflict):
    """A cap that had been reached when an offer was made isn't any more."""

    kind = "fare_moved"


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the fares of all offers for one wish have in common; they differ by when one is picked up."""

    service: Service
    tariff: Tariff
    party: Party
    way: Way
    spent: Mapping[str, int]
    discounts: tuple[Discount, ...]

    def quote(self, pickup_at: datetime) -> Quote:
        """The fare of being picked up at an aware instant."""
        local = pickup_at.astimezone(self.service.tz)
        holiday = find_holiday(self.service, local.date()) is not None
        return quote(self.tariff, Riding(self.party, self.way, local, holiday, self.spent), self.discounts)

    def without(self, promotions: Collection[int]) -> Pricing:
        """The same fares where these promotions don't come off."""
        return replace(self, discounts=tuple(each for each in self.discounts if each.key not in promotions))


def pricing_for(
    service: Service,
    wish: RideWish,
    *,
    zones: ZoneMap,
    passenger: Passenger | None,
    instead_of: Booking | None,
    now: datetime,
) -> Pricing:
    """The fares of a wish; `instead_of` would be given up for it. Raises UnfitFares where the service has none to charge."""
    tariff, date = read_tariff(service.fares), wish.at.astimezone(service.tz).date()
    usable = promotions.list_usable(service, passenger=passenger, code=wish.code, now=now)
    return Pricing(
        service,
        tariff,
        wish.party,
        _way(wish, zones),
        spent(service, passenger, date, without=instead_of) if passenger and tariff.caps else {},
        tuple(map(discount_of, usable)),
    )


def fare_again(offer: Offer, passenger: Passenger, *, beside: Booking | None) -> Quote | None:
    """The fare of an offer as it is accepted, where a cap has been reached since it was made; None where it stays as it was.

    It is never more than was offered: raises FareMoved where what had reached a cap was given up since. `beside` is what is
    accepted with it.
    """
    tariff = read_tariff(offer.service.fares)
    if not tariff.caps or not offer.fare_lines:
        return None
    found = quote_again(offer, tariff, spent(offer.service, passenger, offer.date, beside=beside))
    if found.pence > offer.fare_pence and any(line["kind"] == "cap" for line in offer.fare_lines):
        raise FareMoved(
            phrase("This fare was for somebody who travels more on these days, and that has been given up. Ask again for offers.")
        )
    return found if found.pence < offer.fare_pence else None


def _way(wish: RideWish, zones: ZoneMap) -> Way:
    origin, destination = zones.find(wish.origin), zones.find(wish.destination)
    straight_m = distance_m(wish.origin, wish.destination)
    if origin is None or destination is None:
        return Way(straight_m)
    return Way(straight_m, (origin.code, destination.code), zones.count_passed(origin, destination))
