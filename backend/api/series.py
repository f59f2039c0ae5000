"""Journeys that come again each week: GET and POST series, GET series/{id}, and its steps: skip, end."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import problem_types, refusal_json
from backend.api.audit import SERIES
from backend.api.base import ApiView, body_of, now, planner_for, query_of
from backend.api.idempotency import BEGUN, KEY_PARAMETER, idempotent, idempotent_in_steps
from backend.api.out import LocalTimeField
from backend.api.paging import CursorPagination, OfPassengerSerializer, PagedSerializer
from backend.api.passengers import passenger_for
from backend.api.problems import Problem
from backend.api.strict import StrictBooleanField, StrictSerializer
from backend.api.whom import DESK, Caller, Is, whom
from backend.api.wish_json import FIELDS, WishedSerializer
from backend.api.wishes import WishSerializer, wish_for
from bookings import queries
from bookings.actions.repeat import begin_series, end_series, skip_day
from bookings.actions.series_days import place_due
from bookings.models import PayBy, Series, SeriesDay, Status, Waiting, WaitState
from bookings.words import worded

REGULARS = DESK | {Is.PASSENGER}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_EXCEPTIONS = 100


class RepeatSerializer(StrictSerializer):
    """On which days: those weekdays from the day of the wish on."""

    weekdays = serializers.ListField(child=serializers.ChoiceField(choices=DAYS), min_length=1, max_length=7)
    until = serializers.DateField(required=False, help_text="The last day; left out: until it's ended.")

    def get_fields(self) -> dict[str, Any]:
        not_on = serializers.ListField(
            child=serializers.DateField(), max_length=MOST_EXCEPTIONS, required=False, help_text="Days on which it's not wanted."
        )
        return super().get_fields() | {"except": not_on}


class NewSeriesSerializer(WishSerializer):
    """A journey as in POST offers, of its first day, and how it comes again: at the same local times."""

    repeat = RepeatSerializer()
    pay_by = serializers.ChoiceField(
        choices=PayBy.choices,
        required=False,
        help_text="Left out: the first of the service's payment_methods that needs no payment page.",
    )

    def get_fields(self) -> dict[str, Any]:
        return {name: field for name, field in super().get_fields().items() if name != "instead_of"}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return super().validate(attrs) | {"repeat": attrs["repeat"], "pay_by": attrs.get("pay_by")}


class SkipSerializer(StrictSerializer):
    date = serializers.DateField()


class EndSerializer(StrictSerializer):
    cancel = StrictBooleanField(default=True, help_text="Whether what is booked from now on is cancelled, too.")


class SeriesWaitingSerializer(serializers.ModelSerializer[Waiting]):
    """A day that failed waits for a place, until it's found, too late, or the waiting is given up (`DELETE waitlist/{id}`)."""

    status = serializers.ChoiceField(choices=WaitState.choices)

    class Meta:
        model = Waiting
        fields = ["id", "status"]


class SeriesDaySerializer(serializers.ModelSerializer[SeriesDay]):
    """A day that came within the horizon: booked, or why not; both where a place was found since for who waited.

    Until its `held_until` such a place wants to be confirmed.
    """

    booking = serializers.CharField(source="placed.reference", default=None, allow_null=True, help_text="Of the way there.")
    booking_status = serializers.ChoiceField(source="placed.status", choices=Status.choices, default=None, allow_null=True)
    held_until = LocalTimeField(source="placed.held_until", default=None)
    waiting = SeriesWaitingSerializer(source="refusal.waiting", default=None, allow_null=True)
    refusal = serializers.SerializerMethodField()

    class Meta:
        model = SeriesDay
        fields = ["date", "booking", "booking_status", "held_until", "refusal", "waiting"]

    @extend_schema_field(refusal_json.RefusalSerializer(allow_null=True))
    def get_refusal(self, day: SeriesDay) -> dict[str, Any] | None:
        refusal = day.refusal
        return None if refusal is None else refusal_json.as_json(refusal, queries.leeway_for_passenger(refusal))


class SeriesSerializer(WishedSerializer, serializers.ModelSerializer[Series]):
    """What was asked for is of the first day: on others it's the same, at the same local times."""

    service = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    pay_by = serializers.CharField(help_text="Empty: as is usual.")
    weekdays = serializers.SerializerMethodField()
    skipped = serializers.ListField(child=serializers.DateField(), source="exceptions")
    ended_at = LocalTimeField()

    class Meta:
        model = Series
        fields = ["id", "service", "passenger", *FIELDS, "pay_by", "first", "until", "weekdays", "skipped", "ended_at"]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=DAYS)))
    def get_weekdays(self, series: Series) -> list[str]:
        return [DAYS[day] for day in series.weekdays]


