"""Bookings as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.fare_json import FareLinesField
from backend.api.out import DropoffSerializer, LocalTimeField, PickupSerializer
from backend.api.party import PartySerializer
from backend.api.times import local
from bookings import money, queries
from bookings.models import Assistance, Booking, Message, Passenger, Strike
from bookings.queries import Journey, Side
from bookings.words import say_why

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class PassengerSerializer(serializers.ModelSerializer[Passenger]):
    assistance = serializers.ListField(child=serializers.ChoiceField(choices=Assistance.choices))

    class Meta:
        model = Passenger
        fields = ["id", "name", "phone", "needs", "assistance"]


class SideField(serializers.ChoiceField):
    """On whose side something was done. `service`: nobody did it, as when a hold ran out or a place was found for who waited."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Side.choices, **kwargs)


class BookingSerializer(serializers.ModelSerializer[Booking]):
    """A promise that was accepted: from, until and arrive_by don't change.

    `expected` is the plan as it stands in a single booking and in a day, and as it stood when it was offered in a list. Read the
    row with `queries.with_links`.
    """

    # `desk` in the context: the operator as whose staff somebody reads it.

    service = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    service_date = serializers.DateField(source="date")
    passenger = PassengerSerializer()
    booked_by = serializers.SerializerMethodField()
    pickup = PickupSerializer(source="*")
    dropoff = DropoffSerializer(source="*")
    party = PartySerializer()
    fare_lines = FareLinesField()
    cap_pence = serializers.IntegerField(
        help_text="What caps have changed of the fare since: less where one was reached, more where a journey that had reached "
        "it was given up. What was paid for that one pays for it first."
    )
    held_until = LocalTimeField()
    return_reference = serializers.CharField(allow_null=True, help_text="Of the way back that was booked with it.")
    outward_reference = serializers.CharField(allow_null=True, help_text="Of the way there, if this is a way back.")
    changed_from = serializers.CharField(source="changed_from_reference", allow_null=True)
    changed_to = serializers.CharField(source="changed_to_reference", allow_null=True)
    created_at = LocalTimeField()
    cancelled_at = LocalTimeField()
    cancelled_by = serializers.SerializerMethodField()
    cancel_reason = serializers.SerializerMethodField()
    cancelled_by_name = serializers.SerializerMethodField(help_text="Who exactly; for staff alone, null for others.")

    class Meta:
        model = Booking
        fields = [
            *(
                "reference",
                "status",
                "held_until",
                "service",
                "service_date",
                "passenger",
                "booked_by",
                "channel",
                "pickup",
                "dropoff",
            ),
            *("open_return", "return_reference", "outward_reference", "changed_from", "changed_to"),
            *("party", "seats", "wheelchairs", "ride_s", "direct_s", "fare_pence", "fare_lines", "cap_pence", "pay_by"),
            *("created_at", "cancelled_at", "cancelled_by", "cancelled_by_name", "cancel_reason"),
        ]

    def get_booked_by(self, booking: Booking) -> str:
        return queries.name_of(booking.booked_by)

    @extend_schema_field(SideField(allow_null=True))
    def get_cancelled_by(self, booking: Booking) -> str | None:
        return None if booking.cancelled_at is None else queries.side_of(booking.cancelled_by, booking.passenger).value

    def get_cancel_reason(self, booking: Booking) -> str:
        return say_why(booking.cancel_reason)

    def get_cancelled_by_name(self, booking: Booking) -> str | None:
        return self.told_to_staff(booking, booking.cancelled_by)

    def told_to_staff(self, booking: Booking, who: User | None) -> str | None:
        """The name of who did something, for the operator's own staff."""
        return queries.name_of(who) if who is not None and self.is_for_staff(booking) else None

    def is_for_staff(self, booking: Booking) -> bool:
        return bool(self.context.get("desk") == booking.service.operator_id)


def expected_by_now(booking: Booking, journey: Journey | None) -> Booking:
    """The booking with what is expected by now in place of what was when it was offered; for output, not to be saved."""
    if journey is not None:
        booking.expected_pickup_at, booking.expected_arrival_at = journey.pickup_at, journey.arrival_at
    return booking


