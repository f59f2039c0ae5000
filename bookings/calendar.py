"""On which days and at what times a service runs."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta
from functools import lru_cache

import holidays

from bookings.models import Service
from bookings.words import WEEKDAYS, Sayable, phrase
from routing.model import TimeWindow


def open_hours(service: Service, date: Date) -> TimeWindow | None:
    """The open hours of a date as service time; None on weekdays without hours, closures and public holidays."""
    if closed_because(service, date) is not None:
        return None
    hours = next(row for row in service.hours.all() if row.weekday == date.weekday())
    day = service.day(date)
    return TimeWindow(day.wall_clock(hours.opens), day.wall_clock(hours.closes))


def closed_because(service: Service, date: Date) -> Sayable | None:
    """Why a service does not run on a date, to follow "because"; None where it runs."""
    for closure in service.closures.all():
        if closure.date == date:
            return closure.reason
    if service.holiday_region and (name := public_holidays(service.holiday_region, date.year).get(date)):
        return phrase("it is a public holiday ({name})", name=name)
    if not any(row.weekday == date.weekday() for row in service.hours.all()):
        return phrase("it does not run on {weekday}s", weekday=WEEKDAYS[date.weekday()])
    return None


def next_open_date(service: Service, date: Date, within_days: int) -> Date | None:
    """The first date from `date` on, and at most so many days later, on which the service runs."""
    dates = (date + timedelta(days=days) for days in range(within_days + 1))
    return next((each for each in dates if closed_because(service, each) is None), None)


@lru_cache(maxsize=64)
def public_holidays(region: str, year: int) -> dict[Date, str]:
    """Public holidays, observed days included, of an ISO 3166 region such as GB-ENG."""
    country, _, part = region.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year))
