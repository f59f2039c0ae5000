"""Parts of the area of a service, for rules and fares; and between which of them nobody is taken."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models

from bookings.models.service import Service


class Zone(models.Model):
    """A part of the area with a name. Where zones overlap, the one with the lowest rank counts."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="zones")
    code = models.SlugField()
    name = models.CharField(max_length=80)
    area = models.MultiPolygonField(srid=4326)
    rank = models.PositiveSmallIntegerField(default=0, help_text="where zones overlap, the one with the lowest counts")

    class Meta:
        ordering = ["rank", "code"]
        constraints = [models.UniqueConstraint(fields=["service", "code"], name="zone_code_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.service.touch()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        self.service.touch()
        return gone


class ForbiddenTrip(models.Model):
    """Two zones between which nobody is taken, such as where a bus goes already. A zone with itself: nobody inside it."""

    origin = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="forbidden")
    destination = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="+")
    both_ways = models.BooleanField(default=True)
    why = models.CharField(max_length=120, blank=True, help_text="told to passengers, such as: take bus 36, every 15 minutes")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["origin", "destination"], name="forbidden_trip_once")]

    def __str__(self) -> str:
        return f"{self.origin} {'and' if self.both_ways else 'to'} {self.destination}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.origin.service.touch()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        self.origin.service.touch()
        return gone
