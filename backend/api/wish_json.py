"""Wishes on their way out: what was asked for, by rows that keep it until there is room or its day comes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.out import PointField, StopSerializer
from backend.api.party import PartySerializer
from backend.api.times import local
from bookings.models import Passenger, Service, Stop
from bookings.wish import RideWish, wish_from_json
from routing.model import Point

FIELDS = ("origin", "destination", "leave_at", "arrive_by", "party", "door_to_door")
TIME = {"type": ["string", "null"], "format": "date-time", "description": "RFC 3339, offset of the service's zone"}


class AskedPlaceSerializer(serializers.Serializer[Any]):
    """An end of a journey as it was asked for; with the stop, where that is one."""

    stop = StopSerializer(allow_null=True)
    name = serializers.CharField(help_text="Of the stop, or what the passenger calls the place; empty where that isn't known.")
    position = PointField()


class AskedReturnSerializer(serializers.Serializer[Any]):
    """When to go back: one of leave_at and arrive_by, or with the last vehicle home (`open`)."""

    leave_at = serializers.DateTimeField(allow_null=True)
    arrive_by = serializers.DateTimeField(allow_null=True)
    open = serializers.BooleanField()


class NamedPassengerSerializer(serializers.ModelSerializer[Passenger]):
    """Who travels."""

    class Meta:
        model = Passenger
        fields = ["id", "name"]


class WishedSerializer(serializers.Serializer[Any]):
    """Rows with a `service` and a wish. Put FIELDS among theirs; `return` comes by itself."""

    passenger = NamedPassengerSerializer()
    origin = serializers.SerializerMethodField()
    destination = serializers.SerializerMethodField()
    leave_at = serializers.SerializerMethodField()
    arrive_by = serializers.SerializerMethodField()
    party = serializers.SerializerMethodField()
    door_to_door = serializers.SerializerMethodField(help_text="null: if the passenger is registered for it.")

    def kept_wish(self, row: Any) -> dict[str, Any]:
        """The wish of a row, as it's kept."""
        wish: dict[str, Any] = row.wish
        return wish

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"return": serializers.SerializerMethodField(method_name="get_way_back")}

    @extend_schema_field(AskedPlaceSerializer)
    def get_origin(self, row: Any) -> dict[str, Any]:
        wish = self._wish(row)
        return self._place(row.service, wish.origin, wish.origin_name)

    @extend_schema_field(AskedPlaceSerializer)
    def get_destination(self, row: Any) -> dict[str, Any]:
        wish = self._wish(row)
        return self._place(row.service, wish.destination, wish.destination_name)

    @extend_schema_field(TIME)
    def get_leave_at(self, row: Any) -> str | None:
        return local(self._wish(row).leave_at, row.service.tz)

    @extend_schema_field(TIME)
    def get_arrive_by(self, row: Any) -> str | None:
        return local(self._wish(row).arrive_by, row.service.tz)

    @extend_schema_field(PartySerializer)
    def get_party(self, row: Any) -> dict[str, int]:
        return self._wish(row).party.as_json()

    @extend_schema_field({"type": ["boolean", "null"]})
    def get_door_to_door(self, row: Any) -> bool | None:
        return self._wish(row).door_to_door

    @extend_schema_field(AskedReturnSerializer(allow_null=True))
    def get_way_back(self, row: Any) -> dict[str, Any] | None:
        wish = self._wish(row)
        if wish.back is None:
            return None
        times = {"leave_at": wish.back.leave_at, "arrive_by": wish.back.arrive_by}
        return {name: local(at, row.service.tz) for name, at in times.items()} | {"open": wish.is_open}

    def _wish(self, row: Any) -> RideWish:
        return wish_from_json(self.kept_wish(row))

    def _place(self, service: Service, at: Point, name: str) -> dict[str, Any]:
        stop = None if name else self._stops(service).get(at)
        place = {"stop": stop, "name": str(stop) if stop else name, "position": at}
        return dict(AskedPlaceSerializer(place).data)

    def _stops(self, service: Service) -> dict[Point, Stop]:
        """By where they are; looked up once for all rows of an answer."""
        if service.pk not in self._known:
            self._known[service.pk] = {stop.point: stop for stop in Stop.objects.filter(service=service)}
        return self._known[service.pk]

    @cached_property
    def _known(self) -> dict[int, dict[Point, Stop]]:
        return {}
