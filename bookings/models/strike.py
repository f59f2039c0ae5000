from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.booking import Booking
from bookings.models.people import Passenger


class StrikeKind(models.TextChoices):
    LATE_CANCEL = "late_cancel"
    NO_SHOW = "no_show"


class Strike(models.Model):
    """A seat that went empty because of its passenger: cancelled too late for others, or not there. Staff may take it back."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="strike")
    passenger = models.ForeignKey(Passenger, on_delete=models.PROTECT, related_name="strikes")
    kind = models.CharField(max_length=12, choices=StrikeKind.choices)
    at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reversed_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["passenger", "at"], condition=models.Q(reversed_at=None), name="strikes_that_count")]

    def __str__(self) -> str:
        return f"{self.booking.reference}: {self.kind}"