class SeriesDetailSerializer(SeriesSerializer):
    days = SeriesDaySerializer(many=True)

    class Meta(SeriesSerializer.Meta):
        fields = [*SeriesSerializer.Meta.fields, "days"]


class SeriesPageSerializer(PagedSerializer):
    results = SeriesSerializer(many=True)


def _place(view: ApiView, request: Request, begun: dict[str, Any]) -> Response:
    """Place what is within the horizon of a series that was begun, and tell what became of it."""
    caller = whom(request)
    series = get_object_or_404(_visible(caller), pk=begun["id"])
    place_due(series, planner=planner_for(series.service), now=now(), by=whom(request).user)
    return _answer(series, caller, status=201)


class SeriesListView(ApiView):
    roles: ClassVar = {"GET": REGULARS, "POST": REGULARS}
    takes_query: ClassVar = {"GET"}
    about: ClassVar = {"GET": SERIES, "POST": SERIES}

    @extend_schema(operation_id="list_series", parameters=[OfPassengerSerializer], responses=SeriesPageSerializer)
    def get(self, request: Request) -> Response:
        """Your journeys that come again each week; for staff, those of the operator. Newest first."""
        asked = query_of(request, OfPassengerSerializer)
        found = _visible(whom(request)).filter(**{name: asked[name] for name in ("passenger",) if name in asked})
        pages = CursorPagination()
        page = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response(SeriesSerializer(page, many=True).data)

    @extend_schema(
        operation_id="start_series",
        parameters=[KEY_PARAMETER],
        request=NewSeriesSerializer,
        responses={201: SeriesDetailSerializer},
    )
    @idempotent_in_steps(_place)
    def post(self, request: Request) -> Response:
        """Repeat a journey each week. Days within the horizon are booked at once, later ones as they come within it.

        A day without room is told with what would be possible, and waits for a place. Each day stands alone: one that can't be
        tried just now, because others are changing it, is tried within some minutes, and isn't in the answer yet.
        """
        asked, caller = body_of(request, NewSeriesSerializer), whom(request)
        service, repeat = asked["service"], asked["repeat"]
        passenger = passenger_for(caller, service.operator, asked["passenger"])
        if passenger is None:
            raise Problem(problem_types.PASSENGER_NEEDED, worded("Say who travels."), pointer="#/passenger")
        series = begin_series(
            service,
            wish=wish_for(passenger, asked),
            weekdays=[DAYS.index(day) for day in repeat["weekdays"]],
            until=repeat.get("until"),
            exceptions=repeat.get("except", []),
            passenger=passenger,
            by=caller.user,
            channel=caller.channel,
            pay_by=asked["pay_by"],
            now=now(),
        )
        return _answer(series, caller, status=BEGUN)


class SeriesView(ApiView):
    roles: ClassVar = {"GET": REGULARS}
    about: ClassVar = {"GET": SERIES}

    @extend_schema(operation_id="get_series", responses=SeriesDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """A series, with what became of each day that has come within the horizon."""
        caller = whom(request)
        return _answer(get_object_or_404(_visible(caller), pk=pk), caller)


class SkipView(ApiView):
    roles: ClassVar = {"POST": REGULARS}
    about: ClassVar = {"POST": SERIES}

    @extend_schema(
        operation_id="skip_day_of_series", parameters=[KEY_PARAMETER], request=SkipSerializer, responses=SeriesDetailSerializer
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Leave a day out; what is booked for it is cancelled, both ways."""
        caller = whom(request)
        series = get_object_or_404(_visible(caller), pk=pk)
        date = body_of(request, SkipSerializer)["date"]
        skip_day(series, date, planner=planner_for(series.service), by=caller.user, now=now())
        return _answer(series, caller)


class EndView(ApiView):
    roles: ClassVar = {"POST": REGULARS}
    about: ClassVar = {"POST": SERIES}

    @extend_schema(operation_id="end_series", parameters=[KEY_PARAMETER], request=EndSerializer, responses=SeriesDetailSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """End a series, and cancel what is booked from now on unless that is to stay."""
        caller = whom(request)
        series = get_object_or_404(_visible(caller), pk=pk)
        cancel = body_of(request, EndSerializer)["cancel"]
        end_series(series, cancel=cancel, planner=planner_for(series.service), by=caller.user, now=now())
        return _answer(series, caller)


def _visible(caller: Caller) -> QuerySet[Series]:
    return queries.list_series(caller.user).select_related("service", "passenger")


def _answer(series: Series, caller: Caller, status: int = 200) -> Response:
    fresh = (
        _visible(caller)
        .prefetch_related("days__booking", "days__refusal__service", "days__refusal__waiting__booking")
        .get(pk=series.pk)
    )
    return Response(SeriesDetailSerializer(fresh).data, status=status)
