"""Places that people name when they say where they want to go, and the words by which they are found.

Stops are found by name too, and have a table of their own.
"""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models

from bookings.models.service import Service
from routing.model import Point


class PlainText(models.CharField):  # type: ignore[type-arg]  # Django's own can't be subscripted
    """Text in the order of its code points on every database, so that `prefix <= text < prefix + the last sign` is a range."""

    def db_parameters(self, connection: Any) -> Any:
        found = super().db_parameters(connection)
        return {**found, "collation": "C"} if connection.vendor == "postgresql" else found


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
    key = PlainText(max_length=40, blank=True, help_text="of a postcode: its code as `spelling.code_key` has it")
    position = models.PointField(srid=4326)

    class Meta:
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(fields=["service", "kind", "code"], name="place_code_once")]
        indexes = [models.Index(fields=["service", "key"], name="place_by_key")]

    def __str__(self) -> str:
        return f"{self.name}, {self.detail}" if self.detail else self.name

    @property
    def point(self) -> Point:
        return Point(self.position.x, self.position.y)


class Word(models.Model):
    """A word in the names of a service's places. Written, like its trigrams and its places, by `actions.put_places` alone."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = PlainText(max_length=40)
    places = models.PositiveIntegerField(help_text="how many places have it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "text"], name="word_once")]

    def __str__(self) -> str:
        return str(self.text)


class Trigram(models.Model):
    """Three signs on end in a word; words that are spelt alike share many."""

    word = models.ForeignKey(Word, on_delete=models.CASCADE, related_name="trigrams", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = PlainText(max_length=3)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "text", "word"], name="trigram_once")]
        indexes = [models.Index(fields=["word"], name="trigrams_of_word")]

    def __str__(self) -> str:
        return str(self.text)


class WordOfPlace(models.Model):
    """That a place has a word in its name or detail; the lower the rank, the likelier it's meant."""

    word = models.ForeignKey(Word, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+", db_index=False)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "word"], name="word_of_place_once")]
        indexes = [models.Index(fields=["word", "rank"], name="places_by_word")]

    def __str__(self) -> str:
        return f"{self.word_id} in {self.place_id}"
