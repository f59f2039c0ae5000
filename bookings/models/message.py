"""What passengers are told, and the devices on which they can be."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.booking import Booking
from bookings.models.contact import Language, MessageChannel
from bookings.models.delivery import Delivery, State
from bookings.models.event import Event
from bookings.models.people import Passenger


class Device(models.Model):
    """A browser or an app that a passenger has allowed to show notifications: a subscription of the Push API."""

    passenger = models.ForeignKey(Passenger, on_delete=models.CASCADE, related_name="devices")
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["passenger", "endpoint"], name="device_once_a_passenger")]

    def __str__(self) -> str:
        return f"device {self.pk}"


OPTED_OUT = "opted out of"
"""How the reason begins where somebody doesn't want to hear of it."""


class Message(Delivery):
    """One event told to one passenger in one way; `key` makes it one, however often the event is looked at. `told_at`: somebody
    has told it by telephone instead.

    The text is not kept: it's made anew for every attempt, of what is true by then.
    """

    key = models.CharField(max_length=120, unique=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="messages")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    passenger = models.ForeignKey(Passenger, on_delete=models.PROTECT, related_name="messages")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.SlugField(max_length=40)
    channel = models.CharField(max_length=5, choices=MessageChannel.choices)
    language = models.CharField(max_length=2, choices=Language.choices)
    provider = models.CharField(max_length=20, blank=True)
    provider_id = models.CharField(max_length=200, blank=True, help_text="what the provider calls it")
    told_at = models.DateTimeField(null=True, blank=True, help_text="when somebody telephoned instead")
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state=State.QUEUED), name="queued_messages"),
            models.Index(fields=["booking", "channel", "state"], name="messages_of_bookings"),
            models.Index(fields=["expires_at"], condition=~models.Q(state=State.SENT), name="unsent_messages"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel} ({self.state})"
