from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from bookings.models.people import Passenger
from bookings.models.promise import Promise
from routing.model import Request, RequestId


class Offer(Promise):
    """A quote that expires; it takes no seat. `wish` is what was asked, exactly as asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    passenger = models.ForeignKey(Passenger, on_delete=models.PROTECT, null=True, blank=True, related_name="offers")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    wish = models.JSONField()
    plan_revision = models.PositiveIntegerField(help_text="the plan that it was made against")
    return_of = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="return_leg", help_text="the way there"
    )
    instead_of = models.ForeignKey(
        "bookings.Booking", on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="what it would change"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.pickup_name} to {self.dropoff_name}, {self.pickup_from_at:%Y-%m-%d %H:%M} UTC"

    @property
    def way_back(self) -> Offer | None:
        """The way back that is offered with it."""
        return getattr(self, "return_leg", None)

    def request(self, request_id: RequestId | None = None) -> Request:
        """What the offer promises, as hard windows."""
        return self.request_as(request_id or RequestId(f"offer-{self.pk}"), self.service.day(self.date))
