"""GET services, services/{slug}, services/{slug}/stops."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.base import ApiView
from backend.api.fare_json import FaresSerializer, fares_json
from backend.api.places import POINT_SCHEMA, area_json, point
from backend.api.whom import Caller, whom
from bookings.models import Closure, Service, ServiceHours, SpecialHours, Stop, Zone
from bookings.sources import attribution

RULES = (
    *("notice_s", "horizon_days", "max_party", "max_wheelchairs", "max_offers", "offer_ttl_s", "hold_s", "walk_limit_m"),
    *("max_open_bookings", "one_at_a_time", "duplicate_m", "duplicate_s"),
    *("refund_full_before_s", "refund_late_percent", "zone_trips", "min_trip_m", "max_trip_m"),
    *("pickup_before_s", "pickup_after_s", "arrival_slack_s", "max_detour_s", "detour_alpha", "detour_beta_s", "min_detour_s"),
)


@extend_schema_field({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "example": "06:55"})
class ClockField(serializers.TimeField):
    """A wall-clock time to the minute."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class HoursSerializer(serializers.ModelSerializer[ServiceHours]):
    """Local wall-clock times; a weekday that isn't listed is closed."""

    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday")
    opens = ClockField()
    closes = ClockField()

    class Meta:
        model = ServiceHours
        fields = ["weekday", "opens", "closes"]


class ClosureSerializer(serializers.ModelSerializer[Closure]):
    class Meta:
        model = Closure
        fields = ["date", "reason"]


class SpecialHoursSerializer(serializers.ModelSerializer[SpecialHours]):
    """Hours of a date that are not those of its weekday."""

    opens = ClockField()
    closes = ClockField()

    class Meta:
        model = SpecialHours
        fields = ["date", "opens", "closes", "reason"]


class SourceSerializer(serializers.Serializer[Any]):
    """A text in the words of a licence, and where that is to be read."""

    text = serializers.CharField()
    short = serializers.CharField(help_text="For the corner of a map, where the text stands elsewhere on the page.")
    url = serializers.URLField()


class ServiceSerializer(serializers.ModelSerializer[Service]):
    operator = serializers.CharField(source="operator.name")
    operator_phone = serializers.CharField(source="operator.phone")
    hours = HoursSerializer(many=True)
    attribution = serializers.SerializerMethodField(
        help_text="To be shown wherever the map, the stops or the places of the service are."
    )

    @extend_schema_field(SourceSerializer(many=True))
    def get_attribution(self, service: Service) -> list[dict[str, str]]:
        return [{"text": source.text, "short": source.short, "url": source.url} for source in attribution(service.sources)]

    class Meta:
        model = Service
        fields = ["slug", "name", "description", "operator", "operator_phone", "zone", "hours", "attribution"]


class BookingRulesSerializer(serializers.Serializer[Any]):
    """When passengers can book, in the fields of GTFS-Flex (booking_rules.txt); durations in minutes."""

    booking_type = serializers.IntegerField(help_text="0 is real time, 1 the same day, 2 up to prior days.")
    prior_notice_duration_min = serializers.IntegerField(required=False)
    prior_notice_duration_max = serializers.IntegerField(required=False)
    prior_notice_last_day = serializers.IntegerField(required=False, help_text="Days before travel.")
    prior_notice_last_time = serializers.CharField(required=False)
    prior_notice_start_day = serializers.IntegerField(required=False, help_text="Days before travel.")
    prior_notice_start_time = serializers.CharField(required=False)
    prior_notice_service_days = serializers.BooleanField(
        required=False, help_text="Whether only days on which the service runs count as days before travel."
    )


class RulesSerializer(serializers.ModelSerializer[Service]):
    """Durations in seconds, distances in metres."""

    booking_rules = serializers.SerializerMethodField()
    payment_methods = serializers.ListField(child=serializers.CharField(), help_text="The usual one first.")

    @extend_schema_field(BookingRulesSerializer)
    def get_booking_rules(self, service: Service) -> dict[str, Any]:
        return service.notice.as_gtfs()

    class Meta:
        model = Service
        fields = [*RULES, "booking_rules", "payment_methods"]


