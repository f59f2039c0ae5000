"""GET places: the one search box for everything that people name."""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import SAVED_PLACES_AMONG_OTHERS, names
from backend.api.base import ApiView, now, planner_for, query_of
from backend.api.places import POINT_SCHEMA, point
from backend.api.problem_types import slug_of
from backend.api.problems import BadQuery
from backend.api.saved_places import asked_passenger
from backend.api.services import services_of
from backend.api.strict import QueryBooleanField, StrictCharField, StrictSerializer
from backend.api.whom import EVERYBODY, whom
from bookings import queries
from bookings.models import PlaceKind, Service
from bookings.planner import Journey
from bookings.words import worded
from routing.model import Point

KINDS = ("saved", "stop", *PlaceKind.values)
USUAL, MOST = 8, 20
MOST_SIGNS = 60
ON_THE_FLAG = "What stands on the flag, and what people text for departures; may be empty."
_NUMBERS = re.compile(r"-?[0-9]+(\.[0-9]+)?,-?[0-9]+(\.[0-9]+)?")


_LON = r"-?(180(\.0+)?|(1[0-7][0-9]|[1-9]?[0-9])(\.[0-9]+)?)"
_LAT = r"-?(90(\.0+)?|[1-8]?[0-9](\.[0-9]+)?)"


@extend_schema_field({"type": "string", "pattern": f"^{_LON},{_LAT}$", "maxLength": MOST_SIGNS, "example": "-1.5243,54.1313"})
class NearField(serializers.Field[Point, str, Any, Any]):
    """A position as `longitude,latitude`."""

    default_error_messages = {
        "invalid": "Give longitude and latitude with a comma between them, such as -1.5243,54.1313.",
        "range": "Longitude comes first and lies between -180 and 180, latitude between -90 and 90.",
    }

    def to_internal_value(self, data: str) -> Point:
        if len(data) > MOST_SIGNS or not _NUMBERS.fullmatch(data):
            self.fail("invalid")
        lon, lat = (float(part) for part in data.split(","))
        if math.fabs(lon) > 180 or math.fabs(lat) > 90:
            self.fail("range")
        return Point(lon, lat)

    def to_representation(self, value: Point) -> str:
        return f"{value.lon},{value.lat}"


class SearchSerializer(StrictSerializer):
    service = serializers.SlugField(help_text="The slug of the service.")
    q = StrictCharField(
        max_length=100,
        help_text="What somebody typed: a postcode or the beginning of one, the name of a stop or a code of it (also that on its "
        "flag), a settlement, a street, a landmark, by any name that it has, or several words of these in any order. Small slips "
        "in spelling are forgiven.",
    )
    near = NearField(required=False, help_text="longitude,latitude: what is near there comes first.")
    date = serializers.DateField(
        required=False,
        help_text="Of the journey: stops that are closed on that day don't serve. Today where only `wheelchair` is given; where "
        "neither is, closures don't count.",
    )
    wheelchair = QueryBooleanField(
        required=False,
        help_text="Whether somebody travels in a wheelchair: then stops that can't be used with one don't serve.",
    )
    passenger = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="For agents: whose saved places are meant, too; an id."
    )
    limit = serializers.IntegerField(default=USUAL, min_value=1, max_value=MOST)


class ServingStopSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    public_code = serializers.CharField(help_text=ON_THE_FLAG)
    label = serializers.CharField()  # type: ignore[assignment]  # a field called label, not the label of this one
    walk_m = serializers.IntegerField(help_text="Metres on foot.")


class FoundPlaceSerializer(serializers.Serializer[Any]):
    """A place, and whether the service takes people there."""

    kind = serializers.ChoiceField(choices=KINDS)
    label = serializers.CharField(help_text="Its name.")  # type: ignore[assignment]
    detail = serializers.CharField(
        help_text="What tells it from others of that name, and by what other name it was found; may be empty."
    )
    code = serializers.CharField(help_text="Of a stop: its code, which wishes take for a place; of a saved place: its id.")
    public_code = serializers.CharField(help_text=f"Of a stop: {ON_THE_FLAG}")
    position = serializers.SerializerMethodField()
    served = serializers.BooleanField()
    at_door = serializers.BooleanField(
        help_text="Whether the vehicle comes to the place itself, as for who is registered for that."
    )
    why_not = serializers.ChoiceField(choices=["outside-area", "no-stop-near"], allow_null=True)
    stop = ServingStopSerializer(
        allow_null=True,
        help_text="The nearest stop that can serve; farther than the walking limit where `why_not` is no-stop-near.",
    )

    @extend_schema_field(POINT_SCHEMA)
    def get_position(self, found: dict[str, Any]) -> Any:
        return found["position"]


class FoundPlacesSerializer(serializers.Serializer[Any]):
    """Best first."""

    places = FoundPlaceSerializer(many=True)


class PlacesView(ApiView):
    roles: ClassVar = {"GET": EVERYBODY}
    about: ClassVar = {"GET": SAVED_PLACES_AMONG_OTHERS}
    takes_query: ClassVar = {"GET"}

    @extend_schema(operation_id="find_places", parameters=[SearchSerializer], responses=FoundPlacesSerializer)
    def get(self, request: Request) -> Response:
        """Where somebody may mean, while they type it."""
        asked = query_of(request, SearchSerializer)
        caller = whom(request)
        service = services_of(caller).filter(slug=asked["service"]).first()
        if service is None:
            raise BadQuery({"service": [worded("There is no service of this name that you can see.")]})
        passenger = asked_passenger(caller, service.operator, asked.get("passenger"))
        names(request, passenger)
        found = queries.find_places(
            service,
            asked["q"],
            near=asked.get("near"),
            limit=asked["limit"],
            planner=planner_for(service),
            journey=_journey(asked, service),
            passenger=passenger,
        )
        return Response({"places": [_as_json(place) for place in found]})


def _journey(asked: dict[str, Any], service: Service) -> Journey | None:
    """The journey that is meant, as far as one is."""
    if not asked.keys() & {"date", "wheelchair"}:
        return None
    return Journey(asked.get("date") or now().astimezone(service.tz).date(), asked.get("wheelchair", False))


def _as_json(place: queries.FoundPlace) -> dict[str, Any]:
    serving = place.serving
    stop = serving.stop and {
        "code": serving.stop.code,
        "public_code": serving.stop.public_code,
        "label": serving.stop.label,
        "walk_m": serving.walk_m,
    }
    return {
        "kind": place.kind,
        "label": place.name,
        "detail": place.detail,
        "code": place.code,
        "public_code": place.public_code,
        "position": point(*place.point),
        "served": not serving.why,
        "at_door": serving.at_door,
        "why_not": slug_of(serving.why) or None,
        "stop": stop,
    }
