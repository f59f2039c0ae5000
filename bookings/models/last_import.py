"""What the last import gave a service: where its rows differ from that by now, somebody has changed them."""

from __future__ import annotations

from django.db import models

from bookings.models.service import Service


class LastImport(models.Model):
    """Written by `actions.add_service` alone. None is what no import has told yet; `road_km` are those for a minibus."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, primary_key=True, related_name="+")
    road_km = models.FloatField(null=True)
    stops = models.JSONField(null=True)
    shifts = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"last import of {self.service}"
