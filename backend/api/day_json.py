"""A service day as JSON, for the dispatcher's page and for whoever else watches."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.api.booking_json import BookingSerializer, expected_by_now
from backend.api.call_json import CallSerializer, LoadSerializer, call_json, capacity, numbers
from backend.api.out import PathField
from backend.api.times import local
from bookings import asked
from bookings.calendar import open_hours
from bookings.queries import BoardShift, DayBoard, Kpis
from bookings.queries.manifests import needs_of


class FiguresSerializer(serializers.Serializer[Any]):
    """Shares are from 0 to 1; null where there is nothing to take a mean of."""

    bookings = serializers.IntegerField()
    passengers = serializers.IntegerField()
    held = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    expired = serializers.IntegerField()
    no_shows = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="Wishes that got no offer.")
    shared_rides_share = serializers.FloatField(allow_null=True)
    driven_km = serializers.FloatField()
    vehicle_hours = serializers.FloatField()
    passengers_per_vehicle_hour = serializers.FloatField(allow_null=True)
    mean_detour_s = serializers.IntegerField(allow_null=True)
    mean_wait_s = serializers.IntegerField(allow_null=True)
    promises_kept_share = serializers.FloatField(allow_null=True)
    fares_pence = serializers.IntegerField()


class DayVehicleSerializer(LoadSerializer):
    name = serializers.CharField()
    registration = serializers.CharField()


class BreakSerializer(serializers.Serializer[Any]):
    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    place = serializers.CharField()


class DayCallSerializer(CallSerializer):
    passenger = serializers.CharField()
    mobility = serializers.ListField(child=serializers.CharField(), help_text="What the driver has to be ready for.")


class DayShiftSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    vehicle = DayVehicleSerializer()
    driver = serializers.CharField(allow_null=True)
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    breaks = BreakSerializer(many=True)
    calls = DayCallSerializer(many=True)
    path = PathField()


class DayBookingSerializer(BookingSerializer):
    shift = serializers.IntegerField(allow_null=True)

    class Meta(BookingSerializer.Meta):
        fields = [*BookingSerializer.Meta.fields, "shift"]


class OptimisedSerializer(serializers.Serializer[Any]):
    """What came of the latest re-optimisation; costs are in the optimiser's own units."""

    request = serializers.CharField(allow_null=True, help_text="As the answer to `reoptimise` named it, or else another.")
    at = serializers.DateTimeField()
    published = serializers.BooleanField()
    why = serializers.CharField()
    revision = serializers.IntegerField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class DaySerializer(serializers.Serializer[Any]):
    service = serializers.CharField()
    service_name = serializers.CharField()
    zone = serializers.CharField()
    service_date = serializers.DateField()
    revision = serializers.IntegerField()
    generated_at = serializers.DateTimeField()
    opens = serializers.DateTimeField(allow_null=True)
    closes = serializers.DateTimeField(allow_null=True)
    figures = FiguresSerializer()
    shifts = DayShiftSerializer(many=True)
    bookings = DayBookingSerializer(many=True)
    optimised = OptimisedSerializer(allow_null=True)


def day_json(board: DayBoard) -> dict[str, Any]:
    """The day in the shape of `DaySerializer`."""
    service, day = board.service, board.service.day(board.date)
    hours = open_hours(service, board.date)
    return {
        "service": service.slug,
        "service_name": service.name,
        "zone": service.zone,
        "service_date": board.date.isoformat(),
        "revision": board.revision,
        "generated_at": local(board.generated_at, service.tz),
        "opens": local(day.instant(hours.earliest), service.tz) if hours else None,
        "closes": local(day.instant(hours.latest), service.tz) if hours else None,
        "figures": _figures(board.figures),
        "shifts": [_shift(each) for each in board.shifts],
        "bookings": _bookings(board),
        "optimised": _optimised(board),
    }


def _figures(figures: Kpis) -> dict[str, Any]:
    same = {name: getattr(figures, name) for name in map(str, FiguresSerializer().fields) if hasattr(figures, name)}
    return same | {"shared_rides_share": figures.shared_share, "driven_km": round(figures.driven_m / 1000, 1)}


def _shift(each: BoardShift) -> dict[str, Any]:
    shift = each.shift
    day = shift.service.day(shift.date)
    timed = [call_json(row, number) for row, number in zip(each.rows, numbers(each.calls), strict=True)]
    rides = [
        call | {"passenger": row.booking.passenger.name, "mobility": list(needs_of(row.booking))}
        for call, row in zip(timed, each.rows, strict=True)
        if row.booking is not None
    ]
    return {
        "id": shift.pk,
        "name": shift.name,
        "vehicle": {"name": shift.vehicle.name, "registration": shift.vehicle.registration, **capacity(shift.vehicle)},
        "driver": shift.driver.name if shift.driver else None,
        "starts": local(day.instant(shift.routing_window.earliest), day.zone),
        "ends": local(day.instant(shift.routing_window.latest), day.zone),
        "breaks": [
            {"begins": call["begin"], "ends": call["depart"], "place": call["place"]}
            for call in timed
            if call["action"] == "break"
        ],
        "calls": rides,
        "path": {"type": "LineString", "coordinates": [[round(lon, 6), round(lat, 6)] for lon, lat in each.path]}
        if len(each.path) > 1
        else None,
    }


def _bookings(board: DayBoard) -> list[dict[str, Any]]:
    # One serializer for all: making one takes longer than using it.
    found = [expected_by_now(each.booking, each.journey) for each in board.bookings]
    rows = BookingSerializer(found, many=True, context={"desk": board.service.operator_id}).data
    return [row | {"shift": each.journey and each.journey.shift.pk} for row, each in zip(rows, board.bookings, strict=True)]


def _optimised(board: DayBoard) -> dict[str, Any] | None:
    event = asked.answers(board.service, board.date).last()
    if event is None:
        return None
    told = {name: event.data.get(name) for name in ("request", "why", "revision", "before", "after")}
    return told | {"at": local(event.at, board.service.tz), "published": event.kind == asked.PUBLISHED}
