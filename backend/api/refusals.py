"""GET services/{slug}/days/{date}/refusals: what was turned away."""

from __future__ import annotations

from datetime import date as Date
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import refusal_json
from backend.api.audit import DAY
from backend.api.base import ApiView, query_of
from backend.api.days import desk_service
from backend.api.paging import CursorPagination, OfPassengerSerializer, PagedSerializer
from backend.api.times import local
from backend.api.whom import DESK, whom
from bookings import queries
from bookings.models import Refusal
from bookings.wish import wish_from_json


class KeptRefusalSerializer(refusal_json.RefusalSerializer):
    """A wish that got no offer, and why. Of `leave_at` and `arrive_by` one is null."""

    refused_at = serializers.DateTimeField()
    channel = serializers.CharField()
    passenger = serializers.CharField(allow_null=True)
    leave_at = serializers.DateTimeField(allow_null=True)
    arrive_by = serializers.DateTimeField(allow_null=True)


class RefusalPageSerializer(PagedSerializer):
    results = KeptRefusalSerializer(many=True)


class RefusalsView(ApiView):
    roles: ClassVar = {"GET": DESK}
    about: ClassVar = {"GET": DAY}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="list_refusals", parameters=[OfPassengerSerializer], responses=RefusalPageSerializer)
    def get(self, request: Request, slug: str, date: Date) -> Response:
        """The wishes for a day that got no offer, why, and by how little each didn't fit. Newest first.

        So whoever answers the telephone can tell a caller why they were refused.
        """
        service = desk_service(whom(request), slug)
        asked = query_of(request, OfPassengerSerializer)
        found = Refusal.objects.filter(service=service, date=date).select_related("service", "passenger")
        found = found.filter(**{name: asked[name] for name in ("passenger",) if name in asked})
        pages = CursorPagination()
        page = pages.paginate_queryset(found, request, self) or []
        told = zip(page, queries.leeway_for_staff(page), strict=True)
        return pages.get_paginated_response([_kept(refusal, leeway) for refusal, leeway in told])


def _kept(refusal: Refusal, leeway: list[queries.ToldLeeway]) -> dict[str, Any]:
    zone, wish = refusal.service.tz, wish_from_json(refusal.wish)
    return {
        **refusal_json.as_json(refusal, leeway),
        "refused_at": local(refusal.created_at, zone),
        "channel": refusal.channel,
        "passenger": refusal.passenger.name if refusal.passenger else None,
        "leave_at": local(wish.leave_at, zone),
        "arrive_by": local(wish.arrive_by, zone),
    }
