"""POST passengers, GET and PATCH passengers/{id}: what staff know of those who travel."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import contact
from backend.api.base import ApiView, body_of, now
from backend.api.passengers import Named, NewPassengerSerializer, passenger_for
from backend.api.saved_places import operator_of
from backend.api.strict import ChangesSerializer, LineField, StrictBooleanField, StrictIntegerField
from backend.api.times import local
from backend.api.whom import DESK, whom
from bookings.actions.change_passenger import Changes, change_passenger
from bookings.models import Passenger, Service
from bookings.strikes import standing

MOST_EXTRA_S = 1800


class StandingSerializer(serializers.Serializer[Any]):
    """Late cancellations and no-shows that count with a service by now, and until when they suspend the passenger, if they do."""

    service = serializers.CharField()
    strikes = serializers.IntegerField()
    suspended_until = serializers.DateTimeField(allow_null=True)


class KnownPassengerSerializer(contact.KnownContactSerializer):
    standing = serializers.SerializerMethodField()

    class Meta:
        model = Passenger
        fields = ["id", "name", "phone", "needs", "extra_boarding_s", "door_to_door", "standing", *contact.FIELDS]

    @extend_schema_field(StandingSerializer(many=True))
    def get_standing(self, passenger: Passenger) -> list[dict[str, Any]]:
        found = []
        for service in Service.objects.filter(operator=passenger.operator_id).order_by("slug"):
            each = standing(passenger, service, now())
            if each.strikes:
                until = local(each.suspended_until, service.tz)
                found.append({"service": service.slug, "strikes": each.strikes, "suspended_until": until})
        return found


class ChangeSerializer(ChangesSerializer, NewPassengerSerializer, contact.ContactSerializer):
    """What is left out stays as it is."""

    needs = LineField(max_length=200, allow_blank=True, help_text="What a driver should know, in the passenger's words.")
    extra_boarding_s = StrictIntegerField(
        min_value=0, max_value=MOST_EXTRA_S, help_text="How much longer boarding and alighting take."
    )
    door_to_door = StrictBooleanField(help_text="Whether the passenger is entitled to be fetched and brought at the door.")


class PassengersView(ApiView):
    roles: ClassVar = {"POST": DESK}

    @extend_schema(operation_id="register_passenger", request=NewPassengerSerializer, responses=KnownPassengerSerializer)
    def post(self, request: Request) -> Response:
        """The passenger of this name and telephone, made where the operator knows none yet."""
        caller, named = whom(request), body_of(request, NewPassengerSerializer)
        return Response(KnownPassengerSerializer(passenger_for(caller, operator_of(caller), Named(**named))).data)


class PassengerView(ApiView):
    roles: ClassVar = {"GET": DESK, "PATCH": DESK}

    @extend_schema(operation_id="get_passenger", responses=KnownPassengerSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What is known of a passenger."""
        return Response(KnownPassengerSerializer(_passenger(request, pk)).data)

    @extend_schema(operation_id="change_passenger", request=ChangeSerializer, responses=KnownPassengerSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is known of a passenger, for the offers that are made from now on."""
        passenger = _passenger(request, pk)
        changed = change_passenger(passenger, cast(Changes, body_of(request, ChangeSerializer)))
        return Response(KnownPassengerSerializer(changed).data)


def _passenger(request: Request, pk: int) -> Passenger:
    return get_object_or_404(Passenger, pk=pk, operator=operator_of(whom(request)))
