from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.booking import Booking, Status
from bookings.models.people import Passenger
from bookings.models.refusal import Refusal
from bookings.models.service import Service


class WaitState(models.TextChoices):
    """What has become of a wish that waits; `offered` goes on to taken or lapsed with the booking that is held for it."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too_late"


class Waiting(models.Model):
    """A refused wish whose passenger waits for a place. `booking` is the place that is held for them for a while."""

    refusal = models.OneToOneField(Refusal, on_delete=models.PROTECT, related_name="waiting")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    passenger = models.ForeignKey(Passenger, on_delete=models.PROTECT, related_name="waiting")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=WaitState.choices, default=WaitState.WAITING)
    tried_revision = models.PositiveIntegerField(null=True, blank=True, help_text="the plan in which there was no room last")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["service", "date"], condition=models.Q(state="waiting"), name="who_waits")]

    def __str__(self) -> str:
        return f"{self.passenger} for {self.date}: {self.status}"

    @property
    def status(self) -> WaitState:
        """What has become of it by now. Needs the booking: select it with the row."""
        if self.state != WaitState.OFFERED or self.booking is None or self.booking.status == Status.HELD:
            return WaitState(self.state)
        if self.booking.status == Status.CANCELLED and self.booking.held_until is not None:
            return WaitState.WITHDRAWN  # they gave it back without ever confirming it
        return WaitState.LAPSED if self.booking.status == Status.EXPIRED else WaitState.TAKEN
