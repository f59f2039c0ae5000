"""GET shifts/{id}/way: the line that is driven from here on, for a map."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import SHIFT
from backend.api.base import ApiView, now, planner_for
from backend.api.out import PathField, PointField
from backend.api.places import point
from backend.api.shifts import DRIVERS_AND_DISPATCHERS, get_visible_shift
from backend.api.times import local
from backend.api.whom import whom
from bookings import queries
from bookings.queries.ways import Leg


class WayStartSerializer(serializers.Serializer[Any]):
    """Where the driver's reports put the bus last, or where the shift begins."""

    place = serializers.CharField()
    position = PointField()


class LegSerializer(serializers.Serializer[Any]):
    """To a call of the manifest, or to where the shift ends (`call` is null). `line` is null where the bus is there already."""

    call = serializers.IntegerField(allow_null=True)
    place = serializers.CharField()
    position = PointField()
    arrive = serializers.DateTimeField(help_text="By the plan.")
    line = PathField(allow_null=True)


class WaySerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    start = WayStartSerializer()
    legs = LegSerializer(many=True)


class WayView(ApiView):
    roles: ClassVar = {"GET": DRIVERS_AND_DISPATCHERS}
    about: ClassVar = {"GET": SHIFT}

    @extend_schema(operation_id="get_way", responses=WaySerializer)
    def get(self, request: Request, pk: int) -> Response:
        """From where the bus was last reported, over the calls to come, to where the shift ends: along roads, leg by leg."""
        shift = get_visible_shift(whom(request), pk)
        planner = planner_for(shift.service)
        found = queries.way_ahead(queries.manifest(shift, planner=planner, now=now()), planner=planner)
        body = {
            "revision": found.manifest.revision,
            "start": {"place": str(found.start), "position": point(*found.start.point)},
            "legs": [_leg(leg, found.manifest) for leg in found.legs],
        }
        response = Response(body)
        response["Cache-Control"] = "no-store"
        return response


def _leg(leg: Leg, manifest: queries.Manifest) -> dict[str, Any]:
    line = [[round(lon, 6), round(lat, 6)] for lon, lat in leg.line]
    at = leg.call.begin_at if leg.call else manifest.ends_at
    return {
        "call": leg.call.number if leg.call else None,
        "place": str(leg.place),
        "position": point(*leg.place.point),
        "arrive": local(at, manifest.shift.service.tz),
        "line": {"type": "LineString", "coordinates": line} if line else None,
    }
