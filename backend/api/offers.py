"""POST offers: what could be had."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import problem_types, refusal_json
from backend.api.audit import NEW_PASSENGER, names
from backend.api.base import ApiView, body_of, now, planner_for
from backend.api.offer_json import OfferSerializer, offers_json
from backend.api.passengers import passenger_for
from backend.api.problems import Problem
from backend.api.whom import DESK, Is, whom
from backend.api.wishes import WishSerializer, wish_for
from bookings import queries
from bookings.actions.request_ride import request_ride
from bookings.models import Refusal
from bookings.words import speaking


class OffersSerializer(serializers.Serializer[Any]):
    """Up to five offers that really differ, best first; or none, and why."""

    offers = OfferSerializer(many=True)
    refusal = refusal_json.RefusalSerializer(allow_null=True)


class OffersView(ApiView):
    roles: ClassVar = {"POST": DESK | {Is.PASSENGER, Is.PARTNER}}
    about: ClassVar = {"POST": NEW_PASSENGER}
    limits: ClassVar = {"POST": "offers"}

    @extend_schema(operation_id="request_offers", request=WishSerializer, responses=OffersSerializer)
    def post(self, request: Request) -> Response:
        """Ask for a journey.

        Where a rule of the service stands against one field (a time in the past, a place outside the area, a party too large),
        the answer is a 422 with a pointer to the field. Where the day has no room for an otherwise fine wish, the answer is a 200
        without offers and with a refusal, that says what stands against it and what would be possible.
        """
        asked, caller = body_of(request, WishSerializer), whom(request)
        service = asked["service"]
        passenger = passenger_for(caller, service.operator, asked["passenger"])
        if caller.partner and passenger is None:  # by whom it's theirs
            raise Problem(problem_types.PASSENGER_NEEDED, "Say for which passenger of yours this is.", pointer="#/passenger")
        if passenger is not None and passenger.made_now:
            names(request, passenger)
        found = request_ride(
            service,
            wish=wish_for(passenger, asked),
            passenger=passenger,
            asked_by=caller.user,
            channel=caller.channel,
            planner=planner_for(service),
            now=now(),
            instead_of=asked["instead_of"],
        )
        if isinstance(found, Refusal):
            refusal_json.raise_where_a_field_is_wrong(found, caller.language)
            staff = caller.operator_as(*DESK) == service.operator_id
            with speaking(caller.language):
                leeway = queries.leeway_for_staff([found])[0] if staff else queries.leeway_for_passenger(found)
            return Response({"offers": [], "refusal": refusal_json.as_json(found, leeway, caller.language)})
        return Response({"offers": offers_json(found), "refusal": None})
