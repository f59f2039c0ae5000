"""GET accounts, accounts/{id}/statements/{month}; POST accounts/{id}/payments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import ACCOUNT, STATEMENT
from backend.api.base import ApiView, body_of, now, query_of
from backend.api.days import DISPATCHERS
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.negotiation import FormatNegotiation
from backend.api.saved_places import operator_of
from backend.api.strict import LineField, StrictIntegerField, StrictSerializer
from backend.api.whom import whom
from bookings import money, queries
from bookings.cells import csv_of
from bookings.models import Account

MONTH = "^[0-9]{4}-[0-9]{2}$"
MOST_PENCE = 100_000_000
COLUMNS = ("date", "kind", "reference", "travel_date", "passenger", "origin", "destination", "pounds", "note")


class AccountSerializer(serializers.ModelSerializer[Account]):
    """Who pays for others by monthly statement."""

    class Meta:
        model = Account
        fields = ["id", "name", "reference", "email", "active"]


class StatementLineSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    kind = serializers.CharField(help_text="charge, credit, payment")
    reference = serializers.CharField(help_text="Of the booking; empty for a payment.")
    travel_date = serializers.DateField(allow_null=True)
    passenger = serializers.CharField()
    origin = serializers.CharField()
    destination = serializers.CharField()
    pence = serializers.IntegerField(help_text="Positive for what is owed.")
    note = serializers.CharField()


class StatementSerializer(serializers.Serializer[Any]):
    """A month of an account. Of a month that is over it never changes."""

    account = AccountSerializer()
    month = serializers.SerializerMethodField()
    before_pence = serializers.IntegerField(help_text="What was owed before.")
    lines = StatementLineSerializer(many=True)
    after_pence = serializers.IntegerField(help_text="What is owed after it.")

    @extend_schema_field({"type": "string", "pattern": MONTH, "example": "2027-06"})
    def get_month(self, found: Any) -> str:
        return f"{found.month:%Y-%m}"


class AccountPaymentSerializer(StrictSerializer):
    pence = StrictIntegerField(min_value=1, max_value=MOST_PENCE)
    note = LineField(max_length=200, required=False, allow_blank=True, default="", help_text="Such as a number of a transfer.")


class EntrySerializer(serializers.Serializer[Any]):
    pence = serializers.IntegerField()
    note = serializers.CharField()
    at = serializers.DateTimeField()


class TableFormatSerializer(StrictSerializer):
    format = serializers.ChoiceField(choices=["json", "csv"], required=False, help_text="Instead of an Accept header.")


class StatementCsv(BaseRenderer):
    """The lines of a statement for a spreadsheet; what one might take for a formula is made harmless."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted: str | None = None, context: Mapping[str, Any] | None = None) -> bytes:
        if data is None:
            return b""
        rows = [{**line, "pounds": _pounds(line["pence"])} for line in data["lines"]]
        total = {"kind": "owed before", "pounds": _pounds(data["before_pence"])}
        after = {"kind": "owed after", "pounds": _pounds(data["after_pence"])}
        return csv_of(COLUMNS, [[row.get(name) for name in COLUMNS] for row in (total, *rows, after)]).encode()


class AccountsView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS}

    @extend_schema(operation_id="list_accounts", responses=AccountSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The accounts of the operator."""
        found = Account.objects.filter(operator=operator_of(whom(request)))
        return Response(AccountSerializer(found, many=True).data)


class StatementView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS}
    about: ClassVar = {"GET": STATEMENT}
    renderer_classes = [JSONRenderer, StatementCsv]
    content_negotiation_class = FormatNegotiation
    takes_query: ClassVar = {"GET"}

    @extend_schema(
        operation_id="get_statement",
        parameters=[TableFormatSerializer],
        responses={(200, "application/json"): StatementSerializer, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, pk: int, month: Date) -> Response:
        """What an account owes for a month, as JSON, or with `Accept: text/csv` for a spreadsheet."""
        query_of(request, TableFormatSerializer)
        found = queries.statement(_account(request, pk), month)
        response = Response(StatementSerializer(found).data)
        response["Cache-Control"] = "no-store"
        return response


class AccountPaymentsView(ApiView):
    roles: ClassVar = {"POST": DISPATCHERS}
    about: ClassVar = {"POST": ACCOUNT}

    @extend_schema(
        operation_id="settle_account",
        parameters=[KEY_PARAMETER],
        request=AccountPaymentSerializer,
        responses={201: EntrySerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Money has come in for an account."""
        account, told = _account(request, pk), body_of(request, AccountPaymentSerializer)
        entry = money.settle_account(account, told["pence"], at=now(), by=whom(request).user, note=told["note"])
        return Response(EntrySerializer(entry).data, status=201)


def _account(request: Request, pk: int) -> Account:
    return get_object_or_404(Account, pk=pk, operator=operator_of(whom(request)))


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02}"
