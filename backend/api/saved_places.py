"""GET and POST saved-places, DELETE saved-places/{id}: what a passenger calls home."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import problem_types
from backend.api.audit import SAVED_PLACE, names, on_record
from backend.api.base import ApiView, body_of, query_of
from backend.api.passengers import Named, PassengerField, passenger_for
from backend.api.places import ASKED_SCHEMA, POINT_SCHEMA, AskedPlace, PlaceField, point
from backend.api.problems import BadQuery, Problem
from backend.api.strict import READABLE, LineField, StrictSerializer
from backend.api.whom import DESK, Caller, Is, whom
from bookings.actions.save_place import save_place
from bookings.models import Operator, Passenger, SavedPlace
from bookings.spelling import words_of
from routing.model import Point

OWNERS = DESK | {Is.PASSENGER}


@extend_schema_field(ASKED_SCHEMA)
class PointField(PlaceField):
    """A position; a stop has a name already."""

    def to_internal_value(self, data: Any) -> AskedPlace:
        place = super().to_internal_value(data)
        if place.stop is not None:
            raise serializers.ValidationError('Give {"type": "Point", "coordinates": [longitude, latitude]}.')
        return place


class LabelField(LineField):
    """What a passenger calls a place; it's found by its words."""

    default_error_messages = {"wordless": _("Give a name with letters or digits, on one line.")}
    pattern = rf"^{READABLE}*[\p{{L}}\p{{Nd}}]{READABLE}*$"

    def to_internal_value(self, data: Any) -> str:
        label = str(super().to_internal_value(data))
        if not words_of(label):
            self.fail("wordless")
        return label


class SaveSerializer(StrictSerializer):
    label = LabelField(  # type: ignore[assignment]  # a field called label
        max_length=60, help_text="What the passenger calls it. A place of the same label moves."
    )
    position = PointField()
    passenger = PassengerField(required=False, help_text="For agents: whose place it is. Passengers leave this out.")


class WhoseSerializer(StrictSerializer):
    passenger = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="For agents: the id of a passenger. Passengers leave this out.",
    )


class SavedPlaceSerializer(serializers.ModelSerializer[SavedPlace]):
    position = serializers.SerializerMethodField()

    class Meta:
        model = SavedPlace
        fields = ["id", "label", "position"]

    @extend_schema_field(POINT_SCHEMA)
    def get_position(self, place: SavedPlace) -> dict[str, Any]:
        return point(*place.point)


class SavedPlacesView(ApiView):
    roles: ClassVar = {"GET": OWNERS, "POST": OWNERS}
    about: ClassVar = {"GET": SAVED_PLACE, "POST": SAVED_PLACE}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="list_saved_places", parameters=[WhoseSerializer], responses=SavedPlaceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Your saved places, or those of a passenger."""
        caller = whom(request)
        passenger = asked_passenger(caller, operator_of(caller), query_of(request, WhoseSerializer).get("passenger"))
        if passenger is None:
            raise BadQuery({"passenger": ["Say whose places these are."]})
        names(request, passenger)
        return Response(SavedPlaceSerializer(SavedPlace.objects.filter(passenger=passenger), many=True).data)

    @extend_schema(operation_id="save_place", request=SaveSerializer, responses={201: SavedPlaceSerializer})
    @on_record
    def post(self, request: Request) -> Response:
        """Keep a place under a name of one's own; it's then found by GET places."""
        asked, caller = body_of(request, SaveSerializer), whom(request)
        passenger = passenger_for(caller, operator_of(caller), asked.get("passenger"))
        if passenger is None:
            raise Problem(problem_types.PASSENGER_NEEDED, "Say whose place it is.", pointer="#/passenger")
        position: AskedPlace = asked["position"]
        place = save_place(passenger, label=asked["label"], point=Point(position.lon, position.lat))
        return Response(SavedPlaceSerializer(place).data, status=201)


class SavedPlaceView(ApiView):
    roles: ClassVar = {"DELETE": OWNERS}
    about: ClassVar = {"DELETE": SAVED_PLACE}

    @extend_schema(operation_id="remove_saved_place", responses={204: None})
    @on_record
    def delete(self, request: Request, pk: int) -> Response:
        """Keep it no longer."""
        caller = whom(request)
        own = Q(passenger=caller.passenger) if caller.passenger else Q(pk=None)
        of_callers = Q(passenger__operator=caller.staff.operator_id) if caller.staff else Q(pk=None)
        place = get_object_or_404(SavedPlace.objects.filter(own | of_callers).select_related("passenger"), pk=pk)
        names(request, place.passenger)
        place.delete()
        return Response(status=204)


def operator_of(caller: Caller) -> Operator:
    """The operator as whose agent or passenger somebody calls."""
    member = caller.staff or caller.partner or caller.passenger
    assert member is not None  # seen to by `roles`
    return member.operator


def asked_passenger(caller: Caller, operator: Operator, pk: int | None) -> Passenger | None:
    """The passenger whom a query names by id; for passengers, themselves. Raises BadQuery, Problem (403)."""
    try:
        return passenger_for(caller, operator, None if pk is None else Named(id=pk))
    except serializers.ValidationError as error:
        raise BadQuery(error.detail) from None
