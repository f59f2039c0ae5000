"""GET and POST bookings/{reference}/receipts, and each receipt, as JSON or as a page to print."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import BOOKING
from backend.api.base import ApiView, body_of, now, query_of
from backend.api.bookings import BOOKERS, get_visible
from backend.api.fare_json import FareLineSerializer, line_json
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.manifest import FormatSerializer
from backend.api.negotiation import FormatNegotiation
from backend.api.out import LocalTimeField
from backend.api.receipt_page import ReceiptPage
from backend.api.strict import NothingSerializer
from backend.api.whom import Caller, whom
from bookings.actions.give_receipt import give_receipt
from bookings.models import Receipt


class ReceiptSerializer(serializers.Serializer[Any]):
    """What was paid, or with `pence` negative given back. Numbers of an operator have no gaps, and receipts never change."""

    number = serializers.IntegerField()
    operator = serializers.CharField(source="operator.name")
    reference = serializers.CharField(source="booking.reference")
    passenger = serializers.CharField(source="booking.passenger.name")
    service = serializers.CharField(source="booking.service.name")
    service_date = serializers.DateField(source="booking.date")
    origin = serializers.CharField(source="booking.pickup_name")
    destination = serializers.CharField(source="booking.dropoff_name")
    pence = serializers.IntegerField()
    pay_by = serializers.CharField()
    lines = serializers.SerializerMethodField()
    issued_at = LocalTimeField()

    @extend_schema_field(FareLineSerializer(many=True))
    def get_lines(self, receipt: Receipt) -> list[dict[str, Any]]:
        return [line_json(each) for each in receipt.lines]


class ReceiptsView(ApiView):
    roles: ClassVar = {"GET": BOOKERS, "POST": BOOKERS}
    about: ClassVar = {"GET": BOOKING, "POST": BOOKING}

    @extend_schema(operation_id="list_receipts", responses=ReceiptSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        """The receipts of a booking, in order."""
        return Response(ReceiptSerializer(_visible(whom(request), reference), many=True).data)

    @extend_schema(
        operation_id="give_receipt", parameters=[KEY_PARAMETER], request=NothingSerializer, responses={201: ReceiptSerializer}
    )
    @idempotent
    def post(self, request: Request, reference: str) -> Response:
        """The receipt of a fare that was paid to the driver; 409 before the journey, and for what is paid in another way."""
        caller = whom(request)
        booking = get_visible(caller, reference)
        body_of(request, NothingSerializer)
        made = give_receipt(booking.reference, now=now())
        return Response(ReceiptSerializer(_visible(caller, reference).get(pk=made.pk)).data, status=201)


class ReceiptView(ApiView):
    roles: ClassVar = {"GET": BOOKERS}
    about: ClassVar = {"GET": BOOKING}
    renderer_classes = [JSONRenderer, ReceiptPage]
    content_negotiation_class = FormatNegotiation
    takes_query: ClassVar = {"GET"}

    @extend_schema(
        operation_id="get_receipt",
        parameters=[FormatSerializer],
        responses={(200, "application/json"): ReceiptSerializer, (200, "text/html"): OpenApiTypes.STR},
    )
    def get(self, request: Request, reference: str, number: int) -> Response:
        """A receipt, as JSON, or with `Accept: text/html` as a page that prints on A4."""
        query_of(request, FormatSerializer)
        receipt = get_object_or_404(_visible(whom(request), reference), number=number)
        response = Response(ReceiptSerializer(receipt).data)
        response["Cache-Control"] = "no-store"
        return response


def _visible(caller: Caller, reference: str) -> QuerySet[Receipt]:
    """The receipts of a booking that the caller may see. Raises Http404."""
    related = ("operator", "booking__service", "booking__passenger", "booking__pickup_stop", "booking__dropoff_stop")
    return Receipt.objects.filter(booking=get_visible(caller, reference)).select_related(*related)
