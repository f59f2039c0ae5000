"""Times as people of a service read them."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime

from bookings.models import Service
from bookings.words import Words, day_words, phrase, time_words


def say_time(at: datetime, service: Service) -> Words:
    """An instant as people of the service read it: `14:05 on Monday 7 June`."""
    return time_words(at, service.tz)


def say_day(date: Date) -> Words:
    """`Monday 7 June`."""
    return day_words(date)


def say_span(seconds: int) -> Words:
    """A stretch of time in the largest unit that fits: `30 minutes`, `2 hours`, `3 days`."""
    units = (
        (86_400, phrase("1 day"), phrase("{count} days")),
        (3600, phrase("1 hour"), phrase("{count} hours")),
        (60, phrase("1 minute"), phrase("{count} minutes")),
    )
    for length_s, one, many in units:
        if seconds == length_s:
            return one
        if seconds >= 2 * length_s and seconds % length_s == 0:
            return many.with_values(count=seconds // length_s)
    return units[-1][2].with_values(count=-(-seconds // 60))
