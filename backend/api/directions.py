"""GET shifts/{id}/directions: the way to a call, turn by turn."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import SHIFT
from backend.api.base import ApiView, now, planner_for, query_of
from backend.api.out import PathField
from backend.api.places import POINT_SCHEMA, point
from backend.api.shifts import DRIVERS_AND_DISPATCHERS, get_visible_shift
from backend.api.strict import StrictSerializer
from backend.api.times import local
from backend.api.whom import whom
from bookings import queries
from routing.travel.directions import Drive, Turn, in_words


class DirectionsFilterSerializer(StrictSerializer):
    call = serializers.IntegerField(
        required=False, min_value=1, help_text="Number of a call in the manifest; without one, the first that isn't done."
    )


@extend_schema_field(POINT_SCHEMA)
class PositionField(serializers.JSONField):
    """GeoJSON of a point."""


class TurnSerializer(serializers.Serializer[Any]):
    """Something to do at `position`; then `street` is followed for `metres`."""

    words = serializers.CharField(help_text="In English.")
    kind = serializers.ChoiceField(
        choices=["depart", "straight", "keep", "slight", "turn", "sharp", "uturn", "roundabout", "arrive"]
    )
    side = serializers.ChoiceField(choices=["left", "right"], allow_null=True, help_text="Of arriving: where the stop is.")
    street = serializers.CharField(allow_null=True)
    exit = serializers.IntegerField(allow_null=True, help_text="Of a roundabout, counted from where it is entered.")
    metres = serializers.IntegerField()
    position = PositionField()


class DirectionsSerializer(serializers.Serializer[Any]):
    """`call` is null for the way to where the shift ends; `metres`, `seconds` and `line` are null where no road goes."""

    call = serializers.IntegerField(allow_null=True)
    start = serializers.CharField()
    end = serializers.CharField()
    leave = serializers.DateTimeField(help_text="By the plan.")
    metres = serializers.IntegerField(allow_null=True)
    seconds = serializers.IntegerField(allow_null=True, help_text="At that time of day.")
    line = PathField(allow_null=True)
    turns = TurnSerializer(many=True)


class DirectionsView(ApiView):
    roles: ClassVar = {"GET": DRIVERS_AND_DISPATCHERS}
    about: ClassVar = {"GET": SHIFT}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="get_directions", parameters=[DirectionsFilterSerializer], responses=DirectionsSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How a driver gets from the call before to the next one that isn't done, or to the one that is asked for."""
        shift, number = get_visible_shift(whom(request), pk), query_of(request, DirectionsFilterSerializer).get("call")
        try:
            found = queries.directions(shift, number, planner=planner_for(shift.service), now=now())
        except queries.NoSuchCall as error:
            raise Http404(str(error)) from None
        drive = found.drive
        body = {
            "call": found.number,
            "start": str(found.start),
            "end": str(found.end),
            "leave": local(found.leaves_at, shift.service.tz),
            "metres": drive.metres if drive else None,
            "seconds": drive.seconds if drive else None,
            "line": _line(drive) if drive else None,
            "turns": [_turn(turn) for turn in drive.turns] if drive else [],
        }
        response = Response(body)
        response["Cache-Control"] = "no-store"
        return response


def _line(drive: Drive) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[round(lon, 6), round(lat, 6)] for lon, lat in drive.line]}


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "words": in_words(turn),
        "kind": turn.kind,
        "side": turn.side or None,
        "street": turn.street or None,
        "exit": turn.exit or None,
        "metres": turn.metres,
        "position": point(*turn.at),
    }
