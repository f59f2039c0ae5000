"""How rates are written in settings and environment: `60/min`, or `5/15min` for a period of 15 minutes."""

from __future__ import annotations

import re
from typing import NamedTuple

_PERIODS = {"s": 1, "min": 60, "h": 3600, "day": 86400}
_NOTATION = re.compile(rf"([1-9][0-9]{{0,6}})/([1-9][0-9]{{0,2}})?({'|'.join(_PERIODS)})")


class BadRate(ValueError):
    """A rate that is none; the message says how to write one."""


class Rate(NamedTuple):
    """So many at once, and so many a period in the long run."""

    most: int
    period_s: int

    def __str__(self) -> str:
        return f"{self.most}/{self.period_s}s"


def read_rate(text: str) -> Rate:
    """The rate that a text tells. Raises BadRate."""
    match = _NOTATION.fullmatch(text.strip())
    if match is None:
        raise BadRate(f"{text!r} is no rate: write a number, a slash, and a period such as 30s, min, 15min, h or day")
    return Rate(int(match[1]), int(match[2] or 1) * _PERIODS[match[3]])
