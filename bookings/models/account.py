from __future__ import annotations

from django.db import models

from bookings.models.people import Operator


class Account(models.Model):
    """Who pays for others by monthly statement: a school, a hospital, social services."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="accounts")
    name = models.CharField(max_length=120)
    reference = models.CharField(max_length=60, blank=True, help_text="for statements, such as an order number")
    email = models.EmailField(blank=True)
    active = models.BooleanField(default=True, help_text="whether journeys can still be booked on it")

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
