"""Where partners of an operator are told what happens to bookings, and what became of telling them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.delivery import Delivery, State
from bookings.models.event import Event
from bookings.models.people import Operator


class Webhook(models.Model):
    """An address that is told of events. One that fails for days is switched off, and says why."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    description = models.CharField(max_length=120, blank=True)
    events = models.JSONField(default=list, blank=True, help_text='kinds of events, such as ["booking.confirmed"]; empty: all')
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    failing_since = models.DateTimeField(null=True, blank=True)
    switched_off_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.operator}: {self.description or self.url}"


class WebhookSecret(models.Model):
    """What deliveries are signed with. Two are valid for a day after one is replaced."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="secrets")
    secret = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"secret {self.pk}"


class WebhookDelivery(Delivery):
    """One event told to one address."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="webhook_deliveries")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "webhook deliveries"
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="told_once_a_webhook")]
        indexes = [models.Index(fields=["due_at", "id"], condition=models.Q(state=State.QUEUED), name="queued_webhooks")]

    def __str__(self) -> str:
        return f"{self.event.kind} ({self.state})"
