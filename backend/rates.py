"""How rates are written in settings and environment: `60/min`, or `5/15min` for a period of 15 minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

USUAL = {
    "offers": "60/min",  # a passenger
    "offers-desk": "600/min",  # an agent or a dispatcher
    "anonymous": "120/min",  # an address from which calls come without a valid token or session
    "sign-in": "30/min",  # an address from which passwords are tried
    "sign-in-name": "10/5min",  # a user name for which they are tried, from wherever
    "second-factor": "5/5min",  # a user for whom codes of an authenticator app are tried
    "second-factor-code": "1/3min",  # a code of an authenticator app, which works once
    "enrolments": "10/10min",  # an address from which codes for tablets are tried
    "codes": "3/10min",  # a telephone number or mail address to which codes go
    "codes-day": "10/day",  # the same
    "codes-address": "30/h",  # an address that asks for codes
}
"""How often somebody may ask: by user, or by address those who are not signed in."""

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


def read_limits(others: Mapping[str, str]) -> dict[str, Rate]:
    """The limits by scope: the usual ones, but for `others`. Raises ImproperlyConfigured."""
    if unknown := others.keys() - USUAL.keys():
        raise ImproperlyConfigured(f"RATE_LIMITS: {', '.join(sorted(unknown))} is not limited; {', '.join(USUAL)} are")
    try:
        return {scope: read_rate(text) for scope, text in {**USUAL, **others}.items()}
    except BadRate as error:
        raise ImproperlyConfigured(f"RATE_LIMITS: {error}") from error
