"""When: notice, horizon, hours and closures."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime, timedelta

from bookings.calendar import closed_because, next_open_date, open_hours
from bookings.refusals import Alternative, Reason
from bookings.rules.asked import Asked
from bookings.rules.wording import say_day, say_time
from routing.units import ServiceTime


def in_the_past(asked: Asked) -> Reason | None:
    if asked.wish.at >= asked.now:
        return None
    return Reason(
        "in_the_past",
        "In the past",
        f"{say_time(asked.wish.at, asked.service)} has passed. Ask for a time from now on.",
        nearest_time(asked),
    )


def too_soon(asked: Asked) -> Reason | None:
    if asked.wish.at >= asked.now + timedelta(seconds=asked.service.notice_s):
        return None
    return Reason(
        "too_soon",
        "Too soon",
        f"Journeys are booked at least {asked.service.notice_s // 60} minutes ahead. Ask for a later time.",
        nearest_time(asked),
    )


def too_far_ahead(asked: Asked) -> Reason | None:
    service = asked.service
    if asked.date <= asked.last_date:
        return None
    opens = asked.date - timedelta(days=service.horizon_days)
    return Reason(
        "too_far_ahead",
        "Too far ahead",
        f"Journeys are booked up to {service.horizon_days} days ahead: for {say_day(asked.date)} from {say_day(opens)} on.",
        [_book_later(asked, asked.date)],
    )


def closed(asked: Asked) -> Reason | None:
    why = closed_because(asked.service, asked.date)
    if why is None:
        return None
    return Reason(
        "closed", "Closed that day", f"{asked.service.name} is closed on {say_day(asked.date)}: {why}.", nearest_time(asked)
    )


def outside_hours(asked: Asked) -> Reason | None:
    service, hours = asked.service, open_hours(asked.service, asked.date)
    if hours is None:
        return None
    day, at = service.day(asked.date), service.day(asked.date).time_of(asked.wish.at)
    if at in hours:
        return None
    opens, closes = day.instant(hours.earliest), day.instant(hours.latest)
    return Reason(
        "outside_hours",
        "Outside the hours",
        f"{service.name} runs from {opens:%H:%M} to {closes:%H:%M} on {say_day(asked.date)}. Ask for a time between these.",
        nearest_time(asked),
    )


def nearest_time(asked: Asked, from_date: Date | None = None) -> list[Alternative]:
    """What is asked for at the nearest time, from its day or `from_date` on, that notice, hours and horizon let through.

    Whether the plan has room then is another matter. Where nothing can be booked yet, it tells when.
    """
    service, local = asked.service, asked.wish.at.astimezone(asked.service.tz).time()
    first = max(from_date or asked.date, asked.soonest.date())
    for date in (first + timedelta(days=days) for days in range((asked.last_date - first).days + 1)):
        hours, day = open_hours(service, date), service.day(date)
        if hours is None:
            continue
        earliest = max(hours.earliest, day.time_of(asked.soonest))
        if earliest <= hours.latest:
            return [at_time(asked, day.instant(ServiceTime(min(max(day.wall_clock(local), earliest), hours.latest))))]
    date_after = next_open_date(service, asked.last_date + timedelta(days=1), service.horizon_days)
    return [] if date_after is None else [_book_later(asked, date_after)]


def at_time(asked: Asked, at: datetime) -> Alternative:
    """The same wish at another time."""
    text = say_time(at, asked.service)
    if asked.wish.arrive_by:
        return Alternative("other_time", f"Arrive by {text}", arrive_by=at)
    return Alternative("other_time", f"Leave at {text}", leave_at=at)


def _book_later(asked: Asked, date: Date) -> Alternative:
    opens = date - timedelta(days=asked.service.horizon_days)
    return Alternative("book_later", f"Ask again on {say_day(opens)} or after")
