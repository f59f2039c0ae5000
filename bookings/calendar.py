"""On which days and at what times a service runs."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta
from functools import lru_cache

import holidays

from bookings.models import Service, SpecialHours
from bookings.words import WEEKDAYS, Sayable, phrase
from routing.model import TimeWindow


def open_hours(service: Service, date: Date) -> TimeWindow | None:
    """The open hours of a date as service time; None on weekdays without hours, closures and public holidays."""
    if closed_because(service, date) is not None:
        return None
    hours = _special_hours(service, date) or next(row for row in service.hours.all() if row.weekday == runs_as(service, date))
    day = service.day(date)
    return TimeWindow(day.wall_clock(hours.opens), day.wall_clock(hours.closes))


def closed_because(service: Service, date: Date) -> Sayable | None:
    """Why a service does not run on a date, to follow "because"; None where it runs."""
    for closure in service.closures.all():
        if closure.date == date:
            return closure.reason
    if _special_hours(service, date):
        return None
    name = find_holiday(service, date)
    if name and service.holiday_weekday is None:
        return phrase("it is a public holiday ({name})", name=name)
    if not any(row.weekday == runs_as(service, date) for row in service.hours.all()):
        if name:
            return phrase("it is a public holiday ({name})", name=name)
        return phrase("it does not run on {weekday}s", weekday=WEEKDAYS[date.weekday()])
    return None


def runs_as(service: Service, date: Date) -> int:
    """The weekday whose hours and shifts a date has, 0 for Monday: its own, or that of public holidays."""
    if service.holiday_weekday is not None and find_holiday(service, date):
        return service.holiday_weekday
    return date.weekday()


def find_holiday(service: Service, date: Date) -> str | None:
    """The name of the public holiday that a date is where the service runs; None on others, and where no region is known."""
    return public_holidays(service.holiday_region, date.year).get(date) if service.holiday_region else None


def next_open_date(service: Service, date: Date, within_days: int) -> Date | None:
    """The first date from `date` on, and at most so many days later, on which the service runs."""
    dates = (date + timedelta(days=days) for days in range(within_days + 1))
    return next((each for each in dates if closed_because(service, each) is None), None)


@lru_cache(maxsize=64)
def public_holidays(region: str, year: int) -> dict[Date, str]:
    """Public holidays, observed days included, of an ISO 3166 region such as GB-ENG."""
    country, _, part = region.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year))


def _special_hours(service: Service, date: Date) -> SpecialHours | None:
    return next((row for row in service.special_hours.all() if row.date == date), None)
