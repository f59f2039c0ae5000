"""GET services/{slug}/turned-away: what a service refused over some days, and what would have served it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.base import ApiView, now, query_of
from backend.api.days import DISPATCHERS, own_service
from backend.api.problem_types import BASE, slug_of
from backend.api.problems import BadQuery
from backend.api.strict import StrictSerializer
from backend.api.whom import whom
from bookings import queries

USUAL, MOST = timedelta(days=28), timedelta(days=366)


class RangeSerializer(StrictSerializer):
    last = serializers.DateField(required=False, help_text="The last service day; today, if left out.")
    first = serializers.DateField(required=False, help_text="The first service day; 28 days before, if left out.")


class TurnedSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    title = serializers.CharField()
    wishes = serializers.IntegerField()
    people = serializers.IntegerField()


class WouldServeSerializer(serializers.Serializer[Any]):
    """Had this rule alone given, by `amount` in all, so many wishes would have been served. One wish may count for several."""

    rule = serializers.CharField(help_text="As in the leeway of a refusal.")
    unit = serializers.CharField()
    wishes = serializers.IntegerField()
    amount = serializers.IntegerField()


class TurnedAwaySerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()
    booked = serializers.IntegerField()
    turned_away = TurnedSerializer(many=True)
    would_serve = WouldServeSerializer(many=True)


class TurnedAwayView(ApiView):
    roles: ClassVar = {"GET": DISPATCHERS}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="get_turned_away", parameters=[RangeSerializer], responses=TurnedAwaySerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What was refused, by kind, and which rule, alone, would have had to give by how much. Who asks again counts once."""
        service, asked = own_service(whom(request), slug), query_of(request, RangeSerializer)
        last = asked.get("last") or now().astimezone(service.tz).date()
        first = asked.get("first") or last - USUAL
        if not timedelta(0) <= last - first <= MOST:
            raise BadQuery({"first": ["Give a first day that is not after the last, and no more than a year before."]})
        report = queries.turned_away(service, first, last)
        turned = [
            {"type": BASE + slug_of(each.kind), "title": each.title, "wishes": each.wishes, "people": each.people}
            for each in report.turned
        ]
        would_serve = [asdict(each) for each in report.would_serve]
        return Response(
            {
                "first": first.isoformat(),
                "last": last.isoformat(),
                "booked": report.booked,
                "turned_away": turned,
                "would_serve": would_serve,
            }
        )
