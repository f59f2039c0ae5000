from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.people import Passenger
from bookings.models.promise import Channel
from bookings.models.service import Service


class Refusal(models.Model):
    """A wish that got no offer, and why: an answer that is kept, so that an operator learns what it turned away.

    `alternatives` is a list of {kind, text, ...}: see bookings/refusals.py. `leeway` is a list of {rule, amount, unit, ...}: by
    how little which rule would have to give, see bookings/actions/giving.py. It holds the references of other people's bookings:
    bookings/queries/leeway.py says who is told what.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="refusals")
    date = models.DateField(null=True, blank=True, help_text="the day of the wish, where it has one")
    passenger = models.ForeignKey(Passenger, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    wish = models.JSONField()
    kind = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    detail = models.CharField(max_length=500)
    alternatives = models.JSONField(default=list)
    leeway = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["service", "date", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"
