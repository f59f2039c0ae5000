from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from django.db import connection

from bookings.models import Bucket
from bookings.refusals import DomainError
from bookings.words import phrase

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)

# One statement, so that of many at once no two take the same token. It changes nothing where the bucket is empty.
_TAKE = f"""
    INSERT INTO {Bucket._meta.db_table} AS bucket (name, full_at_us) VALUES (%(name)s, %(now)s + %(each)s)
    ON CONFLICT (name) DO UPDATE
    SET full_at_us = CASE WHEN bucket.full_at_us > %(now)s THEN bucket.full_at_us ELSE %(now)s END + %(each)s
    WHERE bucket.full_at_us <= %(now)s + %(room)s
    RETURNING full_at_us
"""


class TooMany(DomainError):
    """The bucket is empty; the next token comes in `wait_s`."""

    kind = "throttled"

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(phrase("Too many calls in a short time. Try again in {wait} s.", wait=wait_s))


def take_token(name: str, *, most: int, period_s: int, now: datetime) -> int:
    """Take a token of a bucket that holds so many and fills in a period; how many are left. Raises TooMany."""
    at, each = us_of(now), period_s * 1_000_000 // most
    room = each * (most - 1)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"name": name, "now": at, "each": each, "room": room})
        taken = cursor.fetchone()
    if taken is None:
        full_at = Bucket.objects.values_list("full_at_us", flat=True).filter(name=name).first() or at
        raise TooMany(max(1, math.ceil((full_at - room - at) / 1_000_000)))
    full_at_now: int = taken[0]
    return most - math.ceil((full_at_now - at) / each)


def us_of(at: datetime) -> int:
    """Microseconds since 1970, as buckets have them."""
    return (at - _EPOCH) // _US
