"""What offers and bookings have in common on their way out: stops, times in the zone of the service, both ends of a ride."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.places import POINT_SCHEMA, point
from backend.api.times import local
from bookings.models import Stop
from routing.model import Point
from routing.units import ServiceDay


@extend_schema_field({"type": ["string", "null"], "format": "date-time", "description": "RFC 3339, offset of the service's zone"})
class LocalTimeField(serializers.Field[Any, Any, Any, Any]):
    """An instant of something that belongs to a service."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> tuple[datetime | None, ZoneInfo]:
        return super().get_attribute(instance), instance.service.tz

    def to_representation(self, value: tuple[datetime | None, ZoneInfo]) -> str | None:
        return local(*value)


@extend_schema_field({"type": "string", "format": "date-time", "description": "RFC 3339, offset of the service's zone"})
class ServiceClockField(serializers.Field[Any, Any, Any, Any]):
    """A service time of something that belongs to a day of a service, as an instant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> tuple[Any, ServiceDay]:
        return super().get_attribute(instance), instance.service.day(instance.date)

    def to_representation(self, value: tuple[Any, ServiceDay]) -> str | None:
        at, day = value
        return local(day.instant(at), day.zone)


@extend_schema_field(
    {
        "type": ["object", "null"],
        "description": "A GeoJSON LineString: the line that is driven.",
        "properties": {
            "type": {"type": "string", "const": "LineString"},
            "coordinates": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        },
    }
)
class PathField(serializers.JSONField):
    """GeoJSON of a line."""


@extend_schema_field(POINT_SCHEMA)
class PointField(serializers.Field[Any, Any, Any, Any]):
    """GeoJSON of a place."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Point) -> dict[str, Any]:
        return point(*value)


class StopSerializer(serializers.ModelSerializer[Stop]):
    position = serializers.SerializerMethodField()

    class Meta:
        model = Stop
        fields = ["code", "public_code", "name", "settlement", "position"]

    @extend_schema_field(POINT_SCHEMA)
    def get_position(self, stop: Stop) -> dict[str, Any]:
        return point(stop.position.x, stop.position.y)


class PickupSerializer(serializers.Serializer[Any]):
    """Where and when the ride begins: be there by `from`; the bus comes by `until`. `stop` is null at the passenger's door."""

    stop = StopSerializer(source="pickup_stop", allow_null=True)
    name = serializers.CharField(source="pickup_name", help_text="Of the stop, or of the door.")
    position = PointField(source="pickup_point")
    walk_m = serializers.IntegerField(source="pickup_walk_m")
    walk_s = serializers.IntegerField(source="pickup_walk_s")
    until = LocalTimeField(source="pickup_until_at")
    expected = LocalTimeField(source="expected_pickup_at")

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": LocalTimeField(source="pickup_from_at")}


class DropoffSerializer(serializers.Serializer[Any]):
    """Where the ride ends, and by when at the latest. `stop` is null at the door."""

    stop = StopSerializer(source="dropoff_stop", allow_null=True)
    name = serializers.CharField(source="dropoff_name", help_text="Of the stop, or of the door.")
    position = PointField(source="dropoff_point")
    walk_m = serializers.IntegerField(source="dropoff_walk_m")
    walk_s = serializers.IntegerField(source="dropoff_walk_s")
    arrive_by = LocalTimeField(source="arrive_by_at")
    expected = LocalTimeField(source="expected_arrival_at")
