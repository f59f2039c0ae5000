"""GET and POST waitlist, DELETE waitlist/{id}: waiting for a place that somebody gives back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import problem_types
from backend.api.audit import WAITING, on_record
from backend.api.base import ApiView, body_of, now, query_of
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.out import LocalTimeField
from backend.api.paging import CursorPagination, OfPassengerSerializer, PagedSerializer
from backend.api.problems import Problem
from backend.api.strict import StrictIntegerField, StrictSerializer
from backend.api.whom import DESK, Caller, Is, whom
from backend.api.wish_json import FIELDS, WishedSerializer
from bookings import queries
from bookings.actions.wait import join_waitlist, leave_waitlist
from bookings.models import Refusal, Waiting, WaitState
from bookings.words import worded

WAITERS = DESK | {Is.PASSENGER}


class WaitSerializer(StrictSerializer):
    refusal = StrictIntegerField(min_value=1, max_value=2**63 - 1, help_text="The id of the refusal of the wish.")


class WaitFilterSerializer(OfPassengerSerializer):
    service = serializers.SlugField(required=False)
    date = serializers.DateField(required=False, help_text="Service day.")


class WaitingSerializer(WishedSerializer, serializers.ModelSerializer[Waiting]):
    """A wish that waits. Once a place is `offered`, `booking` holds it until `held_until`: confirm or cancel that."""

    service = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    service_date = serializers.DateField(source="date")
    status = serializers.ChoiceField(choices=WaitState.choices)
    booking = serializers.CharField(source="booking.reference", default=None, allow_null=True, help_text="Reference.")
    held_until = LocalTimeField(source="booking.held_until", default=None)
    created_at = LocalTimeField()

    class Meta:
        model = Waiting
        fields = [
            *("id", "service", "service_date", "status", "passenger", *FIELDS),
            *("booking", "held_until", "created_at"),
        ]

    def kept_wish(self, row: Waiting) -> dict[str, Any]:
        wish: dict[str, Any] = row.refusal.wish
        return wish


class WaitingPageSerializer(PagedSerializer):
    results = WaitingSerializer(many=True)


class WaitlistView(ApiView):
    roles: ClassVar = {"GET": WAITERS, "POST": WAITERS}
    about: ClassVar = {"GET": WAITING, "POST": WAITING}
    takes_query: ClassVar = {"GET"}
    problems: ClassVar = {"POST": {404}}

    @extend_schema(operation_id="list_waiting", parameters=[WaitFilterSerializer], responses=WaitingPageSerializer)
    def get(self, request: Request) -> Response:
        """The wishes for which you wait; for staff, all of the operator's. Newest first."""
        asked = query_of(request, WaitFilterSerializer)
        chosen = {"service": "service__slug", "date": "date", "passenger": "passenger"}
        found = _visible(whom(request)).filter(**{lookup: asked[name] for name, lookup in chosen.items() if name in asked})
        pages = CursorPagination()
        page = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response(WaitingSerializer(page, many=True).data)

    @extend_schema(operation_id="wait", parameters=[KEY_PARAMETER], request=WaitSerializer, responses={201: WaitingSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Wait for a place for a wish that was refused for want of room. Who has waited longest is offered one first."""
        asked, caller = body_of(request, WaitSerializer), whom(request)
        refusal = _refusals(caller).filter(pk=asked["refusal"]).first()
        if refusal is None:
            said = worded("There is no such refusal, or it isn't yours: ask again.")
            raise Problem(problem_types.NOT_FOUND, said, pointer="#/refusal")
        if refusal.passenger is None:
            raise Problem(problem_types.PASSENGER_NEEDED, worded("Ask again and say who travels."), pointer="#/refusal")
        waiting = join_waitlist(refusal, passenger=refusal.passenger, by=caller.user, channel=caller.channel, now=now())
        return Response(WaitingSerializer(_visible(caller).get(pk=waiting.pk)).data, status=201)


class WaitingView(ApiView):
    roles: ClassVar = {"DELETE": WAITERS}
    about: ClassVar = {"DELETE": WAITING}

    @extend_schema(operation_id="leave_waitlist", responses={204: None})
    @on_record
    def delete(self, request: Request, pk: int) -> Response:
        """Wait no longer."""
        caller = whom(request)
        leave_waitlist(get_object_or_404(_visible(caller), pk=pk), by=caller.user, now=now())
        return Response(status=204)


def _visible(caller: Caller) -> QuerySet[Waiting]:
    return queries.list_waiting(caller.user).select_related("service", "refusal", "passenger", "booking")


def _refusals(caller: Caller) -> QuerySet[Refusal]:
    """The refusals that a caller may act on: their own; for staff, those of the operator."""
    return queries.list_refusals(caller.user).select_related("service", "passenger")
