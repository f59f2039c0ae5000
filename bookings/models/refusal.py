from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.db import models

from bookings.models.people import Passenger
from bookings.models.promise import Channel
from bookings.models.service import Service


class RefusalWords(NamedTuple):
    """What a refusal says, in one language; `alternatives` with their texts in it."""

    title: str
    detail: str
    alternatives: list[dict[str, Any]]


class Refusal(models.Model):
    """A wish that got no offer, and why: an answer that is kept, so that an operator learns what it turned away.

    `alternatives` is a list of {kind, text, ...}: see bookings/refusals.py. `leeway` is a list of {rule, amount, unit, ...}: by
    how little which rule would have to give, see bookings/actions/giving.py. It holds the references of other people's bookings:
    bookings/queries/leeway.py says who is told what. The columns are in English, `translations` has the rest by language:
    {title, detail, alternatives: their texts}.
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
    translations = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["service", "date", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"

    def said_in(self, language: str) -> RefusalWords:
        """What it says; in English where it was not kept in that language."""
        told = self.translations.get(language)
        if told is None:
            return RefusalWords(self.title, self.detail, self.alternatives)
        texts = zip(self.alternatives, told["alternatives"], strict=True)
        return RefusalWords(told["title"], told["detail"], [{**each, "text": text} for each, text in texts])