class EtaSerializer(serializers.Serializer[Any]):
    """When it will be, as things stand now; in the zone of the service."""

    pickup = serializers.DateTimeField()
    arrival = serializers.DateTimeField()


class BookedShiftSerializer(serializers.Serializer[Any]):
    """What will come."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    vehicle = serializers.CharField()
    registration = serializers.CharField()


class HistorySerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    at = serializers.CharField()
    by = SideField()
    by_name = serializers.CharField(allow_null=True, help_text="Who exactly; for staff alone, null for others.")


class StrikeSerializer(serializers.ModelSerializer[Strike]):
    """Counts against the passenger, unless it was reversed."""

    at = serializers.DateTimeField()
    reversed = serializers.SerializerMethodField()

    class Meta:
        model = Strike
        fields = ["kind", "at", "reversed", "reversed_because"]

    def get_reversed(self, strike: Strike) -> bool:
        return strike.reversed_at is not None


class MessageSerializer(serializers.ModelSerializer[Message]):
    """What the passenger was told, or is about to be, or why not."""

    channel = serializers.CharField(help_text="sms, email or push")
    at = serializers.SerializerMethodField(help_text="When it was sent or settled; while it's queued, when it's due.")
    told_at = serializers.SerializerMethodField(help_text="When somebody telephoned instead.")

    class Meta:
        model = Message
        fields = ["kind", "channel", "language", "state", "reason", "attempts", "at", "told_at"]

    def get_at(self, message: Message) -> str:
        return str(local(message.done_at or message.due_at, self.context["zone"]))

    def get_told_at(self, message: Message) -> str | None:
        return local(message.told_at, self.context["zone"])


class PaymentSerializer(serializers.Serializer[Any]):
    """What is owed for a booking and what was paid, by the ledger."""

    owed_pence = serializers.IntegerField(help_text="0 until it's confirmed; after a cancellation, what of the fare is kept.")
    paid_pence = serializers.IntegerField(help_text="What was given back is taken off.")
    refund_due_pence = serializers.IntegerField(help_text="Of what was paid, on its way back.")


class BookingDetailSerializer(BookingSerializer):
    """With `journey` (of `bookings.queries`, or None) in the context; for staff with messages."""

    strike = StrikeSerializer(allow_null=True, default=None)
    payment = serializers.SerializerMethodField()
    eta = serializers.SerializerMethodField()
    shift = serializers.SerializerMethodField()
    history = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()

    class Meta(BookingSerializer.Meta):
        fields = [*BookingSerializer.Meta.fields, "payment", "eta", "shift", "strike", "history", "messages"]

    @extend_schema_field(PaymentSerializer)
    def get_payment(self, booking: Booking) -> dict[str, Any]:
        return asdict(money.balance(booking))

    @extend_schema_field(EtaSerializer(allow_null=True))
    def get_eta(self, booking: Booking) -> dict[str, Any] | None:
        journey, zone = self.context.get("journey"), booking.service.tz
        return journey and {"pickup": local(journey.pickup_at, zone), "arrival": local(journey.arrival_at, zone)}

    @extend_schema_field(BookedShiftSerializer(allow_null=True))
    def get_shift(self, booking: Booking) -> dict[str, Any] | None:
        journey = self.context.get("journey")
        if journey is None:
            return None
        shift = journey.shift
        return {"id": shift.pk, "name": shift.name, "vehicle": shift.vehicle.name, "registration": shift.vehicle.registration}

    @extend_schema_field(HistorySerializer(many=True))
    def get_history(self, booking: Booking) -> list[dict[str, Any]]:
        zone, passenger = booking.service.tz, booking.passenger
        return [
            {
                "kind": event.kind,
                "at": local(event.at, zone),
                "by": queries.side_of(event.by, passenger).value,
                "by_name": self.told_to_staff(booking, event.by),
            }
            for event in booking.events.all()
        ]

    @extend_schema_field(MessageSerializer(many=True, allow_null=True, help_text="For staff alone; null for others."))
    def get_messages(self, booking: Booking) -> list[dict[str, Any]] | None:
        if not self.is_for_staff(booking):
            return None
        return MessageSerializer(booking.messages.all(), many=True, context={"zone": booking.service.tz}).data  # type: ignore[return-value]
