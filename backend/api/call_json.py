"""Calls of a shift as JSON, visit by visit: what the manifest and the dispatcher's day have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from backend.api.out import PointField, StopSerializer
from backend.api.places import point
from backend.api.times import local
from bookings.models import Vehicle
from bookings.queries import Row, StopCall


class LoadSerializer(serializers.Serializer[Any]):
    seats = serializers.IntegerField()
    wheelchairs = serializers.IntegerField()


class CallSerializer(serializers.Serializer[Any]):
    """One visit. Visits at one stop that follow one another at once share a number. `load` is on board afterwards."""

    number = serializers.IntegerField()
    action = serializers.ChoiceField(choices=["board", "alight", "break", "missed"])
    stop = StopSerializer(allow_null=True)
    place = serializers.CharField(
        help_text="For people: not every break is at a stop, and some passengers are fetched at their door."
    )
    position = PointField()
    arrive = serializers.DateTimeField()
    begin = serializers.DateTimeField()
    depart = serializers.DateTimeField()
    load = LoadSerializer()
    wheelchairs = serializers.IntegerField(help_text="Of this party.")
    status = serializers.CharField(help_text="planned, committed (the bus is on its way), arrived or done.")
    drive_m = serializers.IntegerField(help_text="Driven to get here.")
    booking = serializers.CharField(allow_null=True, help_text="Reference.")


def numbers(calls: Sequence[StopCall]) -> list[int]:
    """The number of the call that each row belongs to."""
    return [call.number for call in calls for _ in range(len(call.boarding) + len(call.alighting) + len(call.missed) or 1)]


def call_json(row: Row, number: int) -> dict[str, Any]:
    """A row of `bookings.queries`, whose times are in the zone of the service already."""
    return {
        "number": number,
        "action": row.action,
        "stop": _stop(row),
        "place": str(row.place),
        "position": point(*row.place.point),
        "arrive": row.arrive_at.isoformat(timespec="seconds"),
        "begin": row.begin_at.isoformat(timespec="seconds"),
        "depart": row.depart_at.isoformat(timespec="seconds"),
        "load": row.load._asdict(),
        "wheelchairs": row.booking.wheelchairs if row.booking else 0,
        "status": _status(row),
        "drive_m": row.drive_m,
        "booking": row.booking.reference if row.booking else None,
    }


def promised(row: Row) -> dict[str, Any] | None:
    """What was promised about a row."""
    if row.booking is None:
        return None
    zone, booking = row.booking.service.tz, row.booking
    if row.action == "alight":
        return {"arrive_by": local(booking.arrive_by_at, zone)}
    return {"from": local(booking.pickup_from_at, zone), "until": local(booking.pickup_until_at, zone)}


def capacity(vehicle: Vehicle) -> dict[str, int]:
    """The most seats and the most wheelchairs that a vehicle can take; hardly both at once."""
    return {"seats": max(seats for seats, _ in vehicle.layouts), "wheelchairs": max(chairs for _, chairs in vehicle.layouts)}


def _status(row: Row) -> str:
    if row.done:
        return "done"
    return "arrived" if row.arrived else "committed" if row.committed else "planned"


def _stop(row: Row) -> dict[str, Any] | None:
    place = row.place
    if not place.code:
        return None
    told = {"code": place.code, "public_code": place.public_code, "name": place.name, "settlement": place.settlement}
    return told | {"position": point(*place.point)}
