"""Caps over a passenger's journeys of a week: what counts towards them, and what comes due once one that counted is given up.

What a cap took off a journey is due again when another that had reached the cap is given up: `Booking.cap_pence`. What was paid
for that one pays for it first (`bookings.money`), so nobody pays more than they would without it. Call all but `spent` with the
passenger locked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Date
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from bookings import limits
from bookings.fares.quoting import Discount, Line, Quote, finish
from bookings.fares.tariff import Tariff, read_tariff
from bookings.models import Booking, Passenger, Promise, Promotion, Service, Status

FIRM = (Status.CONFIRMED, Status.ABOARD, Status.COMPLETED, Status.NO_SHOW)
"""What is only held may be let go for nothing, so it counts for what was held with it alone."""


def lock_if_capped(booking: Booking) -> None:
    """Have the passenger, before any row of money, where giving up or confirming a journey may change the fares of others."""
    if read_tariff(booking.service.fares).caps:
        limits.lock(booking.passenger)


def spent(
    service: Service, passenger: Passenger, date: Date, *, without: Booking | None = None, beside: Booking | None = None
) -> dict[str, int]:
    """What a passenger's own places cost on a date and in its week, which begins on Monday.

    In journeys that are firm or were cancelled with a fee; `beside` is one that is held together with what is priced.
    """
    counts = Q(status__in=FIRM) | Q(status=Status.CANCELLED, cancel_fee_pence__gt=0)
    rows = _week(service, passenger, date).filter(counts | Q(pk=beside.pk) if beside else counts)
    found = {row: _own(row) for row in rows if without is None or row.pk != without.pk}
    return {"day": sum(own for row, own in found.items() if row.date == date), "week": sum(found.values())}


def discount_of(promotion: Promotion) -> Discount:
    """A promotion as it comes off a fare."""
    return Discount(promotion.pk, promotion.name, promotion.percent or 0, promotion.amount_pence or 0)


def quote_again(promise: Promise, tariff: Tariff, before: Mapping[str, int]) -> Quote:
    """The fare of what was priced once, with so much spent before; from before there were lines, as it was."""
    bands = [Line(**line) for line in promise.fare_lines if line["kind"] == "band"]
    if not bands:
        return Quote((), promise.fare_pence, promise.fare_own_pence)
    return finish(bands, tariff, before, [discount_of(promise.promotion)] if promise.promotion else [])


def cap_when_firm(booking: Booking) -> int:
    """The `cap_pence` of a booking that becomes firm: less is due where others have reached a cap since, and never more."""
    tariff = read_tariff(booking.service.fares)
    if not tariff.caps:
        return booking.cap_pence
    before = spent(booking.service, booking.passenger, booking.date, without=booking)
    return min(booking.cap_pence, quote_again(booking, tariff, before).pence - booking.fare_pence)


def come_due(gone: Booking, was: Status, kept_pence: int, now: datetime) -> dict[Booking, int]:
    """What comes due for which of the passenger's other journeys, once one that `was` firm or held is given up.

    `kept_pence` of it is owed all the same, and counts. In all it's no more than the caps took off for that one's sake.
    """
    tariff = read_tariff(gone.service.fares)
    if not tariff.caps:
        return {}
    others = _week(gone.service, gone.passenger, gone.date).exclude(pk=gone.pk).select_related("promotion").order_by("pk")
    rows = list(others)
    firm, fees = [row for row in rows if row.status in FIRM], [row for row in rows if row.status == Status.CANCELLED]
    kept = [(gone.date, min(kept_pence, _own_of(gone)))]
    paid = [(row.date, _own(row)) for row in fees]
    found: dict[Booking, int] = {}
    if was in FIRM:
        before = sorted([*(row for row in firm if row.changed_from_id != gone.pk), gone], key=lambda row: row.pk)
        left = _gap(firm, tariff, [*paid, *kept]) - max(_gap(before, tariff, paid), 0)
        for row, pence in _costs(firm, tariff, [*paid, *kept]).items():
            part = min(left, pence - row.due_pence)
            if part > 0 and row.status != Status.NO_SHOW:
                found[row] = part
                left -= part
    for row in rows:
        if row.status == Status.HELD and row.held_until and row.held_until > now:
            with_it = [*firm, gone] if was in FIRM or _together(row, gone) else firm
            least = max(_price(row, with_it, tariff, paid), row.due_pence)
            if (part := _price(row, firm, tariff, [*paid, *kept]) - least) > 0:
                found[row] = part
    return found


Spent = Iterable[tuple[Date, int]]


def _week(service: Service, passenger: Passenger, date: Date) -> QuerySet[Booking]:
    monday = date - timedelta(days=date.weekday())
    return Booking.objects.filter(passenger=passenger, service=service, date__range=(monday, monday + timedelta(days=6)))


def _own(row: Booking) -> int:
    """What of a booking is paid for the passenger's own place; of one that was cancelled, what is kept of that."""
    return min(_own_of(row), row.cancel_fee_pence) if row.status == Status.CANCELLED else _own_of(row)


def _own_of(row: Booking) -> int:
    return min(max(row.fare_own_pence + row.cap_pence, 0), row.due_pence)


def _together(row: Booking, other: Booking) -> bool:
    return row.return_of_id == other.pk or other.return_of_id == row.pk


def _costs(rows: Sequence[Booking], tariff: Tariff, before: Spent) -> dict[Booking, int]:
    """What each of these would cost had they been booked in this order after so much was spent."""
    days: dict[Date, int] = defaultdict(int)
    found = {}
    for date, pence in before:
        days[date] += pence
    for row in rows:
        quote = quote_again(row, tariff, {"day": days[row.date], "week": sum(days.values())})
        days[row.date] += quote.own_pence
        found[row] = quote.pence
    return found


def _gap(rows: Sequence[Booking], tariff: Tariff, before: Spent) -> int:
    """How much more these would cost than they do."""
    return sum(_costs(rows, tariff, before).values()) - sum(row.due_pence for row in rows)


def _price(row: Booking, others: Sequence[Booking], tariff: Tariff, before: Spent) -> int:
    """What a booking that is held would cost were it to become firm after others."""
    told = [*before, *((other.date, _own_of(other)) for other in others)]
    day = sum(pence for date, pence in told if date == row.date)
    return quote_again(row, tariff, {"day": day, "week": sum(pence for _, pence in told)}).pence
