from __future__ import annotations

from datetime import datetime

from bookings.actions.take_token import us_of
from bookings.models import Bucket, Enrolment, IdempotencyKey, SignInCode


def sweep_keys(*, answered_before: datetime, now: datetime) -> int:
    """Forget what is over: answers of writes that nobody repeats, buckets that are full again, codes; how many answers."""
    Bucket.objects.filter(full_at_us__lte=us_of(now)).delete()
    SignInCode.objects.filter(expires_at__lte=now).delete()
    Enrolment.objects.filter(expires_at__lte=now).delete()
    return IdempotencyKey.objects.filter(created_at__lte=answered_before).delete()[0]
