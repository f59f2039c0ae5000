"""What cancelling a booking would come to, told by doing it and taking it back: so nothing else comes of it in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from bookings.actions.cancel_booking import cancel_booking, legs_to_cancel
from bookings.actions.find import get_booking
from bookings.models import Booking, Event, Strike
from bookings.money import Refunding
from bookings.planner import Planner
from bookings.strikes import Standing, standing

if TYPE_CHECKING:
    from django.contrib.auth.models import User


WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CancelledLeg:
    """A way that would be cancelled: what of its fare stays owed, and what of what was paid for it online goes back."""

    reference: str
    kept_pence: int
    refund_pence: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What would come of it. `late`: a strike, after which the passenger stands as `standing` says."""

    legs: tuple[CancelledLeg, ...]
    comes_due: dict[str, int]
    """What caps took off other journeys for its sake, by reference, in pence."""
    late: bool
    standing: Standing


def preview_cancellation(
    reference: str,
    *,
    planner: Planner,
    by: User | None,
    with_return: bool = True,
    for_operator: bool = False,
    refunding: Refunding = Refunding.POLICY,
    now: datetime,
) -> Cancellation:
    """What `cancel_booking` would do now, with the same options. Raises what that raises."""
    legs = legs_to_cancel(get_booking(reference), with_return)
    with transaction.atomic():
        known = set(_refunds(legs))
        cancel_booking(
            reference,
            planner=planner,
            by=by,
            with_return=with_return,
            for_operator=for_operator,
            refunding=refunding,
            now=now,
        )
        found = _seen(legs, known, now)
        transaction.set_rollback(True)
    return found


def _seen(legs: Sequence[Booking], known: set[UUID], now: datetime) -> Cancellation:
    """What has come of it, while it's done; `known` are the refunds that there were before."""
    fees = dict(Booking.objects.filter(pk__in=[leg.pk for leg in legs]).values_list("pk", "cancel_fee_pence"))
    spare = {leg.pk: sum(pence for pk, pence in _refunds([leg]).items() if pk not in known) for leg in legs}
    dates = [leg.date for leg in legs]
    near = (min(dates) - WEEK, max(dates) + WEEK)  # caps go by the week
    rows = Event.objects.filter(service=legs[0].service, date__range=near, kind="booking.came_due")
    due = rows.filter(data__without__in=[leg.reference for leg in legs]).exclude(booking__in=legs)
    comes_due: dict[str, int] = {}
    for event in due.select_related("booking"):
        assert event.booking is not None
        comes_due[event.booking.reference] = comes_due.get(event.booking.reference, 0) + event.data["pence"]
    return Cancellation(
        tuple(CancelledLeg(leg.reference, fees[leg.pk], spare[leg.pk]) for leg in legs),
        comes_due,
        Strike.objects.filter(booking__in=legs, reversed_at=None).exists(),
        standing(legs[0].passenger, legs[0].service, now),
    )


def _refunds(legs: Sequence[Booking]) -> dict[UUID, int]:
    return {refund.pk: refund.pence for leg in legs for refund in leg.refunds.all()}
