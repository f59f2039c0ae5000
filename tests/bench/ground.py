"""What the benchmarks share, made when the first of them wants it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tests.bench import busy_day
from tests.bench.size import Size


@dataclass
class Ground:
    size: Size

    @cached_property
    def day(self) -> busy_day.BusyDay:
        """The busiest day, booked; needs the database."""
        return busy_day.booked(self.size)
