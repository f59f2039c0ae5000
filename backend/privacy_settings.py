"""For how long what is kept (`settings.RETENTION`, in days), and how often is looked for what has been kept for long enough."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

AUDIT_AT_LEAST = 180
"""As long as the database refuses to remove rows of the audit."""

USUAL = {
    "offers": 7,  # that nobody took
    "refusals": 180,  # from where to where, and in which words; what kind of no stays
    "journeys": 180,  # doors, names of places and what was written about bookings; times, stops and promises stay
    "messages": 90,
    "webhook_deliveries": 90,
    "saved_places": 730,  # of people who haven't travelled for so long
    "people": 1095,  # who haven't travelled for so long: erased
    "links": 2190,  # between a journey or a refusal and its passenger
    "audit": 730,
}
BEAT = {"forget what was kept for long enough": {"task": "backend.tasks.purge", "schedule": crontab(hour=3, minute=15)}}


def read(env: Any) -> dict[str, int]:
    """Days by what they are for: RETENTION_DAYS says others, such as `messages=30,audit=365`. Raises ImproperlyConfigured."""
    asked = env.dict("RETENTION_DAYS", default={})
    if unknown := asked.keys() - USUAL.keys():
        raise ImproperlyConfigured(f"RETENTION_DAYS: {', '.join(sorted(unknown))} is not kept; {', '.join(USUAL)} are")
    if wrong := [name for name, days in asked.items() if not days.isdecimal() or not 0 < int(days) < 36500]:
        raise ImproperlyConfigured(f"RETENTION_DAYS: give whole days for {', '.join(wrong)}, as in messages=90")
    days = USUAL | {name: int(value) for name, value in asked.items()}
    if days["audit"] < AUDIT_AT_LEAST:
        raise ImproperlyConfigured(f"RETENTION_DAYS: the audit is kept for {AUDIT_AT_LEAST} days at least")
    return days
