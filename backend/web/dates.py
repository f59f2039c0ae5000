"""Calendar dates in addresses."""

from __future__ import annotations

from datetime import date as Date


class DateConverter:
    """`2026-11-24`, and nothing that is no day of the calendar, or has no day before or after it; as in the API."""

    regex = "(?:20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> Date:
        return Date.fromisoformat(value)

    def to_url(self, value: Date | str) -> str:
        return str(value)
