from __future__ import annotations

from django.db import models

from bookings.models.service import Service


class Day(models.Model):
    """A service day that has been opened: the row that every writer locks, with the number of the current plan."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="days")
    date = models.DateField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "date"], name="day_once")]

    def __str__(self) -> str:
        return f"{self.service} {self.date}"
