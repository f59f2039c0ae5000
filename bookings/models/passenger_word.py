from __future__ import annotations

from django.db import models

from bookings.models.people import Operator, Passenger


class PassengerWord(models.Model):
    """By what a passenger is found: a word of the name, or the end of the telephone number from its last digit on.

    Both are looked up by how they begin, in an index that does it on either database. Written by `bookings.passenger_words`.
    """

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="+")
    passenger = models.ForeignKey(Passenger, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=41)

    class Meta:
        indexes = [
            models.Index(fields=["operator", "word"], opclasses=["int8_ops", "varchar_pattern_ops"], name="passengers_by_word")
        ]

    def __str__(self) -> str:
        return f"word of passenger {self.passenger_id}"
