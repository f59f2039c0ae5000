"""POST passengers/search: whom somebody at the telephone is talking to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import PASSENGER
from backend.api.base import ApiView, body_of
from backend.api.saved_places import operator_of
from backend.api.strict import LineField, StrictIntegerField, StrictSerializer
from backend.api.whom import DESK, whom
from bookings import queries
from bookings.models import Passenger

USUAL, MOST = 20, 50


class SearchSerializer(StrictSerializer):
    q = LineField(
        max_length=120,
        help_text="A telephone number, or its last four digits or more; parts of a name; a postcode; or a booking reference.",
    )
    limit = StrictIntegerField(min_value=1, max_value=MOST, default=USUAL)
    after = StrictIntegerField(min_value=1, max_value=2**63 - 1, required=False, help_text="`next` of the page before.")


class FoundPassengerSerializer(serializers.ModelSerializer[Passenger]):
    """As much as tells one from another; the rest is in `passengers/{id}`."""

    class Meta:
        model = Passenger
        fields = ["id", "name", "phone"]


class FoundPageSerializer(serializers.Serializer[Any]):
    next = serializers.IntegerField(allow_null=True, help_text="To send as `after` for more.")
    results = FoundPassengerSerializer(many=True)


class PassengerSearchView(ApiView):
    roles: ClassVar = {"POST": DESK}
    about: ClassVar = {"POST": PASSENGER}
    problems: ClassVar = {"POST": {404}}

    @extend_schema(operation_id="search_passengers", request=SearchSerializer, responses=FoundPageSerializer)
    def post(self, request: Request) -> Response:
        """The operator's passengers whom `q` means, by name. It is a POST because whom one looks for has no place in addresses:
        they are written to the logs of every proxy on the way. Nothing is changed, and no Idempotency-Key is needed.
        """
        operator, asked = operator_of(whom(request)), body_of(request, SearchSerializer)
        found = queries.find_passengers(operator, asked["q"])
        if "after" in asked:
            last = get_object_or_404(Passenger, pk=asked["after"], operator=operator)
            found = found.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
        rows = list(found[: asked["limit"] + 1])
        page = rows[: asked["limit"]]
        more = page[-1].pk if len(rows) > len(page) else None
        return Response({"next": more, "results": FoundPassengerSerializer(page, many=True).data})
