"""Cancelling as foretold: what the preview says is what comes of it, and looking changes nothing."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Sum

from bookings.actions.preview_cancellation import Cancellation, preview_cancellation
from bookings.models import Booking, Event, LedgerEntry, Refund, Strike
from bookings.strikes import standing
from tests.bookings.town import Desk

TABLES: tuple[type[Model], ...] = (Booking, Event, LedgerEntry, Refund, Strike)


def cancel_as_foretold(desk: Desk, booking: Booking, **how: Any) -> Cancellation:
    """Look what it would come to, do it, and compare. Raises what cancelling raises."""
    before, revision = _rows(), desk.plan().revision
    try:
        foretold = preview_cancellation(booking.reference, planner=desk.planner, by=None, now=desk.now, **how)
    finally:
        assert (_rows(), desk.plan().revision) == (before, revision)
    spare, due = _refunded(), _uncapped()
    desk.cancel(booking, **how)
    for leg in foretold.legs:
        row = Booking.objects.get(reference=leg.reference)
        assert (row.status, row.cancel_fee_pence) == ("cancelled", leg.kept_pence)
        assert _refunded().get(row.pk, 0) - spare.get(row.pk, 0) == leg.refund_pence
    legs = [leg.reference for leg in foretold.legs]
    came_due = {other: pence - due[other] for other, pence in _uncapped().items() if pence != due[other] and other not in legs}
    assert came_due == foretold.comes_due
    assert foretold.late == Strike.objects.filter(booking__reference__in=legs, reversed_at=None).exists()
    assert foretold.standing == standing(booking.passenger, desk.service, desk.now)
    return foretold


def _rows() -> list[list[dict[str, Any]]]:
    return [list(table._default_manager.order_by("pk").values()) for table in TABLES]


def _refunded() -> dict[int, int]:
    """What goes or went back, by booking."""
    return dict(Refund.objects.values_list("booking").annotate(Sum("pence")))


def _uncapped() -> dict[str, int]:
    return dict(Booking.objects.values_list("reference", "cap_pence"))
