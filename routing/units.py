"""The one place where clock times, service times and calendar days meet.

Instants inside `routing` are `ServiceTime`: whole seconds since noon minus 12 h local time of the service day, as GTFS
counts (GTFS reference, "Time"), so that the days on which clocks change come out right. Durations are plain ints with names
ending in `_s`, distances in `_m`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NewType
from zoneinfo import ZoneInfo

ServiceTime = NewType("ServiceTime", int)
"""Seconds since the service day began."""

DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """A day of service; it begins 12 h before local noon, as in GTFS."""

    date: date
    zone: ZoneInfo

    @property
    def begins_at(self) -> datetime:
        """The aware instant, in UTC, that is `ServiceTime` 0."""
        noon = datetime.combine(self.date, time(12), self.zone)
        return noon.astimezone(UTC) - timedelta(hours=12)  # exact on clock-change days

    def time_of(self, at: datetime) -> ServiceTime:
        """The service time of an aware instant, rounded down to the second; may be negative or past `DAY_S`."""
        if at.tzinfo is None:
            raise ValueError(f"{at!r} has no UTC offset: a service time needs an aware instant")
        return ServiceTime(int((at - self.begins_at).total_seconds() // 1))

    def instant(self, at: ServiceTime) -> datetime:
        """The aware instant, in the service's zone, of a service time."""
        return (self.begins_at + timedelta(seconds=at)).astimezone(self.zone)

    def wall_clock(self, local: time) -> ServiceTime:
        """The service time at which the clocks of this day show `local`: the first, where they show it twice.

        Where they skip it, as long after the skip as it would have been without: 1:30 is 2:30 where 1:00 becomes 2:00.
        """
        return self.time_of(datetime.combine(self.date, local, self.zone))


def service_day_of(at: datetime, zone: ZoneInfo) -> ServiceDay:
    """The service day whose local calendar date shows at an instant. Services that run past midnight choose their own.

    Raises ValueError for a naive instant.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no UTC offset: whose midnight is meant?")
    return ServiceDay(at.astimezone(zone).date(), zone)


def clock(at: ServiceTime | int) -> str:
    """`H:MM` of a service time, or `H:MM:SS` where it has seconds: for tests and logs, not for passengers.

    Counts from the begin of the service day, so it is not the wall clock before 12:00 on a clock-change day.
    """
    sign, whole = ("-", -int(at)) if at < 0 else ("", int(at))
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def parse_clock(text: str) -> ServiceTime:
    """The inverse of `clock`. Raises ValueError for anything else."""
    parts = text.lstrip("-").split(":")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        raise ValueError(f"{text!r} is not a time such as 8:05 or 8:05:30")
    hours, minutes, seconds = (*map(int, parts), 0)[:3]
    if minutes > 59 or seconds > 59:
        raise ValueError(f"{text!r} has more than 59 minutes or seconds")
    whole = hours * 3600 + minutes * 60 + seconds
    return ServiceTime(-whole if text.startswith("-") else whole)
