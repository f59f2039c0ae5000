"""Promotions: which ones a passenger can use, and taking one of its uses."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from bookings.models import GONE, Booking, Passenger, Promotion, Service, Status
from bookings.refusals import Conflict
from bookings.words import Words, phrase


class PromotionUsedUp(Conflict):
    """Others have used a promotion since it was offered."""

    kind = "promotion_used_up"


def list_usable(service: Service, *, passenger: Passenger | None, code: str, now: datetime) -> list[Promotion]:
    """The promotions that come off fares asked for now: the automatic ones, and that of a code."""
    rows = _of(service).filter(Q(code="") | Q(code=tidy(code)))
    return [row for row in rows if why_not(row, passenger, now) is None]


def find_fault(service: Service, *, passenger: Passenger | None, code: str, now: datetime) -> Words | None:
    """Why a code is no good, as a sentence; None where it is good."""
    found = _of(service).filter(code=tidy(code)).exclude(code="").first()
    return phrase("There is no such code.") if found is None else why_not(found, passenger, now)


def find_last_uses(keys: Collection[int], *, passenger: Passenger | None, now: datetime) -> set[int]:
    """Those promotions that can be used once and no more: not on the way there and on the way back."""
    rows = Promotion.objects.filter(pk__in=keys) if keys else ()
    return {row.pk for row in rows if why_not(row, passenger, now, uses=2) is not None}


def why_not(promotion: Promotion, passenger: Passenger | None, now: datetime, uses: int = 1) -> Words | None:
    """Why a promotion can't be used, so many times, just now, as a sentence; None where it can."""
    if promotion.starts_at and now < promotion.starts_at:
        return phrase("{promotion} has not begun yet.", promotion=promotion.name)
    if promotion.ends_at and now >= promotion.ends_at:
        return phrase("{promotion} is over.", promotion=promotion.name)
    if promotion.max_uses is not None and _uses(promotion, now).count() + uses > promotion.max_uses:
        return phrase("{promotion} has been used as often as it may be.", promotion=promotion.name)
    own = _uses(promotion, now).filter(passenger=passenger)
    if promotion.max_uses_each is not None and own.count() + uses > promotion.max_uses_each:
        return phrase("{promotion} has been used by this passenger as often as it may be.", promotion=promotion.name)
    return None


def claim(booking: Booking, *, now: datetime) -> None:
    """Make sure that a booking that was just written is within the uses of its promotion. Raises PromotionUsedUp.

    The promotion is locked until the transaction ends, after days and passengers. Its dates aren't asked again: an offer holds.
    """
    if booking.promotion_id is None:
        return
    promotion = Promotion.objects.get(pk=booking.promotion_id)
    if promotion.max_uses is None and promotion.max_uses_each is None:
        return
    lock(promotion)
    uses = _uses(promotion, now)
    too_many = promotion.max_uses is not None and uses.count() > promotion.max_uses
    own = uses.filter(passenger=booking.passenger_id)
    if too_many or (promotion.max_uses_each is not None and own.count() > promotion.max_uses_each):
        said = phrase("{promotion} has been used up since this was offered. Ask again for a new offer.", promotion=promotion.name)
        raise PromotionUsedUp(said)


def lock(promotion: Promotion) -> None:
    """Have everybody else wait who takes a use of this promotion."""
    Promotion.objects.select_for_update(no_key=True).only("pk").get(pk=promotion.pk)


def tidy(code: str) -> str:
    """A code as it is kept: capitals, without blanks."""
    return "".join(code.split()).upper()


def _of(service: Service) -> QuerySet[Promotion]:
    rows = Promotion.objects.filter(operator=service.operator_id, active=True)
    return rows.filter(Q(service=None) | Q(service=service)).order_by("pk")


def _uses(promotion: Promotion, now: datetime) -> QuerySet[Booking]:
    """The bookings with a promotion; whatever was cancelled or never confirmed has given it back."""
    rows = Booking.objects.filter(promotion=promotion).exclude(status__in=GONE)
    return rows.exclude(Q(status=Status.HELD) & Q(held_until__lte=now))
