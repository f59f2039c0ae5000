"""POST bookings/{reference}/reverse-strike and POST passengers/{id}/reinstate: staff put right what counts against somebody."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import BOOKING, PASSENGER
from backend.api.base import ApiView, body_of, now
from backend.api.booking_json import StrikeSerializer
from backend.api.bookings import get_visible
from backend.api.days import DISPATCHERS
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.people import KnownPassengerSerializer
from backend.api.saved_places import operator_of
from backend.api.strict import LineField, StrictCharField, StrictSerializer
from backend.api.whom import DESK, whom
from bookings.actions.striking import reinstate, reverse_strike
from bookings.models import Passenger, Service


class WhySerializer(StrictSerializer):
    why = LineField(max_length=200, help_text="For the record.")


class ReinstateSerializer(WhySerializer):
    service = StrictCharField(max_length=50, help_text="The slug of the service with which they may book again.")

    def validate_service(self, slug: str) -> Service:
        service = Service.objects.filter(operator=self.context["operator"], slug=slug).first()
        if service is None:
            raise serializers.ValidationError("There is no service of this name that you can see.")
        return service


class ReverseStrikeView(ApiView):
    roles: ClassVar = {"POST": DESK}
    about: ClassVar = {"POST": BOOKING}

    @extend_schema(operation_id="reverse_strike", parameters=[KEY_PARAMETER], request=WhySerializer, responses=StrikeSerializer)
    @idempotent
    def post(self, request: Request, reference: str) -> Response:
        """Take back, within an hour, that a late cancellation or a no-show counts against its passenger."""
        caller = whom(request)
        booking = get_visible(caller, reference)
        strike = reverse_strike(booking.reference, by=caller.user, why=body_of(request, WhySerializer)["why"], now=now())
        return Response(StrikeSerializer(strike).data)


class ReinstateView(ApiView):
    roles: ClassVar = {"POST": DISPATCHERS}
    about: ClassVar = {"POST": PASSENGER}

    @extend_schema(
        operation_id="reinstate_passenger",
        parameters=[KEY_PARAMETER],
        request=ReinstateSerializer,
        responses=KnownPassengerSerializer,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Let a suspended passenger book again: what was counted until now counts no more."""
        caller = whom(request)
        passenger = get_object_or_404(Passenger, pk=pk, operator=operator_of(caller), erased_at=None)
        asked: dict[str, Any] = body_of(request, ReinstateSerializer, operator=passenger.operator)
        back = reinstate(passenger, asked["service"], by=caller.user, why=asked["why"], now=now())
        return Response(KnownPassengerSerializer(back).data)
