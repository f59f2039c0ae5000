"""Times as people of a service read them."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime

from bookings.models import Service


def say_time(at: datetime, service: Service) -> str:
    """An instant as people of the service read it: `14:05 on Monday 7 June`."""
    local = at.astimezone(service.tz)
    return f"{local:%H:%M} on {say_day(local.date())}"


def say_span(seconds: int) -> str:
    """A stretch of time in the largest unit that fits: `30 minutes`, `2 hours`, `3 days`."""
    for unit, length_s in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if (seconds >= 2 * length_s and seconds % length_s == 0) or seconds == length_s:
            return f"{seconds // length_s} {unit}{'s' if seconds > length_s else ''}"
    return f"{-(-seconds // 60)} minutes"


def say_day(date: Date) -> str:
    """`Monday 7 June`."""
    return f"{date:%A} {date.day} {date:%B}"
