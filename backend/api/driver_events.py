"""POST shifts/{id}/events: what drivers report."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import SHIFT_EVENT
from backend.api.base import ApiView, body_of, now, planner_for
from backend.api.idempotency import KEY_PARAMETER, idempotent
from backend.api.out import LocalTimeField
from backend.api.shifts import DRIVERS_AND_DISPATCHERS, get_visible_shift
from backend.api.strict import StrictCharField, StrictSerializer
from backend.api.times import InstantField, check_local_time
from backend.api.whom import whom
from bookings.actions.record_driver_event import BREAKS, STEPS, DriverReport, record_driver_event
from bookings.models import Booking, Event, Shift
from bookings.references import tidy
from routing.units import DAY_S

KINDS = [report.value for report in DriverReport]
NEED_BOOKING = [report.value for report in STEPS]
OTHERS = [kind for kind in KINDS if kind not in NEED_BOOKING and kind not in BREAKS]


class DriverEventSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=KINDS)
    booking = StrictCharField(
        max_length=40, required=False, help_text="Its reference. Not for breaks; `arrived` without one is about the next call."
    )
    at = InstantField(required=False, help_text="When it happened; now, unless said.")
    schema_too = {
        "oneOf": [
            {"properties": {"kind": {"pattern": f"^({'|'.join(NEED_BOOKING)})$"}}, "required": ["booking"]},
            {"properties": {"kind": {"pattern": f"^({'|'.join(BREAKS)})$"}}, "not": {"required": ["booking"]}},
            {"properties": {"kind": {"pattern": f"^({'|'.join(OTHERS)})$"}}},
        ]
    }

    def validate_booking(self, reference: str) -> Booking:
        shift: Shift = self.context["shift"]
        found = Booking.objects.filter(service=shift.service, date=shift.date, reference=tidy(reference)).first()
        if found is None:
            raise serializers.ValidationError("There is no booking with this reference on the day of this shift.")
        return found

    def validate_at(self, at: Any) -> Any:
        shift: Shift = self.context["shift"]
        check_local_time(at, shift.service.tz)
        if abs(shift.service.day(shift.date).time_of(at) - DAY_S // 2) > DAY_S:
            raise serializers.ValidationError(f"That is not on {shift.date:%d %B %Y}, the day of this shift.")
        return at

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["kind"] in NEED_BOOKING and "booking" not in attrs:
            raise serializers.ValidationError({"booking": ["Say whose: give the reference of a booking of this shift."]})
        if attrs["kind"] in BREAKS and "booking" in attrs:
            raise serializers.ValidationError({"booking": ["A break is nobody's booking: leave this out."]})
        return attrs


class EventSerializer(serializers.ModelSerializer[Event]):
    kind = serializers.SerializerMethodField()
    booking = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True, allow_null=True)
    at = LocalTimeField()
    recorded_at = LocalTimeField()

    class Meta:
        model = Event
        fields = ["id", "kind", "shift", "booking", "at", "recorded_at"]

    def get_kind(self, event: Event) -> str:
        return event.kind.removeprefix("driver.")


class DriverEventsView(ApiView):
    roles: ClassVar = {"POST": DRIVERS_AND_DISPATCHERS}
    about: ClassVar = {"POST": SHIFT_EVENT}

    @extend_schema(
        operation_id="report_event",
        parameters=[KEY_PARAMETER],
        request=DriverEventSerializer,
        responses={201: EventSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Report what happened: the bus is at the stop, somebody boarded or alighted or wasn't there, a break began or ended."""
        caller, instant = whom(request), now()
        shift = get_visible_shift(caller, pk)
        told = body_of(request, DriverEventSerializer, shift=shift)
        event = record_driver_event(
            shift,
            kind=told["kind"],
            booking=told.get("booking"),
            at=told.get("at", instant),
            planner=planner_for(shift.service),
            by=caller.user,
            now=instant,
        )
        return Response(EventSerializer(event).data, status=201)
