from __future__ import annotations

from datetime import datetime, timedelta

from bookings import asked, events, plans
from bookings.models import Event, Service

UNSENT_AFTER = timedelta(seconds=30)
"""Whoever asks queues it at once; what isn't queued after so long won't be, unless somebody else does."""

PATIENCE = timedelta(hours=3)
"""After that nobody counts on the answer any more."""


def chase_reoptimisations(*, lost_after: timedelta, now: datetime) -> list[Event]:
    """What was asked for, has no answer, and is to be queued again under its own id, since it was never queued or got lost.

    `lost_after` is the time from queueing after which an answer would have come. What has been waiting for hours, or for a day
    that is over, is answered instead: the plan is kept, and why.
    """
    due = []
    for service in Service.objects.all():
        for event in asked.unanswered(service, now=now):
            if why := _hopeless(event, now):
                _give_up(event, why, now)
            elif _silent(event, lost_after, now) and events.claim(event, at=now):
                due.append(event)
    return due


def _hopeless(event: Event, now: datetime) -> str:
    """Why nobody needs to try any more; empty while somebody does."""
    if event.date and now.astimezone(event.service.tz).date() > event.date:
        return "the day was over before a worker got to it"
    if now - event.recorded_at > PATIENCE:
        return f"no worker got to it within {PATIENCE.total_seconds() / 3600:.0f} hours"
    return ""


def _silent(event: Event, lost_after: timedelta, now: datetime) -> bool:
    return now - event.sent_at > lost_after if event.sent_at else now - event.recorded_at > UNSENT_AFTER


def _give_up(event: Event, why: str, now: datetime) -> None:
    """Answer it, unless a worker just did; a day that others are changing is left for the next time."""
    assert event.date
    request = event.data["request"]
    try:
        with plans.writing(event.service, event.date) as day:
            if asked.answer_to(request, event.service, event.date) is None:
                facts = {"request": request, "why": why, "revision": day.revision, "before": 0, "after": 0}
                events.record(asked.KEPT, service=event.service, date=event.date, at=now, by=event.by, data=facts)
    except plans.DayBusy:
        return
