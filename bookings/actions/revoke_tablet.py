from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bookings.models import Tablet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def revoke_tablet(tablet: Tablet, *, by: User, now: datetime) -> None:
    """Note that a tablet is out; whoever calls this takes its token or session away in the same transaction."""
    Tablet.objects.filter(pk=tablet.pk, revoked_at=None).update(revoked_at=now, revoked_by=by, credential="")
