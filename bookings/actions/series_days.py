"""The days of a series, placed as they come within the horizon: each stands alone, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date as Date
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import OperationalError, transaction

from bookings import events, money, plans, refusals, travellers
from bookings.actions.finding_offers import asking, find_offers
from bookings.actions.placing import NoRoom, OwnJourneys, Taker, legs_of, place_all
from bookings.actions.serve_waitlist import serve_first
from bookings.actions.wait import NothingToWaitFor, join_waitlist
from bookings.calendar import closed_because
from bookings.fares import FareMoved
from bookings.models import Series, SeriesDay, Status
from bookings.planner import Planner
from bookings.promotions import PromotionUsedUp
from bookings.refusals import Reason
from bookings.rules.deadlines import latest_at
from bookings.travellers import PassengerErased
from bookings.wish import RideWish, WayBack, wish_from_json
from bookings.words import phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TRIES = 3
"""So often a day is asked for anew where what was offered has gone the next moment."""


class _NotWanted(Exception):
    """The series has ended, the day was left out, or somebody else has placed it; it ends the transaction."""


def place_due(series: Series, *, planner: Planner, now: datetime, by: User | None = None) -> int:
    """Place what has come within the horizon of a series and isn't yet; how many days that were.

    A day that fails is kept with what would be possible, and waits; one that is busy is left for the next time, as are those
    that are left when we are killed. `by` is who wants it now; None: the service itself, as the days come. Call it outside of
    transactions: nothing of a day stays locked while others are searched.
    """
    return sum(_place(series.pk, date, planner, now, by) for date in _due(series, now))


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


def _due(series: Series, now: datetime) -> Iterator[Date]:
    """The days that passengers can ask for by now, and for which nothing has been tried yet. Days without service are none."""
    service = series.service
    today, latest = now.astimezone(service.tz).date(), latest_at(service, service.notice, now)
    known = set(series.days.values_list("date", flat=True))
    for date in series.dates(latest.astimezone(service.tz).date()):
        is_new = date >= today and date not in known and closed_because(service, date) is None
        if is_new and wish_on(series, date).at <= latest:
            yield date


def _place(pk: int, date: Date, planner: Planner, now: datetime, by: User | None) -> bool:
    """Book a day of a series, or keep why not and what would be possible; False where it isn't wanted or others are at it."""
    try:
        for _ in range(TRIES):
            with suppress(NoRoom, OwnJourneys, PromotionUsedUp, FareMoved):
                return _try(pk, date, planner, now, by)
    except (_NotWanted, PassengerErased, plans.DayBusy):
        return False
    except OperationalError as error:
        if not plans.timed_out(error):
            raise
    return False  # a crowd is at this day: the next time


def _try(pk: int, date: Date, planner: Planner, now: datetime, by: User | None) -> bool:
    """One try. Raises _NotWanted, NoRoom, OwnJourneys, PromotionUsedUp, FareMoved, PassengerErased, plans.DayBusy."""
    series = _series(pk, date)
    wish = wish_on(series, date)
    serve_first(series.service, wish.days(series.service.tz), planner=planner, now=now)
    asked = asking(series.service, wish=wish, planner=planner, now=now, passenger=series.passenger, asked_by=series.created_by)
    offers = find_offers(asked, asked_by=series.created_by, channel=series.channel)
    if isinstance(offers, Reason):
        return _refuse(series, date, wish, offers, now, by)
    legs = legs_of(offers[0])
    try:
        taker = _taker(series, sum(leg.fare_pence for leg in legs), planner, now, by)
    except money.CantPayThatWay as error:
        reason = Reason(error.kind, phrase("This can't be paid in that way"), error.said)  # said later, in every language
        return _refuse(series, date, wish, reason, now, by)
    with transaction.atomic():
        day = _claim(series, date)
        day.booking = place_all(legs, taker)
        day.save(update_fields=["booking"])
    return True


def _series(pk: int, date: Date) -> Series:
    """The series as it is by now: others may have been placed for minutes since the days were counted. Raises _NotWanted."""
    series = Series.objects.select_related("service", "passenger", "created_by").get(pk=pk)
    if not series.wants(date):
        raise _NotWanted
    return series


def _claim(series: Series, date: Date) -> SeriesDay:
    """A row for a day, and the series locked: whoever ends it or leaves the day out comes before or after. Raises _NotWanted."""
    row = Series.objects.select_for_update().get(pk=series.pk)
    if not row.wants(date) or row.days.filter(date=date).exists():
        raise _NotWanted
    return SeriesDay.objects.create(series=row, date=date)


def _taker(series: Series, fare_pence: int, planner: Planner, now: datetime, by: User | None) -> Taker:
    """Who takes a day of a series. Raises money.CantPayThatWay: an account may have been closed since."""
    way = money.way_to_pay(series.service, series.passenger, fare_pence, Status.CONFIRMED, series.pay_by or None)
    asked_by = series.created_by
    return Taker(series.passenger, by, series.channel, Status.CONFIRMED, planner, now, way=way, asked_by=asked_by)


def _refuse(series: Series, date: Date, wish: RideWish, reason: Reason, now: datetime, by: User | None) -> bool:
    """Keep why a day failed; the passenger is told, unless `by` is there to read it. Raises _NotWanted, PassengerErased."""
    with transaction.atomic():
        day = _claim(series, date)
        travellers.lock_known(series.passenger)
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
        data = {"series": series.pk, "passenger": series.passenger_id, "date": date.isoformat(), "refusal": day.refusal.pk}
        with suppress(NothingToWaitFor):  # who comes each week need not ask again
            join_waitlist(day.refusal, passenger=series.passenger, by=None, channel=series.channel, now=now)
            data["waits"] = True
        events.record("series.failed", service=series.service, date=date, at=now, by=by, data=data)
    return True
