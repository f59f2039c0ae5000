"""The plans as stored. Only `bookings.plans` imports this."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.day import Day
from bookings.models.fleet import Shift


class PlanRevision(models.Model):
    """Who made which plan of a day, when and why. Never changed, never deleted."""

    day = models.ForeignKey(Day, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=40)
    why = models.CharField(max_length=300, blank=True)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(help_text="the instant of deciding")

    class Meta:
        ordering = ["day", "number"]
        constraints = [models.UniqueConstraint(fields=["day", "number"], name="revision_number_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} #{self.number} {self.cause}"


class RouteRevision(models.Model):
    """A route as a revision changed it; `visits` is a list of [sign, subject]. Other shifts keep what they had."""

    revision = models.ForeignKey(PlanRevision, on_delete=models.PROTECT, related_name="routes")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="+")
    visits = models.JSONField()
    frozen = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "shift"], name="route_once_a_revision")]

    def __str__(self) -> str:
        return f"{self.revision} {self.shift}"
