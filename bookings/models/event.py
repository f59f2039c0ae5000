from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from bookings.models.booking import Booking
from bookings.models.fleet import Shift
from bookings.models.service import Service


class AppendOnly(RuntimeError):
    """An attempt to change or delete what has happened."""


class EventQuerySet(models.QuerySet["Event"]):
    """Events can be added and marked as sent, nothing else."""

    def update(self, **changes: Any) -> int:
        if set(changes) != {"sent_at"}:
            raise AppendOnly("events are facts: record another one instead of changing this one")
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly("events are facts and stay")


class Event(models.Model):
    """A fact, and an outbox: what must happen after a commit is told by the rows whose `sent_at` is empty."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    date = models.DateField(null=True, blank=True, help_text="the service day that it's about")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(help_text="when it happened")
    recorded_at = models.DateTimeField(help_text="when Drover learnt of it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["service", "date", "kind"]),
            models.Index(fields=["id"], condition=models.Q(sent_at=None), name="unsent_events"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("events are facts: record another one instead of changing this one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly("events are facts and stay")
