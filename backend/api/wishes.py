"""What is asked in POST offers, checked as far as that goes without the rules of the service."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from django.contrib.gis.geos import Point as GeosPoint
from rest_framework import serializers

from backend.api.party import PartySerializer
from backend.api.passengers import Named, PassengerField
from backend.api.places import AskedPlace, PlaceField
from backend.api.services import services_of
from backend.api.strict import StrictBooleanField, StrictCharField, StrictSerializer
from backend.api.times import InstantField, check_local_time
from backend.api.whom import whom
from bookings import queries
from bookings.models import Assistance, Booking, Passenger, Service, Status, Stop
from bookings.party import Party
from bookings.references import tidy
from bookings.states import STANDING
from bookings.wish import RideWish, WayBack
from bookings.words import worded
from routing.model import Point

TIMES = ("leave_at", "arrive_by")


class WayBackSerializer(StrictSerializer):
    """When to go back: exactly one of leave_at, arrive_by and open."""

    schema_too = {
        "oneOf": [*({"required": [name]} for name in TIMES), {"required": ["open"], "properties": {"open": {"const": True}}}],
        "maxProperties": 1,
    }

    leave_at = InstantField(required=False, help_text="The earliest time to set out on foot from the destination.")
    arrive_by = InstantField(required=False, help_text="The latest time to be back at the origin.")
    open = StrictBooleanField(
        required=False,
        help_text="true: room in the last vehicle home of that day, to be changed to an earlier one when one knows.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1 or attrs.get("open") is False:
            raise serializers.ValidationError(worded("Give exactly one of leave_at, arrive_by and open (true)."))
        return attrs


class WishSerializer(StrictSerializer):
    """A journey as asked: exactly one of leave_at and arrive_by."""

    schema_too = {"oneOf": [{"required": [name]} for name in TIMES]}

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
    code = StrictCharField(max_length=30, required=False, help_text="Of a promotion; capitals and blanks don't count.")
    passenger = PassengerField(required=False, help_text="For agents: who travels. Passengers leave this out.")
    instead_of = StrictCharField(
        max_length=40, required=False, help_text="The reference of a booking that is to be changed: its seat counts as free."
    )

    def get_fields(self) -> dict[str, Any]:
        way_back = WayBackSerializer(required=False, help_text="To book the way back as one with the way there: both or neither.")
        return super().get_fields() | {"return": way_back}

    def validate_service(self, slug: str) -> Service:
        asked_often = ("hours", "closures", "special_hours")  # by the rules
        seen = services_of(whom(self.context["request"])).prefetch_related(*asked_often)
        service = seen.filter(slug=slug).first()
        if service is None:
            raise serializers.ValidationError(worded("There is no service of this name that you can see."))
        return service

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        service: Service = attrs["service"]
        errors: dict[str, Any] = {}
        names = {end: attrs[end].name for end in ("origin", "destination")}
        given = [name for name in TIMES if name in attrs]
        if len(given) != 1:
            wrong = given[1:] or TIMES[:1]
            errors[wrong[0]] = [worded("Give exactly one of leave_at and arrive_by.")]
        for name, check in [*((name, _check_time) for name in given), ("origin", _located), ("destination", _located)]:
            try:
                attrs[name] = check(attrs[name], service)
            except serializers.ValidationError as error:
                errors[name] = error.detail
        for name in attrs.get("return", {}).keys() & set(TIMES):
            try:
                attrs["return"][name] = _check_time(attrs["return"][name], service)
            except serializers.ValidationError as error:
                errors["return"] = {name: error.detail}
        instead_of = None
        if "instead_of" in attrs:
            try:
                instead_of = self._changeable(attrs, service)
            except serializers.ValidationError as error:
                errors["instead_of"] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        passenger = attrs.get("passenger") or (Named(id=instead_of.passenger_id) if instead_of else None)
        return {
            "service": service,
            "passenger": passenger,
            "wish": _wish(attrs, names),
            "instead_of": instead_of,
            "says_wheelchairs": "wheelchairs" in self.initial_data["party"],
        }

    def _changeable(self, attrs: dict[str, Any], service: Service) -> Booking:
        """The booking that is to be changed. Raises ValidationError."""
        if "return" in attrs:
            said = worded("The way there and the way back are changed one after the other: leave out return.")
            raise serializers.ValidationError(said)
        rows = queries.list_bookings(whom(self.context["request"]).user).select_related("service", "passenger")
        booking = rows.filter(reference=tidy(attrs["instead_of"]), service=service).first()
        if booking is None:
            raise serializers.ValidationError(worded("There is no such booking of this service that you can see."))
        if booking.status != Status.CONFIRMED:
            status = STANDING[Status(booking.status)]
            said = worded("{ref} is {status}: only what is confirmed can be changed.", ref=booking.reference, status=status)
            raise serializers.ValidationError(said)
        if attrs.get("passenger") and attrs["passenger"].id != booking.passenger_id:
            said = worded("{ref} is somebody else's: leave the passenger out.", ref=booking.reference)
            raise serializers.ValidationError(said)
        return booking


def wish_for(passenger: Passenger | None, asked: dict[str, Any]) -> RideWish:
    """The wish; where it says nothing of wheelchairs and the passenger stays in theirs, with a place for one."""
    wish: RideWish = asked["wish"]
    if passenger is None or asked["says_wheelchairs"] or Assistance.WHEELCHAIR_KEPT not in passenger.assistance:
        return wish
    return replace(wish, party=replace(wish.party, wheelchairs=1))


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
        back=_way_back(attrs.get("return")),
        code=attrs.get("code", ""),
    )


def _way_back(asked: dict[str, Any] | None) -> WayBack | None:
    return None if asked is None else WayBack(asked.get("leave_at"), asked.get("arrive_by"))


def _check_time(at: Any, service: Service) -> Any:
    check_local_time(at, service.tz)
    return at.astimezone(service.tz)


def _located(place: AskedPlace, service: Service) -> Point:
    """Where a place is. Raises ValidationError for unknown stops, and for coordinates that are right only the other way round."""
    if place.stop is not None:
        stop = Stop.objects.filter(service=service, code=place.stop, active=True).first()
        if stop is None:
            where = f"services/{service.slug}/stops"
            said = worded("{service} has no stop with this code: see {where}.", service=service.name, where=where)
            raise serializers.ValidationError({"stop": [said]})
        return stop.point
    if math.fabs(place.lon) <= 90 and not _inside(service, place.lon, place.lat) and _inside(service, place.lat, place.lon):
        pair = f"[{place.lat}, {place.lon}]"
        said = worded("Longitude comes first. Did you mean {pair}, which is in the service's area?", pair=pair)
        raise serializers.ValidationError({"coordinates": [said]})
    return Point(place.lon, place.lat)


def _inside(service: Service, lon: float, lat: float) -> bool:
    return service.area.intersects(GeosPoint(lon, lat, srid=4326))
