"""The fares of the offers for one wish, with what the database knows of it: what was spent, and which promotions there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime, timedelta

from django.db.models import Q, Sum

from bookings import promotions
from bookings.calendar import find_holiday
from bookings.fares.quoting import Discount, Line, Quote, Riding, finish, quote
from bookings.fares.tables import Way
from bookings.fares.tariff import Tariff, read_tariff
from bookings.models import GONE, Booking, Offer, Passenger, Promotion, Service, Status
from bookings.party import Party
from bookings.wish import RideWish
from bookings.zones import ZoneMap
from routing.travel.sphere import distance_m


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


def pricing_for(service: Service, wish: RideWish, *, zones: ZoneMap, passenger: Passenger | None, now: datetime) -> Pricing:
    """The fares of a wish. Raises UnfitFares where the service has none that can be charged."""
    tariff, date = read_tariff(service.fares), wish.at.astimezone(service.tz).date()
    usable = promotions.list_usable(service, passenger=passenger, code=wish.code, now=now)
    return Pricing(
        service,
        tariff,
        wish.party,
        _way(wish, zones),
        _spent(tariff, service, passenger, date, now),
        tuple(map(_discount, usable)),
    )


def fare_again(offer: Offer, passenger: Passenger, *, now: datetime) -> Quote | None:
    """The fare of an offer as it is accepted, where a cap has been reached since it was made; None where it stays as it was.

    It is never more than was offered.
    """
    tariff = read_tariff(offer.service.fares)
    if not tariff.caps or not offer.fare_lines:
        return None
    bands = [Line(**line) for line in offer.fare_lines if line["kind"] == "band"]
    spent = _spent(tariff, offer.service, passenger, offer.date, now)
    found = finish(bands, tariff, spent, [_discount(offer.promotion)] if offer.promotion else [])
    return found if found.pence < offer.fare_pence else None


def _way(wish: RideWish, zones: ZoneMap) -> Way:
    origin, destination = zones.find(wish.origin), zones.find(wish.destination)
    straight_m = distance_m(wish.origin, wish.destination)
    if origin is None or destination is None:
        return Way(straight_m)
    return Way(straight_m, (origin.code, destination.code), zones.count_passed(origin, destination))


def _spent(tariff: Tariff, service: Service, passenger: Passenger | None, date: Date, now: datetime) -> dict[str, int]:
    """What a passenger's own places cost on a date and in its week, which begins on Monday, in bookings that stand."""
    if passenger is None or not tariff.caps:
        return {}
    monday = date - timedelta(days=date.weekday())
    rows = Booking.objects.filter(passenger=passenger, service=service, date__range=(monday, monday + timedelta(days=6)))
    rows = rows.exclude(status__in=GONE).exclude(Q(status=Status.HELD) & Q(held_until__lte=now))
    found = rows.aggregate(day=Sum("fare_own_pence", filter=Q(date=date)), week=Sum("fare_own_pence"))
    return {period: total or 0 for period, total in found.items()}


def _discount(promotion: Promotion) -> Discount:
    return Discount(promotion.pk, promotion.name, promotion.percent or 0, promotion.amount_pence or 0)
