"""Offers as JSON."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from rest_framework import serializers

from backend.api.fare_json import FareLinesField
from backend.api.out import DropoffSerializer, LocalTimeField, PickupSerializer
from backend.api.party import PartySerializer
from bookings.models import Offer


class LegSerializer(serializers.ModelSerializer[Offer]):
    """A way there, or a way back."""

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


class WayBackOfferSerializer(LegSerializer):
    """The way back, which is booked with the way there: it has no id of its own. `open`: it's the last vehicle home."""

    open = serializers.BooleanField(source="open_return")

    class Meta(LegSerializer.Meta):
        fields = [*(name for name in LegSerializer.Meta.fields if name != "id"), "open"]


class OfferSerializer(LegSerializer):
    """A quote; it takes no seat until it is booked. With its `return`, where that was asked for: both are booked, or neither."""

    total_pence = serializers.SerializerMethodField(help_text="Of both ways.")

    class Meta(LegSerializer.Meta):
        fields = [*LegSerializer.Meta.fields, "total_pence"]

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"return": WayBackOfferSerializer(source="way_back", allow_null=True)}

    def get_total_pence(self, offer: Offer) -> int:
        return offer.fare_pence + (offer.way_back.fare_pence if offer.way_back else 0)


def offers_json(offers: list[Offer]) -> list[dict[str, Any]]:
    """Offers as JSON, in their order."""
    back = ("return_leg__service", "return_leg__pickup_stop", "return_leg__dropoff_stop")
    prefetch_related_objects(offers, "service", "pickup_stop", "dropoff_stop", *back)
    return list(OfferSerializer(offers, many=True).data)