class ServiceDetailSerializer(ServiceSerializer):
    closures = ClosureSerializer(many=True)
    special_hours = SpecialHoursSerializer(many=True)
    rules = RulesSerializer(source="*")
    fares = serializers.SerializerMethodField()
    area = serializers.SerializerMethodField()

    class Meta(ServiceSerializer.Meta):
        days = ("closures", "special_hours", "holiday_region", "holiday_weekday")
        fields = [*ServiceSerializer.Meta.fields, *days, "rules", "fares", "area"]

    @extend_schema_field(FaresSerializer)
    def get_fares(self, service: Service) -> dict[str, Any]:
        return fares_json(service.fares)

    @extend_schema_field({"type": "object", "description": "GeoJSON MultiPolygon"})
    def get_area(self, service: Service) -> dict[str, Any]:
        return area_json(service.area)


class StopPropertiesSerializer(serializers.ModelSerializer[Stop]):
    class Meta:
        model = Stop
        fields = [
            *("code", "name", "settlement", "atco_code", "public_code", "wheelchair", "extra_boarding_s"),
            *("closed_from", "closed_until", "closed_because"),
        ]


class StopFeatureSerializer(serializers.Serializer[Stop]):
    """A GeoJSON Feature; its id is the code of the stop."""

    type = serializers.SerializerMethodField()
    id = serializers.CharField(source="code")
    geometry = serializers.SerializerMethodField()
    properties = StopPropertiesSerializer(source="*")

    def get_type(self, stop: Stop) -> str:
        return "Feature"

    @extend_schema_field(POINT_SCHEMA)
    def get_geometry(self, stop: Stop) -> dict[str, Any]:
        return point(stop.position.x, stop.position.y)


class ZonePropertiesSerializer(serializers.ModelSerializer[Zone]):
    class Meta:
        model = Zone
        fields = ["code", "name", "rank"]


class ZoneFeatureSerializer(serializers.Serializer[Zone]):
    """A GeoJSON Feature; its id is the code of the zone."""

    type = serializers.SerializerMethodField()
    id = serializers.CharField(source="code")
    geometry = serializers.SerializerMethodField()
    properties = ZonePropertiesSerializer(source="*")

    def get_type(self, zone: Zone) -> str:
        return "Feature"

    @extend_schema_field({"type": "object", "description": "GeoJSON MultiPolygon"})
    def get_geometry(self, zone: Zone) -> dict[str, Any]:
        return area_json(zone.area)


class ZoneCollectionSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(default="FeatureCollection")
    features = ZoneFeatureSerializer(many=True)


class StopCollectionSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(default="FeatureCollection")
    features = StopFeatureSerializer(many=True)


def services_of(caller: Caller) -> QuerySet[Service]:
    """The services that a caller can see: those of their operators."""
    return Service.objects.filter(operator__in=caller.operators).select_related("operator").order_by("slug")


class ServicesView(ApiView):
    @extend_schema(operation_id="list_services", responses=ServiceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The services that you can see."""
        found = services_of(whom(request)).prefetch_related("hours")
        return Response(ServiceSerializer(found, many=True).data)


class ServiceView(ApiView):
    @extend_schema(operation_id="get_service", responses=ServiceDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """A service with its rules, fares and area."""
        return Response(ServiceDetailSerializer(get_object_or_404(services_of(whom(request)), slug=slug)).data)


class StopsView(ApiView):
    @extend_schema(operation_id="list_stops", responses=StopCollectionSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The stops in use, as a GeoJSON FeatureCollection."""
        service = get_object_or_404(services_of(whom(request)), slug=slug)
        stops = service.stops.filter(active=True)
        return Response(StopCollectionSerializer({"type": "FeatureCollection", "features": stops}).data)


class ZonesView(ApiView):
    @extend_schema(operation_id="list_zones", responses=ZoneCollectionSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The zones of rules and fares, as a GeoJSON FeatureCollection; where they overlap, the first one counts."""
        service = get_object_or_404(services_of(whom(request)), slug=slug)
        zones = service.zones.all()
        return Response(ZoneCollectionSerializer({"type": "FeatureCollection", "features": zones}).data)
