"""POST passengers, GET and PATCH passengers/{id}: what staff know of those who travel."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import contact, problem_types
from backend.api.audit import PASSENGER, on_record
from backend.api.base import ApiView, body_of, now
from backend.api.etags import ETAG, IF_MATCH_REQUIRED, IF_NONE_MATCH, require_match, state_of, tagged
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.passengers import Named, NewPassengerSerializer, passenger_for
from backend.api.problems import Problem
from backend.api.saved_places import operator_of
from backend.api.strict import ChangesSerializer, LineField, StrictBooleanField, StrictIntegerField
from backend.api.times import local
from backend.api.whom import DESK, Is, whom
from bookings.actions.change_passenger import Changes, change_passenger
from bookings.models import Assistance, Passenger, Service
from bookings.strikes import standing

MOST_EXTRA_S = 1800


class StandingSerializer(serializers.Serializer[Any]):
    """Late cancellations and no-shows that count with a service by now, and until when they suspend the passenger, if they do."""

    service = serializers.CharField()
    strikes = serializers.IntegerField()
    suspended_until = serializers.DateTimeField(allow_null=True)


class KnownPassengerSerializer(contact.KnownContactSerializer):
    standing = serializers.SerializerMethodField()
    assistance = serializers.ListField(child=serializers.ChoiceField(choices=Assistance.choices))

    class Meta:
        model = Passenger
        fields = ["id", "name", "phone", "needs", "assistance", "extra_boarding_s", "door_to_door", "standing", *contact.FIELDS]

    @extend_schema_field(StandingSerializer(many=True))
    def get_standing(self, passenger: Passenger) -> list[dict[str, Any]]:
        found = []
        for service in Service.objects.filter(operator=passenger.operator_id).order_by("slug"):
            each = standing(passenger, service, now())
            if each.strikes:
                until = local(each.suspended_until, service.tz)
                found.append({"service": service.slug, "strikes": each.strikes, "suspended_until": until})
        return found


class AssistanceField(serializers.ListField):
    """`["ramp", "walker"]`, in one order, each once."""

    child = serializers.ChoiceField(choices=Assistance.choices)

    def to_internal_value(self, data: Any) -> list[str]:
        given = super().to_internal_value(data)
        return [each.value for each in Assistance if each.value in given]


class ChangeSerializer(ChangesSerializer, NewPassengerSerializer, contact.ContactSerializer):
    """What is left out stays as it is."""

    needs = LineField(
        max_length=200,
        allow_blank=True,
        help_text="What a driver should do, such as `speak up, wait at the gate`. Never a diagnosis: it helps nobody on the way.",
    )
    assistance = AssistanceField(help_text="What else a driver has to do, in this order.")
    extra_boarding_s = StrictIntegerField(
        min_value=0, max_value=MOST_EXTRA_S, help_text="How much longer boarding and alighting take."
    )
    door_to_door = StrictBooleanField(help_text="Whether the passenger is entitled to be fetched and brought at the door.")


MAY = DESK | {Is.PARTNER}


class PassengersView(ApiView):
    roles: ClassVar = {"POST": MAY}
    about: ClassVar = {"POST": PASSENGER}

    @extend_schema(
        operation_id="register_passenger", parameters=[ETAG], request=NewPassengerSerializer, responses=KnownPassengerSerializer
    )
    @on_record
    def post(self, request: Request) -> Response:
        """The passenger of this name and telephone, made where the operator knows none yet."""
        caller, named = whom(request), body_of(request, NewPassengerSerializer)
        known = passenger_for(caller, operator_of(caller), Named(**named))
        assert known is not None  # named by name and phone
        return _answer(request, known)


class PassengerView(ApiView):
    roles: ClassVar = {"GET": MAY, "PATCH": MAY}
    about: ClassVar = {"GET": PASSENGER, "PATCH": PASSENGER}
    problems: ClassVar = {"PATCH": {412, 428}}

    @extend_schema(
        operation_id="get_passenger", parameters=[IF_NONE_MATCH, ETAG], responses={200: KnownPassengerSerializer, 304: None}
    )
    def get(self, request: Request, pk: int) -> Response:
        """What is known of a passenger."""
        return _answer(request, _passenger(request, pk, Passenger.objects.all()))

    @extend_schema(
        operation_id="change_passenger",
        parameters=[KEY_PARAMETER, IF_MATCH_REQUIRED, ETAG],
        request=ChangeSerializer,
        responses=KnownPassengerSerializer,
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is known of a passenger, for the offers that are made from now on."""
        passenger = _passenger(request, pk, Passenger.objects.select_for_update(no_key=True))
        changes = cast(Changes, body_of(request, ChangeSerializer))
        if "door_to_door" in changes and not whom(request).staff:
            raise Problem(
                problem_types.FORBIDDEN, "Who is fetched at the door is for the operator to say.", pointer="#/door_to_door"
            )
        require_match(request, state_of(passenger))
        return _answer(request, change_passenger(passenger, changes))


def _passenger(request: Request, pk: int, rows: QuerySet[Passenger]) -> Passenger:
    """One of the caller's operator; for a partner, one of their own. Raises Http404."""
    caller = whom(request)
    own = {} if caller.staff else {"partner": caller.partner}
    return get_object_or_404(rows, pk=pk, operator=operator_of(caller), erased_at=None, **own)


def _answer(request: Request, passenger: Passenger) -> Response:
    return tagged(request, Response(KnownPassengerSerializer(passenger).data), state_of(passenger))
