from __future__ import annotations

from django.contrib.gis.db import models

from bookings.models.people import Passenger
from routing.model import Point


class SavedPlace(models.Model):
    """A place that a passenger goes to often, under a name of their own: "home", "Mum"."""

    passenger = models.ForeignKey(Passenger, on_delete=models.CASCADE, related_name="saved_places")
    label = models.CharField(max_length=60)
    position = models.PointField(srid=4326)

    class Meta:
        ordering = ["label", "pk"]
        constraints = [models.UniqueConstraint(fields=["passenger", "label"], name="saved_place_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def point(self) -> Point:
        return Point(self.position.x, self.position.y)
