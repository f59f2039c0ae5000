"""On which days and at what times a service runs."""

from __future__ import annotations

from datetime import date as Date
from datetime import time, timedelta
from functools import lru_cache

import holidays

from bookings.models import Service
from routing.model import TimeWindow
from routing.units import DAY_S, NoSuchLocalTime, ServiceDay, ServiceTime


def open_hours(service: Service, date: Date) -> TimeWindow | None:
    """The open hours of a date as service time; None on weekdays without hours, closures and public holidays."""
    if closed_because(service, date) is not None:
        return None
    hours = next(row for row in service.hours.all() if row.weekday == date.weekday())
    day = service.day(date)
    return TimeWindow(local_time(day, hours.opens), local_time(day, hours.closes))


def closed_because(service: Service, date: Date) -> str | None:
    """Why a service does not run on a date, to follow "because"; None where it runs."""
    for closure in service.closures.all():
        if closure.date == date:
            return closure.reason
    if service.holiday_region and (name := public_holidays(service.holiday_region, date.year).get(date)):
        return f"it is a public holiday ({name})"
    if not any(row.weekday == date.weekday() for row in service.hours.all()):
        return f"it does not run on {date:%A}s"
    return None


def next_open_date(service: Service, date: Date, within_days: int) -> Date | None:
    """The first date from `date` on, and at most so many days later, on which the service runs."""
    dates = (date + timedelta(days=days) for days in range(within_days + 1))
    return next((each for each in dates if closed_because(service, each) is None), None)


def local_time(day: ServiceDay, local: time) -> ServiceTime:
    """The service time of a wall-clock time; where the clocks skip it, of the same time an hour later."""
    try:
        return day.wall_clock(local)
    except NoSuchLocalTime:
        return ServiceTime(min(day.wall_clock(local.replace(hour=local.hour + 1)), DAY_S))


@lru_cache(maxsize=64)
def public_holidays(region: str, year: int) -> dict[Date, str]:
    """Public holidays, observed days included, of an ISO 3166 region such as GB-ENG."""
    country, _, part = region.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year))
