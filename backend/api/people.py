"""POST passengers, GET and PATCH passengers/{id}: what staff know of those who travel."""

from __future__ import annotations

from typing import ClassVar, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import contact, needs, problem_types
from backend.api.audit import PASSENGER, on_record
from backend.api.base import ApiView, body_of
from backend.api.etags import ETAG, IF_MATCH_REQUIRED, IF_NONE_MATCH, require_match, state_of, tagged
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.passengers import Named, NewPassengerSerializer, passenger_for
from backend.api.problems import Problem
from backend.api.saved_places import operator_of
from backend.api.strict import ChangesSerializer, StrictBooleanField
from backend.api.whom import DESK, Is, whom
from bookings.actions.change_passenger import Changes, change_passenger
from bookings.models import Passenger


class KnownPassengerSerializer(needs.KnownNeedsSerializer, contact.KnownContactSerializer):
    class Meta:
        model = Passenger
        fields = ["id", "name", "phone", *needs.FIELDS, *contact.FIELDS]


class ChangeSerializer(ChangesSerializer, NewPassengerSerializer, needs.NeedsSerializer, contact.ContactSerializer):
    """What is left out stays as it is."""

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
