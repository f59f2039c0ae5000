"""Journeys that come again each week: begun, placed ahead as the horizon rolls, left out on a day, and ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date as Date
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from bookings import events, money, plans, refusals
from bookings.actions.cancel_booking import CantCancel, cancel_booking
from bookings.actions.placing import NoRoom, OwnJourneys, Taker, legs_of, place_all
from bookings.actions.request_ride import asking, find_offers
from bookings.actions.wait import NothingToWaitFor, join_waitlist
from bookings.calendar import closed_because
from bookings.kinds import NOT_REPEATED
from bookings.models import GONE, Passenger, Series, SeriesDay, Service, Status
from bookings.planner import Planner
from bookings.promotions import PromotionUsedUp
from bookings.refusals import Reason, Unfit
from bookings.wish import RideWish, WayBack, wish_from_json
from bookings.words import day_words, phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST = timedelta(days=366)
TRIES = 3
"""So often a day is asked for anew where what was offered has gone the next moment."""


class UnfitPattern(Unfit):
    kind = "unfit_pattern"


def start_series(
    service: Service,
    *,
    wish: RideWish,
    weekdays: Iterable[int],
    until: Date | None,
    exceptions: Iterable[Date],
    passenger: Passenger,
    by: User | None,
    channel: str,
    planner: Planner,
    pay_by: str | None = None,
    now: datetime,
) -> Series:
    """Repeat a wish each week from its day on, and place what is within the horizon already.

    It's paid to the driver or on account, as `pay_by` says or as is usual. Raises UnfitPattern, money.CantPayThatWay.
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
    _roll(series, planner, now, by)
    return series


def roll_series(*, planner_for: Callable[[Service], Planner], now: datetime) -> int:
    """Place what has come within the horizon of all series; how many days that were. A busy day is left for the next time."""
    rows = Series.objects.filter(ended_at=None).select_related("service", "passenger", "created_by")
    return sum(_roll(series, planner_for(series.service), now, None) for series in rows)


def skip_day(series: Series, date: Date, *, planner: Planner, by: User | None, now: datetime) -> Series:
    """Leave a day out; what is booked for it already is cancelled. Twice changes nothing. Raises CantCancel, plans.DayBusy."""
    with transaction.atomic():
        row = Series.objects.select_for_update().get(pk=series.pk)
        if date.isoformat() not in row.exceptions:
            row.exceptions = sorted([*row.exceptions, date.isoformat()])
            row.save(update_fields=["exceptions"])
            _record("series.skipped", row, by, now, date=date.isoformat())
    _cancel(row.days.filter(date=date), planner, by, now)
    return row


def end_series(series: Series, *, cancel: bool, planner: Planner, by: User | None, now: datetime) -> Series:
    """End a series; with `cancel` what is booked from now on is cancelled, too. Twice changes nothing. Raises plans.DayBusy."""
    with transaction.atomic():
        row = Series.objects.select_for_update().get(pk=series.pk)
        if row.ended_at is None:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            _record("series.ended", row, by, now)
    if cancel:
        _cancel(row.days.filter(date__gte=now.astimezone(row.service.tz).date()), planner, by, now)
    return row


def wish_on(series: Series, date: Date) -> RideWish:
    """What a series asks for on a day: the same at the same local times, also where the clocks have changed."""
    first, service = wish_from_json(series.wish), series.service

    def then(at: datetime | None) -> datetime | None:
        if at is None:
            return None
        local = at.astimezone(service.tz)
        day = service.day(date + (local.date() - series.first))
        return day.instant(day.wall_clock(local.time()))

    back = first.back and WayBack(then(first.back.leave_at), then(first.back.arrive_by))
    return first.at_other_times(leave_at=then(first.leave_at), arrive_by=then(first.arrive_by), back=back)


def _roll(series: Series, planner: Planner, now: datetime, by: User | None) -> int:
    placed = 0
    for date in _due(series, now):
        try:
            placed += _place(series, date, planner, now, by)
        except plans.DayBusy:
            continue
    return placed


def _due(series: Series, now: datetime) -> Iterator[Date]:
    """The days within the horizon for which nothing has been tried yet. On those without service nobody is missed."""
    service = series.service
    today = now.astimezone(service.tz).date()
    known = set(series.days.values_list("date", flat=True))
    for date in series.dates(today + timedelta(days=service.horizon_days)):
        if date >= today and date not in known and closed_because(service, date) is None:
            yield date


def _place(series: Series, date: Date, planner: Planner, now: datetime, by: User | None) -> bool:
    """Book a day of a series, or keep why not and what would be possible; False where somebody else has. Raises plans.DayBusy."""
    wish = wish_on(series, date)
    for _ in range(TRIES):
        asked = asking(
            series.service, wish=wish, planner=planner, now=now, passenger=series.passenger, asked_by=series.created_by
        )
        offers = find_offers(asked, asked_by=series.created_by, channel=series.channel)
        if isinstance(offers, Reason):
            return _refuse(series, date, wish, offers, now)
        legs = legs_of(offers[0])
        try:
            taker = _taker(series, sum(leg.fare_pence for leg in legs), planner, now, by)
            with transaction.atomic():
                day = SeriesDay.objects.create(series=series, date=date)
                day.booking = place_all(legs, taker)
                day.save(update_fields=["booking"])
                return True
        except (NoRoom, OwnJourneys, PromotionUsedUp):
            continue
        except IntegrityError:
            return False
        except money.CantPayThatWay as error:
            reason = Reason(error.kind, phrase("This can't be paid in that way"), error.said)  # said later, in every language
            return _refuse(series, date, wish, reason, now)
    return False  # a crowd is at this day: the next time


def _taker(series: Series, fare_pence: int, planner: Planner, now: datetime, by: User | None) -> Taker:
    """Who takes a day of a series. Raises money.CantPayThatWay: an account may have been closed since."""
    way = money.way_to_pay(series.service, series.passenger, fare_pence, Status.CONFIRMED, series.pay_by or None)
    asked_by = series.created_by
    return Taker(series.passenger, by, series.channel, Status.CONFIRMED, planner, now, way=way, asked_by=asked_by)


def _refuse(series: Series, date: Date, wish: RideWish, reason: Reason, now: datetime) -> bool:
    try:
        with transaction.atomic():
            day = SeriesDay.objects.create(series=series, date=date)
            day.refusal = refusals.keep(
                reason,
                service=series.service,
                wish=wish,
                passenger=series.passenger,
                asked_by=series.created_by,
                channel=series.channel,
                now=now,
            )
            day.save(update_fields=["refusal"])
            _record("series.failed", series, None, now, date=date.isoformat(), refusal=day.refusal.pk)
            with suppress(NothingToWaitFor):  # who comes each week need not ask again
                join_waitlist(day.refusal, passenger=series.passenger, by=None, channel=series.channel, now=now)
    except IntegrityError:
        return False
    return True


def _cancel(days: Iterable[SeriesDay], planner: Planner, by: User | None, now: datetime) -> None:
    """Cancel what is booked for these days and may be cancelled yet, also what it has been changed to."""
    for day in days:
        booking = day.booking
        while booking is not None and booking.status == Status.CHANGED:
            booking = booking.changed_to
        if booking is not None and booking.status not in GONE:
            try:
                cancel_booking(booking.reference, planner=planner, by=by, why=NOT_REPEATED, now=now)
            except CantCancel:
                continue  # on board, or over


def _record(kind: str, series: Series, by: User | None, now: datetime, **facts: object) -> None:
    data = {"series": series.pk, "passenger": series.passenger_id, **facts}
    events.record(kind, service=series.service, date=None, at=now, by=by, data=data)
