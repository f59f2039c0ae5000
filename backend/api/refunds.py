"""GET refunds; POST refunds/{id}/send-again and refunds/{id}/settle: money that should have gone back, and didn't."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import BOOKING, names
from backend.api.base import ApiView, body_of, now
from backend.api.days import DISPATCHERS
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.saved_places import operator_of
from backend.api.strikes import WhySerializer
from backend.api.times import local
from backend.api.whom import whom
from bookings.actions.see_to_refund import send_refund_again, settle_refund
from bookings.models import Refund, RefundStatus


class RefundSerializer(serializers.ModelSerializer[Refund]):
    """Money to be given back by the provider that took it."""

    reference = serializers.CharField(source="booking.reference", help_text="Of the booking whose money it is.")
    fault = serializers.CharField(help_text="What the provider said, where it failed.")
    created_at = serializers.SerializerMethodField()

    class Meta:
        model = Refund
        fields = ["id", "reference", "pence", "why", "status", "fault", "created_at"]

    def get_created_at(self, refund: Refund) -> str:
        return str(local(refund.created_at, refund.booking.service.tz))


class RefundsView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS}
    about: ClassVar = {"GET": BOOKING}

    @extend_schema(operation_id="list_failed_refunds", responses=RefundSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The operator's refunds that failed and that nobody has seen to yet, the oldest first."""
        rows = Refund.objects.filter(status=RefundStatus.FAILED, booking__service__operator=operator_of(whom(request)))
        return Response(RefundSerializer(rows.select_related("booking__service"), many=True).data)


class SendRefundAgainView(ApiView):
    roles: ClassVar = {"POST": DISPATCHERS}
    about: ClassVar = {"POST": BOOKING}

    @extend_schema(
        operation_id="send_refund_again",
        parameters=[KEY_PARAMETER],
        request=WhySerializer,
        responses={201: RefundSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Have a refund that failed tried once more: the answer is the one in its place, which goes out within a minute."""
        refund = _own(request, pk)
        why = body_of(request, WhySerializer)["why"]
        return _answer(send_refund_again(refund.pk, by=whom(request).user, why=why, now=now()), status=201)


class SettleRefundView(ApiView):
    roles: ClassVar = {"POST": DISPATCHERS}
    about: ClassVar = {"POST": BOOKING}

    @extend_schema(operation_id="settle_refund", parameters=[KEY_PARAMETER], request=WhySerializer, responses=RefundSerializer)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Write down that the money of a refund that failed was given back by hand, such as by bank transfer.

        The answer is the refund that stands in the books in its place.
        """
        refund = _own(request, pk)
        why = body_of(request, WhySerializer)["why"]
        return _answer(settle_refund(refund.pk, by=whom(request).user, why=why, now=now()), status=200)


def _own(request: Request, pk: UUID) -> Refund:
    rows = Refund.objects.select_related("booking__passenger")
    found: Refund = get_object_or_404(rows, pk=pk, booking__service__operator=operator_of(whom(request)))
    names(request, found.booking.passenger)
    return found


def _answer(refund: Refund, *, status: int) -> Response:
    told: dict[str, Any] = dict(RefundSerializer(refund).data)
    return Response(told, status=status)
