"""When deadlines of the booking rules fall, for a day of travel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from datetime import datetime, time, timedelta

from bookings.calendar import closed_because
from bookings.models import Service
from bookings.notice import MOST_DAYS, Deadline, Notice

DAY = timedelta(days=1)


def deadline_at(service: Service, date: Date, deadline: Deadline, notice: Notice) -> datetime:
    """The instant of a deadline for journeys on a date. Of two dates, the later one never has the earlier deadline."""
    on = _service_days_before(service, date, deadline.days) if notice.counts_service_days else date - deadline.days * DAY
    return datetime.combine(on, deadline.at, service.tz)


def first_date(service: Service, deadline: Deadline, notice: Notice, now: datetime) -> Date:
    """The first date whose deadline is not over."""
    soonest = now.astimezone(service.tz).date() + deadline.days * DAY  # counting days of service alone, it's later still
    return next(date for date in _dates(soonest) if deadline_at(service, date, deadline, notice) >= now)


def latest_at(service: Service, notice: Notice, now: datetime) -> datetime:
    """The last instant that can be asked for already."""
    if notice.most_s is not None:
        return now + timedelta(seconds=notice.most_s)
    assert notice.start
    day_after = last_date(service, notice.start, notice, now) + DAY
    return datetime.combine(day_after, time(0), service.tz) - timedelta(microseconds=1)


def last_date(service: Service, start: Deadline, notice: Notice, now: datetime) -> Date:
    """The last date that can be asked for already; the day before today where not even today can."""
    date = now.astimezone(service.tz).date() + (start.days - 1) * DAY
    while deadline_at(service, date + DAY, start, notice) <= now:
        date += DAY
    return date


def _service_days_before(service: Service, date: Date, days: int) -> Date:
    """So many days on which the service runs before a date; days of the calendar where it has closed for good."""
    left, found = days, date
    for _ in range(days + MOST_DAYS):
        if left == 0:
            return found
        found -= DAY
        left -= closed_because(service, found) is None
    return date - days * DAY


def _dates(date: Date) -> Iterator[Date]:
    while True:
        yield date
        date += DAY
