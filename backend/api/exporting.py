"""GET passengers/{id}/export and me/export: somebody wants to know what is kept of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import PASSENGER
from backend.api.base import ApiView
from backend.api.days import DISPATCHERS
from backend.api.me import PASSENGERS, own_record
from backend.api.saved_places import operator_of
from backend.api.whom import whom
from bookings import queries
from bookings.models import Passenger


class ExportSerializer(serializers.Serializer[Any]):
    """Rows as they are kept, column by column, and so with other columns in other versions."""

    passenger = serializers.DictField()
    user = serializers.DictField(required=False, help_text="Where they sign in themselves.")

    def get_fields(self) -> dict[str, Any]:
        sections = [*queries.SECTIONS, "events", "audit"]
        return super().get_fields() | {name: serializers.ListField(child=serializers.DictField()) for name in sections}


class ExportView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS}
    about: ClassVar = {"GET": PASSENGER}

    @extend_schema(operation_id="export_passenger", responses=ExportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Everything that is kept of a passenger, to be handed to them; of others it tells no more than that they were others."""
        passenger = get_object_or_404(Passenger, pk=pk, operator=operator_of(whom(request)))
        return _export(passenger)


class OwnExportView(ApiView):
    roles: ClassVar = {"GET": PASSENGERS}
    about: ClassVar = {"GET": PASSENGER}

    @extend_schema(operation_id="export_me", responses=ExportSerializer)
    def get(self, request: Request) -> Response:
        """Everything that is kept of you; of others it tells no more than that they were others."""
        return _export(own_record(request))


def _export(passenger: Passenger) -> Response:
    response = Response(queries.export(passenger))
    response["Cache-Control"] = "no-store"
    return response
