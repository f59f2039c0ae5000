"""POST passengers/{id}/erase and me/erase: somebody wants to be forgotten."""

from __future__ import annotations

from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import PASSENGER
from backend.api.base import ApiView, body_of, now
from backend.api.days import DISPATCHERS
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.me import PASSENGERS, own_record
from backend.api.saved_places import operator_of
from backend.api.strict import NothingSerializer
from backend.api.whom import whom
from bookings.actions.erase_passenger import erase_passenger
from bookings.models import Passenger


class EraseView(ApiView):
    roles: ClassVar = {"POST": DISPATCHERS}
    about: ClassVar = {"POST": PASSENGER}

    @extend_schema(operation_id="erase_passenger", parameters=[KEY_PARAMETER], request=NothingSerializer, responses={204: None})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Forget a passenger for good: name, contact, needs, places, devices, what was written. Journeys stay, nameless.

        A 409 while there are journeys ahead: cancel these first.
        """
        passenger = get_object_or_404(Passenger, pk=pk, operator=operator_of(whom(request)))
        return _erase(request, passenger)


class EraseMeView(ApiView):
    roles: ClassVar = {"POST": PASSENGERS}
    about: ClassVar = {"POST": PASSENGER}

    @extend_schema(operation_id="erase_me", parameters=[KEY_PARAMETER], request=NothingSerializer, responses={204: None})
    @idempotent
    def post(self, request: Request) -> Response:
        """Be forgotten for good: name, contact, needs, places, devices, what was written. There is no way back.

        A 409 while you have journeys ahead: cancel these first.
        """
        return _erase(request, own_record(request))


def _erase(request: Request, passenger: Passenger) -> Response:
    body_of(request, NothingSerializer)
    erase_passenger(passenger, now=now())
    return Response(status=204)
