"""GET open/services: what strangers may know of services, so that an app finds its own before anybody signs in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.base import ApiView
from backend.api.etags import ETAG, IF_NONE_MATCH, tagged_for_all
from backend.api.places import area_json
from bookings.models import CodeChannel, Language, Service

KEPT_S = 300
"""For so long others may answer in our place: an area changes once a year, and a telephone number is missed for minutes."""


class OpenServiceSerializer(serializers.ModelSerializer[Service]):
    operator = serializers.CharField(source="operator.name")
    operator_phone = serializers.CharField(source="operator.phone")
    languages = serializers.SerializerMethodField(help_text="In which passengers are answered and told.")
    sign_in_by = serializers.SerializerMethodField(help_text="How codes are sent (`POST sign-in/codes`).")
    app_bookings = serializers.SerializerMethodField(help_text="Whether passengers can sign in and book; else by telephone.")
    area = serializers.SerializerMethodField()

    class Meta:
        model = Service
        fields = [
            *("slug", "name", "description", "operator", "operator_phone", "zone"),
            *("languages", "sign_in_by", "app_bookings", "area"),
        ]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Language.choices)))
    def get_languages(self, service: Service) -> list[str]:
        return list(Language.values)

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=CodeChannel.choices)))
    def get_sign_in_by(self, service: Service) -> list[str]:
        return code_channels()

    def get_app_bookings(self, service: Service) -> bool:
        return bool(code_channels())

    @extend_schema_field({"type": "object", "description": "GeoJSON MultiPolygon"})
    def get_area(self, service: Service) -> dict[str, Any]:
        return area_json(service.area)


class OpenServicesView(ApiView):
    public: ClassVar = {"GET"}

    @extend_schema(
        operation_id="list_open_services",
        parameters=[IF_NONE_MATCH, ETAG],
        responses={200: OpenServiceSerializer(many=True), 304: None},
    )
    def get(self, request: Request) -> Response:
        """All services, for whoever isn't signed in: whose they are, where they run, and how to sign in with them."""
        found = Service.objects.select_related("operator").order_by("slug")
        return tagged_for_all(request, Response(OpenServiceSerializer(found, many=True).data), seconds=KEPT_S)


def code_channels() -> list[str]:
    """By which ways codes can be sent from here."""
    chosen = settings.MESSAGES
    providers = {CodeChannel.SMS: chosen.sms, CodeChannel.EMAIL: chosen.email}
    return [channel.value for channel, provider in providers.items() if provider]
