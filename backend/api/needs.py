"""What somebody needs on the way, which they may say themselves as staff may; and how they stand with the services."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.base import now
from backend.api.strict import LineField, StrictIntegerField, StrictSerializer
from backend.api.times import local
from bookings.models import Assistance, Passenger, Service
from bookings.strikes import Standing, standing

MOST_EXTRA_S = 1800
FIELDS = ("needs", "assistance", "extra_boarding_s", "door_to_door", "standing")


class AssistanceField(serializers.ListField):
    """`["ramp", "walker"]`, in one order, each once."""

    child = serializers.ChoiceField(choices=Assistance.choices)

    def to_internal_value(self, data: Any) -> list[str]:
        given = super().to_internal_value(data)
        return [each.value for each in Assistance if each.value in given]


class NeedsSerializer(StrictSerializer):
    needs = LineField(
        max_length=200,
        allow_blank=True,
        help_text="What a driver should do, such as `speak up, wait at the gate`. Never a diagnosis: it helps nobody on the way.",
    )
    assistance = AssistanceField(help_text="What else a driver has to do, in this order.")
    extra_boarding_s = StrictIntegerField(
        min_value=0, max_value=MOST_EXTRA_S, help_text="How much longer boarding and alighting take."
    )


class StandingSerializer(serializers.Serializer[Any]):
    """Late cancellations and no-shows that count with a service by now, and until when they suspend the passenger, if they do."""

    service = serializers.CharField()
    strikes = serializers.IntegerField()
    warned = serializers.BooleanField(help_text="Whether there are so many that the passenger was warned.")
    suspended_until = serializers.DateTimeField(allow_null=True)


def standing_json(service: Service, found: Standing) -> dict[str, Any]:
    return {
        "service": service.slug,
        "strikes": found.strikes,
        "warned": 0 < service.strikes_warn <= found.strikes,
        "suspended_until": local(found.suspended_until, service.tz),
    }


class KnownNeedsSerializer(serializers.ModelSerializer[Passenger]):
    standing = serializers.SerializerMethodField(help_text="With services where something counts.")
    assistance = serializers.ListField(child=serializers.ChoiceField(choices=Assistance.choices))

    class Meta:
        model = Passenger
        fields = [*FIELDS]

    @extend_schema_field(StandingSerializer(many=True))
    def get_standing(self, passenger: Passenger) -> list[dict[str, Any]]:
        services = Service.objects.filter(operator=passenger.operator_id).order_by("slug")
        found = [(service, standing(passenger, service, now())) for service in services]
        return [standing_json(service, each) for service, each in found if each.strikes]
