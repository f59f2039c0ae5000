"""GET untold, POST untold/{id}/told: whom no message has reached, for whoever might telephone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.module_loading import import_string
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import MESSAGE
from backend.api.base import ApiView, body_of, now, query_of
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.paging import CursorPagination, OfPassengerSerializer, PagedSerializer
from backend.api.strict import NothingSerializer
from backend.api.times import local
from backend.api.whom import DESK, Caller, whom
from bookings import queries
from bookings.actions.tell_by_phone import tell_by_phone
from bookings.kinds import BY_NAME
from bookings.models import Message, Passenger
from bookings.words import ENGLISH

RELATED = (
    "service__operator",
    "booking__service__operator",
    "booking__passenger",
    "booking__pickup_stop",
    "booking__dropoff_stop",
)
"""Of the event of a message: what its words are made of."""


class UntoldFilterSerializer(OfPassengerSerializer):
    service = serializers.SlugField(required=False)


class ToBeToldSerializer(serializers.ModelSerializer[Passenger]):
    class Meta:
        model = Passenger
        fields = ["id", "name", "phone", "language"]


class UntoldSerializer(serializers.ModelSerializer[Message]):
    """Something that a passenger was to be told, and by no way was: why not, and until when telling it helps."""

    urgent = serializers.SerializerMethodField()
    service = serializers.CharField(source="event.service.slug")
    service_date = serializers.DateField(source="event.date")
    booking = serializers.CharField(
        source="booking.reference", default=None, allow_null=True, help_text="Reference; null for who waited in vain."
    )
    passenger = ToBeToldSerializer()
    channel = serializers.CharField(help_text="sms, email or push: the last that was thought of.")
    at = serializers.SerializerMethodField(help_text="When it was given up; where it's still tried, when it's tried next.")
    until = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField(help_text="What it would say by now, in the passenger's language.")
    english = serializers.SerializerMethodField(help_text="The same in English.")

    class Meta:
        model = Message
        fields = [
            *("id", "kind", "urgent", "service", "service_date", "booking", "passenger"),
            *("channel", "state", "reason", "at", "until", "text", "english"),
        ]

    def get_urgent(self, message: Message) -> bool:
        return BY_NAME[message.kind].urgent

    def get_at(self, message: Message) -> str:
        return _local(message, message.done_at or message.due_at)

    def get_until(self, message: Message) -> str:
        return _local(message, message.expires_at)

    def get_text(self, message: Message) -> str:
        return _words(message, message.passenger.language)

    def get_english(self, message: Message) -> str:
        return _words(message, ENGLISH)


class UntoldPageSerializer(PagedSerializer):
    results = UntoldSerializer(many=True)


class ToldSerializer(serializers.ModelSerializer[Message]):
    told_by = serializers.SerializerMethodField()
    told_at = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ["id", "told_at", "told_by"]

    def get_told_by(self, message: Message) -> str:
        return queries.name_of(message.told_by)

    def get_told_at(self, message: Message) -> str:
        return _local(message, message.told_at)


class UntoldView(ApiView):
    roles: ClassVar = {"GET": DESK}
    about: ClassVar = {"GET": MESSAGE}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="list_untold", parameters=[UntoldFilterSerializer], responses=UntoldPageSerializer)
    def get(self, request: Request) -> Response:
        """What passengers should know and no message has told them, as long as a call helps. Newest first.

        They have no mobile telephone, have opted out, or the provider couldn't reach them. Of journeys that are over, or where
        something newer was told, there is nothing here; nor of what they did themselves, or heard at the desk.
        """
        asked = query_of(request, UntoldFilterSerializer)
        chosen = {"service": "event__service__slug", "passenger": "passenger"}
        found = queries.list_untold(_operator(whom(request)), now=now())
        found = found.filter(**{lookup: asked[name] for name, lookup in chosen.items() if name in asked})
        rows = found.select_related("booking", "passenger", *(f"event__{name}" for name in RELATED))
        pages = CursorPagination()
        page = pages.paginate_queryset(rows, request, self) or []
        return pages.get_paginated_response(UntoldSerializer(page, many=True).data)


class ToldView(ApiView):
    roles: ClassVar = {"POST": DESK}
    about: ClassVar = {"POST": MESSAGE}

    @extend_schema(operation_id="tell_by_phone", parameters=[KEY_PARAMETER], request=NothingSerializer, responses=ToldSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """You have told them by telephone. It's off the list then, and not sent any more; who did so first stays on record."""
        caller = whom(request)
        message = get_object_or_404(queries.list_unreached(_operator(caller)), pk=pk)
        body_of(request, NothingSerializer)
        return Response(ToldSerializer(tell_by_phone(message, by=caller.user, now=now())).data)


def _operator(caller: Caller) -> int:
    operator = caller.operator_as(*DESK)
    assert operator is not None  # seen to by `roles`
    return operator


def _local(message: Message, at: Any) -> str:
    return str(local(at, message.event.service.tz))


def _words(message: Message, language: str) -> str:
    """By name: messages are the business of `backend.notify`, which this layer knows nothing of."""
    words: str = import_string("backend.wiring.words_of")(message, language)
    return words
