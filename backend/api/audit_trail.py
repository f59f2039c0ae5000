"""GET passengers/{id}/audit: who did what about a passenger, and who looked."""

from __future__ import annotations

from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import PASSENGER
from backend.api.base import ApiView, query_of
from backend.api.days import DISPATCHERS
from backend.api.paging import CursorPagination, PagedSerializer, PageSerializer
from backend.api.saved_places import operator_of
from backend.api.whom import whom
from bookings import queries
from bookings.models import Audit, Passenger


class AuditSerializer(serializers.ModelSerializer[Audit]):
    """`day` in place of a passenger: it was about everybody of that day, as on a manifest."""

    who = serializers.SerializerMethodField()

    class Meta:
        model = Audit
        fields = ["at", "who", "role", "operation", "kind", "key", "day", "status", "request_id"]

    def get_who(self, row: Audit) -> str:
        return queries.name_of(row.user)


class AuditPageSerializer(PagedSerializer):
    results = AuditSerializer(many=True)


class PassengerAuditView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS}
    about: ClassVar = {"GET": PASSENGER}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="list_audit_of_passenger", parameters=[PageSerializer], responses=AuditPageSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Who did what about a passenger, and who looked at what is kept of them. Newest first."""
        query_of(request, PageSerializer)
        passenger = get_object_or_404(Passenger, pk=pk, operator=operator_of(whom(request)))
        pages = CursorPagination()
        page = pages.paginate_queryset(queries.list_audit(passenger), request, self) or []
        return pages.get_paginated_response(AuditSerializer(page, many=True).data)
