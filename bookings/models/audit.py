from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from bookings.models.event import AppendOnly
from bookings.models.people import Operator, Passenger

AUDIT_DAYS = 180
"""Rows younger than this nobody can remove, by triggers in the database (migration 0043); how long they are kept is a setting."""


class AuditQuerySet(models.QuerySet["Audit"]):
    """Rows can be added, nothing else; those that are old enough are removed by `actions.purge`."""

    def update(self, **changes: Any) -> int:
        raise AppendOnly("the audit stays as it was written")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly("the audit stays as it was written")


class Audit(models.Model):
    """Who did what, or looked at whom. Never what they wrote or saw: the rows name people by their ids alone.

    `kind` and `key` say what it was about, such as a booking by its reference. What shows many people at once, a manifest say,
    is one row without a passenger and with the day.
    """

    at = models.DateTimeField(db_default=Now())
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    role = models.CharField(max_length=15)
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    operation = models.CharField(max_length=90, help_text="method and route, or what was done elsewhere")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=60, blank=True)
    passenger = models.ForeignKey(Passenger, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    day = models.CharField(max_length=62, blank=True, help_text="slug of the service and date, where everybody of a day is shown")
    status = models.PositiveSmallIntegerField(help_text="as in HTTP")
    request_id = models.CharField(max_length=64, blank=True)
    look = models.CharField(
        max_length=32, null=True, unique=True, help_text="what a screen asks for again and again is one look in ten minutes"
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["passenger", "id"], condition=models.Q(passenger__isnull=False), name="audit_of_passengers"),
            models.Index(fields=["day"], condition=~models.Q(day=""), name="audit_of_days"),
            models.Index(fields=["at"], name="audit_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.operation}: {self.status}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("the audit stays as it was written")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly("the audit stays as it was written")
