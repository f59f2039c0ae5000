"""What an operator should look at in a service that was just made or changed; nothing of it stops the service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import time

from bookings.models import Service, ServiceHours

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def list_warnings(service: Service) -> list[str]:
    """Sentences on hours at which nobody drives, and on public holidays."""
    found = list(_hours_without_a_shift(service))
    if not service.holiday_region and not service.closures.exists():
        found.append("it runs on public holidays: give holidays.region, such as GB-ENG, in --rules if it shall not")
    return found


def _hours_without_a_shift(service: Service) -> Iterator[str]:
    shifts = list(service.shift_patterns.all())
    days: dict[str, list[str]] = defaultdict(list)
    for hours in service.hours.all():
        driven = sorted((shift.starts, shift.ends) for shift in shifts if hours.weekday in shift.weekdays)
        gaps = ", ".join(f"{begin:%H:%M} to {end:%H:%M}" for begin, end in _gaps(hours, driven))
        days[gaps].append(DAYS[hours.weekday])
    for gaps, names in days.items():
        if gaps:
            yield f"open, but nobody drives on {', '.join(names)}: {gaps}; add shifts, or change the hours"


def _gaps(hours: ServiceHours, driven: list[tuple[time, time]]) -> Iterator[tuple[time, time]]:
    """The parts of the open hours of a weekday in which no vehicle is out."""
    at = hours.opens
    for begin, end in driven:
        if at < min(begin, hours.closes):
            yield at, min(begin, hours.closes)
        at = max(at, end)
    if at < hours.closes:
        yield at, hours.closes
