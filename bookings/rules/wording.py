"""Times as people of a service read them."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime

from bookings.models import Service


def say_time(at: datetime, service: Service) -> str:
    """An instant as people of the service read it: `14:05 on Monday 7 June`."""
    local = at.astimezone(service.tz)
    return f"{local:%H:%M} on {say_day(local.date())}"


def say_day(date: Date) -> str:
    """`Monday 7 June`."""
    return f"{date:%A} {date.day} {date:%B}"
