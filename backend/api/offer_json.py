"""Offers as JSON."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from rest_framework import serializers

from backend.api.fare_json import FareLinesField
from backend.api.out import DropoffSerializer, LocalTimeField, PickupSerializer
from backend.api.party import PartySerializer
from bookings.models import Offer


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """A quote; it takes no seat until it is booked."""

    service = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    service_date = serializers.DateField(source="date")
    pickup = PickupSerializer(source="*")
    dropoff = DropoffSerializer(source="*")
    party = PartySerializer()
    fare_lines = FareLinesField()
    expires_at = LocalTimeField()

    class Meta:
        model = Offer
        fields = [
            *("id", "service", "service_date", "pickup", "dropoff", "ride_s", "direct_s", "fare_pence", "fare_lines"),
            *("party", "expires_at"),
        ]


def offers_json(offers: list[Offer]) -> list[dict[str, Any]]:
    """Offers as JSON, in their order."""
    prefetch_related_objects(offers, "service", "pickup_stop", "dropoff_stop")
    return list(OfferSerializer(offers, many=True).data)
