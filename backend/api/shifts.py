"""GET shifts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.base import ApiView, query_of
from backend.api.out import ServiceClockField
from backend.api.paging import DatePagination, PagedSerializer, PageSerializer
from backend.api.whom import DESK, Caller, Is, whom
from bookings import queries
from bookings.models import Driver, Shift, Vehicle

DRIVERS_AND_DISPATCHERS = frozenset({Is.DRIVER, Is.DISPATCHER})


class VehicleSerializer(serializers.ModelSerializer[Vehicle]):
    class Meta:
        model = Vehicle
        fields = ["code", "name", "registration"]


class DriverSerializer(serializers.ModelSerializer[Driver]):
    class Meta:
        model = Driver
        fields = ["code", "name"]


class ShiftSerializer(serializers.ModelSerializer[Shift]):
    """A vehicle and a driver for a stretch of one service day."""

    service = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    service_date = serializers.DateField(source="date")
    vehicle = VehicleSerializer()
    driver = DriverSerializer(allow_null=True)
    starts = ServiceClockField(source="starts_s")
    ends = ServiceClockField(source="ends_s")

    class Meta:
        model = Shift
        fields = ["id", "service", "service_date", "name", "vehicle", "driver", "starts", "ends"]


class ShiftFilterSerializer(PageSerializer):
    service = serializers.SlugField(required=False)
    date = serializers.DateField(required=False, help_text="Service day.")


class ShiftPageSerializer(PagedSerializer):
    results = ShiftSerializer(many=True)


def visible_shifts(caller: Caller) -> QuerySet[Shift]:
    """The shifts of which a caller may see who travels: a driver's own, a dispatcher's operator's."""
    return queries.list_shifts(caller.user).select_related("service", "vehicle", "driver")


def get_visible_shift(caller: Caller, pk: int) -> Shift:
    """One of them. Raises Http404."""
    return get_object_or_404(visible_shifts(caller), pk=pk)


class ShiftsView(ApiView):
    roles: ClassVar = {"GET": DRIVERS_AND_DISPATCHERS | DESK}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="list_shifts", parameters=[ShiftFilterSerializer], responses=ShiftPageSerializer)
    def get(self, request: Request) -> Response:
        """A driver's own shifts; for staff, those of the operator: which bus is out, with whom. The latest day first."""
        asked = query_of(request, ShiftFilterSerializer)
        chosen = {"service": "service__slug", "date": "date"}
        found = (
            queries.list_duties(whom(request).user)
            .select_related("service", "vehicle", "driver")
            .filter(**{lookup: asked[name] for name, lookup in chosen.items() if name in asked})
        )
        pages = DatePagination()
        page = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response(ShiftSerializer(page, many=True).data)
