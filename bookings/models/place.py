"""Places that people name when they say where they want to go. Stops are found by name too, and have a table of their own."""

from __future__ import annotations

from django.contrib.gis.db import models

from bookings.models.service import Service
from routing.model import Point


class PlaceKind(models.TextChoices):
    POSTCODE = "postcode"
    SETTLEMENT = "settlement"
    STREET = "street"
    LANDMARK = "landmark"


class Place(models.Model):
    """A place of a service, with a code that is its own among its kind: a postcode without space, an OpenStreetMap id."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="places")
    kind = models.CharField(max_length=12, choices=PlaceKind.choices)
    name = models.CharField(max_length=160)
    detail = models.CharField(max_length=120, blank=True, help_text="what tells it from others: settlement, kind of landmark")
    code = models.CharField(max_length=40)
    other_names = models.JSONField(
        default=list, blank=True, help_text="what else it's called: an older name, or one in another language"
    )
    position = models.PointField(srid=4326)

    class Meta:
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(fields=["service", "kind", "code"], name="place_code_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.detail}" if self.detail else self.name

    @property
    def point(self) -> Point:
        return Point(self.position.x, self.position.y)


class KeptGazetteer(models.Model):
    """The places of a service as they are searched, see `bookings.gazetteer`. Written by `actions.put_places` alone."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, primary_key=True, related_name="+")
    format = models.PositiveSmallIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"places of {self.service}"
