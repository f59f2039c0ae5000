from __future__ import annotations

from datetime import date as Date
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from bookings import asked, events
from bookings.models import Event, Service

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def ask_reoptimise(service: Service, date: Date, *, by: User | None, now: datetime) -> Event:
    """Put on record that somebody wants a better plan of a day; `data["request"]` is the id that the answer will name.

    Whoever asks queues it after the commit and says so with `events.claim`; `chase_reoptimisations` finds what gets lost.
    """
    return events.record(asked.ASKED, service=service, date=date, at=now, by=by, data={"request": str(uuid4())})
