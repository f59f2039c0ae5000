"""Journeys that come again each week: begun, placed ahead as the horizon rolls, left out on a day, and ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date as Date
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from bookings import events, money, travellers
from bookings.actions.cancel_booking import CantCancel, cancel_booking
from bookings.actions.find import find_way_back
from bookings.actions.placing import writing
from bookings.actions.series_days import place_due
from bookings.actions.wait import NotWaiting, leave_waitlist
from bookings.models import GONE, Booking, Passenger, Series, SeriesDay, Service, Status, Waiting, WaitState
from bookings.planner import Planner
from bookings.refusals import Unfit
from bookings.wish import RideWish
from bookings.words import NOT_REPEATED, day_words, phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST = timedelta(days=366)


class UnfitPattern(Unfit):
    kind = "unfit_pattern"


def begin_series(
    service: Service,
    *,
    wish: RideWish,
    weekdays: Iterable[int],
    until: Date | None,
    exceptions: Iterable[Date],
    passenger: Passenger,
    by: User | None,
    channel: str,
    pay_by: str | None = None,
    now: datetime,
) -> Series:
    """Repeat a wish each week from its day on. Nothing is placed yet: `place_due` does that, and else the next `roll_series`.

    It's paid to the driver or on account, as `pay_by` says or as is usual. Raises UnfitPattern, PassengerErased,
    money.CantPayThatWay.
    """
    first = wish.at.astimezone(service.tz).date()
    days = sorted(set(weekdays))
    if first.weekday() not in days:
        said = phrase("The first day, {day}, is none of the weekdays: begin on a day of the pattern.", day=day_words(first))
        raise UnfitPattern(said)
    if until is not None and not first <= until <= first + LONGEST:
        raise UnfitPattern(phrase("The last day lies between the first one and a year later."))
    if pay_by is not None:
        money.way_to_pay(service, passenger, fare_pence=1, status=Status.CONFIRMED, wanted=pay_by)
    with transaction.atomic():
        travellers.lock_known(passenger)
        series = Series.objects.create(
            service=service,
            passenger=passenger,
            created_by=by,
            channel=channel,
            pay_by=pay_by or "",
            wish=wish.as_json(),
            first=first,
            until=until,
            weekdays=days,
            exceptions=sorted({date.isoformat() for date in exceptions}),
            created_at=now,
        )
        _record("series.started", series, by, now)
    return series


def roll_series(*, planner_for: Callable[[Service], Planner], now: datetime) -> int:
    """Place what has come within the horizon of all series; how many days that were. A busy day is left for the next time."""
    rows = Series.objects.filter(ended_at=None, passenger__erased_at=None).select_related("service")
    return sum(place_due(series, planner=planner_for(series.service), now=now) for series in rows)


def skip_day(series: Series, date: Date, *, planner: Planner, by: User | None, now: datetime) -> Series:
    """Leave a day out; what is booked for it already is cancelled, too, and nobody waits for it any more.

    Twice changes nothing. Raises UnfitPattern for a day that has no journey of it, and plans.DayBusy.
    """
    with transaction.atomic():
        row = _locked(series)
        known = date.isoformat() in row.exceptions or row.days.filter(date=date).exists()
        if not known and not row.wants(date):
            raise UnfitPattern(phrase("There is no journey of this series on {day} to be left out.", day=day_words(date)))
        if date.isoformat() not in row.exceptions:
            row.exceptions = sorted([*row.exceptions, date.isoformat()])
            row.save(update_fields=["exceptions"])
            _record("series.skipped", row, by, now, date=date.isoformat())
        _give_up(row, row.days.filter(date=date), planner, by, now)
    return row


def end_series(series: Series, *, cancel: bool, planner: Planner, by: User | None, now: datetime) -> Series:
    """End a series; with `cancel` what is booked from now on is cancelled, too, and nobody waits for its days any more.

    Twice changes nothing. Raises plans.DayBusy.
    """
    with transaction.atomic():
        row = _locked(series)
        if row.ended_at is None:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            _record("series.ended", row, by, now)
        if cancel:
            today = now.astimezone(row.service.tz).date()
            _give_up(row, row.days.filter(date__gte=today), planner, by, now)
    return row


def _locked(series: Series) -> Series:
    """The row of a series, for which nobody places a day meanwhile."""
    return Series.objects.select_for_update(of=("self",)).select_related("service").get(pk=series.pk)


class _Moved(Exception):
    """Something was changed to a day that isn't locked; it gives back those that are."""


def _give_up(series: Series, days: QuerySet[SeriesDay], planner: Planner, by: User | None, now: datetime) -> None:
    """Wait for none of these days, and cancel what is booked for them; a place in line is locked before any day."""
    for waiting in Waiting.objects.filter(refusal__in=days.values("refusal"), state=WaitState.WAITING):
        with suppress(NotWaiting):  # a place was found just now: it's cancelled with the others
            leave_waitlist(waiting, by=by, now=now)
    _cancel(series, days, planner, by, now)


def _cancel(series: Series, days: QuerySet[SeriesDay], planner: Planner, by: User | None, now: datetime) -> None:
    """Cancel what is booked for these days and may be cancelled yet, also what it has been changed to.

    All their days are locked first, in their order: a late one goes on to lock the passenger, after whom nobody locks a day.
    """
    while True:
        dates = _dates(_standing(days))
        with suppress(_Moved), writing(series.service, dates):
            found = _standing(days)
            if not _dates(found) <= dates:
                raise _Moved
            for booking in found:
                with suppress(CantCancel):  # on board, or over
                    cancel_booking(booking.reference, planner=planner, by=by, why=NOT_REPEATED, now=now)
            return


def _standing(days: QuerySet[SeriesDay]) -> list[Booking]:
    """The bookings that these days have by now."""
    rows = days.select_related("booking", "refusal__waiting__booking")
    return [booking for booking in map(_booking, rows) if booking and booking.status not in GONE]


def _booking(day: SeriesDay) -> Booking | None:
    booking = day.placed
    while booking is not None and booking.status == Status.CHANGED:
        booking = booking.changed_to
    return booking


def _dates(bookings: Iterable[Booking]) -> set[Date]:
    """Their days, with those of their ways back."""
    return {leg.date for booking in bookings for leg in _legs(booking)}


def _legs(booking: Booking) -> Iterator[Booking]:
    yield booking
    if back := find_way_back(booking):
        yield back


def _record(kind: str, series: Series, by: User | None, now: datetime, **facts: object) -> None:
    data = {"series": series.pk, "passenger": series.passenger_id, **facts}
    events.record(kind, service=series.service, date=None, at=now, by=by, data=data)
