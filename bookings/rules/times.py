"""When: notice, horizon, hours and closures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Date
from datetime import datetime, time, timedelta

from bookings.calendar import closed_because, next_open_date, open_hours
from bookings.refusals import Alternative, Reason
from bookings.rules.asked import Asked
from bookings.rules.deadlines import deadline_at
from bookings.rules.wording import say_day, say_span, say_time
from bookings.words import Words, phrase
from routing.units import ServiceTime

FAR_DAYS = 31
"""So far one looks for a day on which a service runs that is closed for long."""


def in_the_past(asked: Asked) -> Reason | None:
    if asked.wish.at >= asked.now:
        return None
    return Reason(
        "in_the_past",
        phrase("In the past"),
        phrase("{time} has passed. Ask for a time from now on.", time=say_time(asked.wish.at, asked.service)),
        nearest_time(asked),
    )


def too_soon(asked: Asked) -> Reason | None:
    least_s = asked.notice.least_s
    if asked.wish.at >= asked.now + timedelta(seconds=least_s):
        return None
    return Reason(
        "too_soon",
        phrase("Too soon"),
        phrase("Journeys are booked at least {span} ahead. Ask for a later time.", span=say_span(least_s)),
        nearest_time(asked),
    )


def booking_closed(asked: Asked) -> Reason | None:
    notice, service = asked.notice, asked.service
    if notice.last is None:
        return None
    until = deadline_at(service, asked.date, notice.last, notice)
    if asked.now <= until:
        return None
    return Reason(
        "booking_closed",
        phrase("Booking for that day has closed"),
        phrase(
            "Journeys on {day} were booked until {time}. Ask for a later day.",
            day=say_day(asked.date),
            time=say_time(until, service),
        ),
        nearest_time(asked),
    )


def too_far_ahead(asked: Asked) -> Reason | None:
    notice = asked.notice
    if asked.wish.at <= asked.latest:
        return None
    if notice.most_s is not None:
        ahead, what = say_span(notice.most_s), say_time(asked.wish.at, asked.service)
    else:
        assert notice.start
        days = phrase("{count} days of service") if notice.counts_service_days else phrase("{count} days")
        ahead, what = days.with_values(count=notice.start.days), say_day(asked.date)
    opens = _say_opening(asked.opens_at(asked.wish.at), asked)
    return Reason(
        "too_far_ahead",
        phrase("Too far ahead"),
        phrase("Journeys are booked up to {span} ahead: for {day} from {opens} on.", span=ahead, day=what, opens=opens),
        [_book_later(asked, asked.wish.at)],
    )


def closed(asked: Asked) -> Reason | None:
    why = closed_because(asked.service, asked.date)
    if why is None:
        return None
    said = phrase("{service} is closed on {day}: {why}.", service=asked.service.name, day=say_day(asked.date), why=why)
    return Reason("closed", phrase("Closed that day"), said, nearest_time(asked))


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
        phrase("Outside the hours"),
        phrase(
            "{service} runs from {opens} to {closes} on {day}. Ask for a time between these.",
            service=service.name,
            opens=f"{opens:%H:%M}",
            closes=f"{closes:%H:%M}",
            day=say_day(asked.date),
        ),
        nearest_time(asked),
    )


RULES: tuple[Callable[[Asked], Reason | None], ...] = (
    in_the_past,
    too_soon,
    booking_closed,
    too_far_ahead,
    closed,
    outside_hours,
)


def fits(asked: Asked) -> bool:
    """Whether all rules about time let a wish through."""
    return not any(rule(asked) for rule in RULES)


def nearest_time(asked: Asked, from_date: Date | None = None) -> list[Alternative]:
    """What is asked for at the nearest time, from its day or `from_date` on, that notice, hours and horizon let through.

    Whether the plan has room then is another matter. Where nothing can be booked yet, it tells when.
    """
    service, local = asked.service, asked.wish.at.astimezone(asked.service.tz).time()
    soonest, latest = asked.soonest, asked.latest
    first, last = max(from_date or asked.date, soonest.date()), latest.astimezone(service.tz).date()
    for date in (first + timedelta(days=days) for days in range((last - first).days + 1)):
        hours, day = open_hours(service, date), service.day(date)
        if hours is None:
            continue
        earliest, until = max(hours.earliest, day.time_of(soonest)), min(hours.latest, day.time_of(latest))
        if earliest <= until:
            return [at_time(asked, day.instant(ServiceTime(min(max(day.wall_clock(local), earliest), until))))]
    return _when_the_next_opens(asked, max(last + timedelta(days=1), first))


def _when_the_next_opens(asked: Asked, date: Date) -> list[Alternative]:
    """When to ask again, where nothing can be booked yet; for the first hour of the next day on which the service runs."""
    service = asked.service
    found = next_open_date(service, date, max(service.horizon_days, FAR_DAYS))
    hours = None if found is None else open_hours(service, found)
    return [_book_later(asked, service.day(found).instant(hours.earliest))] if found and hours else []


def at_time(asked: Asked, at: datetime) -> Alternative:
    """The same wish at another time."""
    time = say_time(at, asked.service)
    if asked.wish.arrive_by:
        return Alternative("other_time", phrase("Arrive by {time}", time=time), arrive_by=at)
    return Alternative("other_time", phrase("Leave at {time}", time=time), leave_at=at)


def _book_later(asked: Asked, at: datetime) -> Alternative:
    opens = asked.opens_at(at)
    said = _say_opening(opens, asked)
    whole_day = opens.time() == time(0)
    text = phrase("Ask again on {day} or after", day=said) if whole_day else phrase("Ask again from {time} on", time=said)
    return Alternative("book_later", text)


def _say_opening(opens: datetime, asked: Asked) -> Words:
    return say_day(opens.date()) if opens.time() == time(0) else say_time(opens, asked.service)
