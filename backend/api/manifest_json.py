"""A driver's manifest as JSON; the printable page is made of the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from backend.api.call_json import CallSerializer, LoadSerializer, call_json, capacity, numbers, promised
from backend.api.party import PartySerializer
from bookings.queries import Manifest, Row
from bookings.queries.manifests import needs_of


class NamedServiceSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class NamedVehicleSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    registration = serializers.CharField()


class ManifestShiftSerializer(serializers.Serializer[Any]):
    """`leaves` is the latest time to set off, `returns` the expected time of being back; null where there is nothing to do."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    leaves = serializers.DateTimeField(allow_null=True)
    returns = serializers.DateTimeField(allow_null=True)
    start = serializers.CharField()
    end = serializers.CharField()
    vehicle = NamedVehicleSerializer()
    driver = serializers.CharField(allow_null=True)


class TravellerSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    phone = serializers.CharField()
    needs = serializers.ListField(child=serializers.CharField(), help_text="What the driver has to be ready for, in words.")


class PromisedSerializer(serializers.Serializer[Any]):
    """`from` and `until` of the pick-up, or `arrive_by`."""

    until = serializers.DateTimeField(required=False)
    arrive_by = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.DateTimeField(required=False)}


class ManifestCallSerializer(CallSerializer):
    """Who boards or alights, and what to collect."""

    passenger = TravellerSerializer(allow_null=True)
    party = PartySerializer(allow_null=True)
    fare_pence = serializers.IntegerField(allow_null=True, help_text="To be collected at boarding.")
    promised = PromisedSerializer(allow_null=True)
    other_stop = serializers.CharField(allow_null=True, help_text="Where the ride ends, or began.")
    duration_s = serializers.IntegerField(allow_null=True, help_text="Of a break.")


class ManifestSerializer(serializers.Serializer[Any]):
    """What a driver drives by, as the plan of `revision` stood at `generated_at`."""

    service = NamedServiceSerializer()
    service_date = serializers.DateField()
    zone = serializers.CharField()
    revision = serializers.IntegerField()
    generated_at = serializers.DateTimeField()
    shift = ManifestShiftSerializer()
    capacity = LoadSerializer()
    passengers = serializers.IntegerField()
    fares_pence = serializers.IntegerField()
    driven_m = serializers.IntegerField()
    calls = ManifestCallSerializer(many=True)


def manifest_json(manifest: Manifest) -> dict[str, Any]:
    """The manifest in the shape of `ManifestSerializer`."""
    shift = manifest.shift
    return {
        "service": {"slug": shift.service.slug, "name": shift.service.name},
        "service_date": shift.date.isoformat(),
        "zone": shift.service.zone,
        "revision": manifest.revision,
        "generated_at": _text(manifest.generated_at),
        "shift": {
            "id": shift.pk,
            "name": shift.name,
            "starts": _text(manifest.starts_at),
            "ends": _text(manifest.finishes_at),
            "leaves": _text(manifest.leaves_at),
            "returns": _text(manifest.ends_at),
            "start": str(manifest.start),
            "end": str(manifest.end),
            "vehicle": {"name": shift.vehicle.name, "registration": shift.vehicle.registration},
            "driver": shift.driver.name if shift.driver else None,
        },
        "capacity": capacity(shift.vehicle),
        "passengers": manifest.passengers,
        "fares_pence": manifest.fares_pence,
        "driven_m": manifest.driven_m,
        "calls": [_call(row, number) for row, number in zip(manifest.rows, numbers(manifest.calls), strict=True)],
    }


def _call(row: Row, number: int) -> dict[str, Any]:
    return call_json(row, number) | {"promised": promised(row)} | (_pause(row) if row.booking is None else _ride(row))


def _ride(row: Row) -> dict[str, Any]:
    booking = row.booking
    assert booking is not None
    return {
        "passenger": {"name": booking.passenger.name, "phone": booking.passenger.phone, "needs": list(needs_of(booking))},
        "party": booking.party,
        "fare_pence": booking.fare_to_collect if row.action == "board" else None,
        "other_stop": booking.pickup_name if row.action == "alight" else booking.dropoff_name,
        "duration_s": None,
    }


def _pause(row: Row) -> dict[str, Any]:
    lasts = int((row.depart_at - row.begin_at).total_seconds())
    return {"passenger": None, "party": None, "fare_pence": None, "other_stop": None, "duration_s": lasts}


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
