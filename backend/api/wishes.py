"""What is asked in POST offers, checked as far as that goes without the rules of the service."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.geos import Point as GeosPoint
from rest_framework import serializers

from backend.api.party import PartySerializer
from backend.api.passengers import PassengerField
from backend.api.places import AskedPlace, PlaceField
from backend.api.services import services_of
from backend.api.strict import StrictBooleanField, StrictCharField, StrictSerializer
from backend.api.times import InstantField, check_local_time
from backend.api.whom import whom
from bookings.models import Service, Stop
from bookings.party import Party
from bookings.wish import RideWish
from routing.model import Point

TIMES = ("leave_at", "arrive_by")


class WishSerializer(StrictSerializer):
    """A journey as asked: exactly one of leave_at and arrive_by."""

    service = StrictCharField(max_length=50, help_text="The slug of the service.")
    origin = PlaceField()
    destination = PlaceField()
    leave_at = InstantField(required=False, help_text="The earliest time to set out on foot from the origin.")
    arrive_by = InstantField(required=False, help_text="The latest time to be at the destination.")
    party = PartySerializer()
    door_to_door = StrictBooleanField(
        required=False,
        help_text="Whether to be fetched and brought at the door. Left out: if the passenger is registered for it.",
    )
    passenger = PassengerField(required=False, help_text="For agents: who travels. Passengers leave this out.")
    schema_too = {"oneOf": [{"required": [name]} for name in TIMES]}

    def validate_service(self, slug: str) -> Service:
        seen = services_of(whom(self.context["request"])).prefetch_related("hours", "closures")  # the rules ask for them often
        service = seen.filter(slug=slug).first()
        if service is None:
            raise serializers.ValidationError("There is no service of this name that you can see.")
        return service

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        service: Service = attrs["service"]
        errors: dict[str, Any] = {}
        names = {end: attrs[end].name for end in ("origin", "destination")}
        given = [name for name in TIMES if name in attrs]
        if len(given) != 1:
            wrong = given[1:] or TIMES[:1]
            errors[wrong[0]] = ["Give exactly one of leave_at and arrive_by."]
        for name, check in [*((name, _check_time) for name in given), ("origin", _located), ("destination", _located)]:
            try:
                attrs[name] = check(attrs[name], service)
            except serializers.ValidationError as error:
                errors[name] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return {"service": service, "passenger": attrs.get("passenger"), "wish": _wish(attrs, names)}


def _wish(attrs: dict[str, Any], names: dict[str, str]) -> RideWish:
    return RideWish(
        origin=attrs["origin"],
        destination=attrs["destination"],
        party=Party(**attrs["party"]),
        leave_at=attrs.get("leave_at"),
        arrive_by=attrs.get("arrive_by"),
        door_to_door=attrs.get("door_to_door"),
        origin_name=names["origin"],
        destination_name=names["destination"],
    )


def _check_time(at: Any, service: Service) -> Any:
    check_local_time(at, service.tz)
    return at.astimezone(service.tz)


def _located(place: AskedPlace, service: Service) -> Point:
    """Where a place is. Raises ValidationError for unknown stops, and for coordinates that are right only the other way round."""
    if place.stop is not None:
        stop = Stop.objects.filter(service=service, code=place.stop, active=True).first()
        if stop is None:
            raise serializers.ValidationError(
                {"stop": [f"{service.name} has no stop with this code: see services/{service.slug}/stops."]}
            )
        return stop.point
    if math.fabs(place.lon) <= 90 and not _inside(service, place.lon, place.lat) and _inside(service, place.lat, place.lon):
        raise serializers.ValidationError(
            {"coordinates": [f"Longitude comes first. Did you mean [{place.lat}, {place.lon}], which is in the service's area?"]}
        )
    return Point(place.lon, place.lat)


def _inside(service: Service, lon: float, lat: float) -> bool:
    return service.area.intersects(GeosPoint(lon, lat, srid=4326))
