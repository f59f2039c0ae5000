from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models

from bookings.models.service import Service
from routing.model import Point


class Stop(models.Model):
    """A physical place where passengers board and alight: a bus stop or a virtual stop."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="stops")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    settlement = models.CharField(max_length=80, blank=True)
    position = models.PointField(srid=4326)
    atco_code = models.CharField(max_length=12, blank=True)
    public_code = models.CharField(
        max_length=20, blank=True, help_text="what stands on the flag, and what people text for departures"
    )
    bearing = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="degrees from north that a bus faces here; served from the other side too where empty"
    )
    active = models.BooleanField(default=True)
    wheelchair = models.BooleanField(
        null=True, blank=True, help_text="whether wheelchairs get on and off here; where unknown, they are let try"
    )
    extra_boarding_s = models.PositiveSmallIntegerField(
        default=0, help_text="seconds that boarding and alighting take longer at this stop"
    )
    closed_from = models.DateField(null=True, blank=True, help_text="first day on which nobody new is picked up or set down")
    closed_until = models.DateField(null=True, blank=True, help_text="last such day; empty while nobody knows")
    closed_because = models.CharField(max_length=120, blank=True, help_text="such as: the road is dug up")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="stop_code_once"),
            models.CheckConstraint(condition=models.Q(bearing__lt=360), name="bearing_of_a_circle"),
            models.CheckConstraint(
                condition=models.Q(closed_until__isnull=True)
                | models.Q(closed_from__isnull=False, closed_from__lte=models.F("closed_until")),
                name="stop_closed_from_until",
                violation_error_message="A closure has a first day, and its last day is not before that.",
            ),
        ]

    def __str__(self) -> str:
        told = self.name.startswith(self.settlement)  # as of an empty one, and as in "Ripon Schools"
        return self.name if told else f"{self.settlement}, {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.service.touch()

    @property
    def point(self) -> Point:
        return Point(self.position.x, self.position.y)
