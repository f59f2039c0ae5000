from __future__ import annotations

from datetime import datetime

from bookings.actions.take_token import us_of
from bookings.models import Bucket, IdempotencyKey


def sweep_keys(*, answered_before: datetime, now: datetime) -> int:
    """Forget the answers of writes that nobody repeats any more, and the buckets that are full again; how many answers."""
    Bucket.objects.filter(full_at_us__lte=us_of(now)).delete()
    return IdempotencyKey.objects.filter(created_at__lte=answered_before).delete()[0]
