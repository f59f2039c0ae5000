"""Instants on their way in: RFC 3339, with an offset.

An offset makes an instant of any wall clock, so `Z` and foreign offsets are welcome. One thing is not: a wall clock that the
clocks of the service's zone skip (01:30 on the last Sunday of March in London), with an offset that the zone has on that day.
Whoever writes that has local time in mind, and a local time that never comes. Where UTC is meant, `Z` says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings.words import day_words, worded

_RFC3339 = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?P<fraction>\.[0-9]{1,9})?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-5][0-9])?"
)
_ZULU = timezone(timedelta(0), "Z")  # tells what was written as Z from what was written as +00:00
_YEARS = range(2000, 2200)  # far from where date arithmetic ends


@extend_schema_field({"type": "string", "format": "date-time", "pattern": "^2[01]", "example": "2027-03-26T10:05:00+00:00"})
class InstantField(serializers.Field[datetime, Any, str, Any]):
    """An aware datetime from RFC 3339; keeps the offset as written, for `check_local_time`."""

    default_error_messages = {
        "invalid": "Give a time as RFC 3339 has it, such as 2027-03-26T10:05:00+00:00.",
        "naive": "Say which offset from UTC this time has: add Z, or an offset such as +01:00.",
        "far": _("Give a time in the years 2000 to 2199."),
    }

    def to_internal_value(self, data: Any) -> datetime:
        match = _RFC3339.fullmatch(data) if isinstance(data, str) else None
        if match is None:
            self.fail("invalid")
        if match["offset"] is None:
            self.fail("naive")
        if int(data[:4]) not in _YEARS:
            self.fail("far")
        # Times are whole seconds from here on; "-00:00" is RFC 3339's "UTC, local offset unknown".
        utc = match["offset"] in ("Z", "z", "-00:00")
        try:
            at = datetime.fromisoformat(f"{match['date']}T{match['time']}{'+00:00' if utc else match['offset']}")
        except ValueError:
            self.fail("invalid")
        return at.replace(tzinfo=_ZULU) if utc else at

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


def check_local_time(at: datetime, zone: ZoneInfo) -> None:
    """Raises ValidationError where `at` (offset as written) is a wall clock that the zone skips."""
    if at.tzname() == "Z":
        return
    naive = at.replace(tzinfo=None)
    before, after = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    skipped = before.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive
    if skipped and at.utcoffset() in (before.utcoffset(), after.utcoffset()):
        instead = before.astimezone(UTC).astimezone(zone)
        raise serializers.ValidationError(
            worded(
                "The clocks of {zone} skip {time} on {day}. Give {instead} for the time after that, or {utc} where you mean UTC.",
                zone=zone.key,
                time=f"{naive:%H:%M}",
                day=day_words(naive.date()),
                instead=instead.isoformat(),
                utc=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            )
        )


def local(at: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant as the service's clocks show it, with offset: how every time leaves the API."""
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")
