"""How a passenger wants to be told things: what staff may set for them, and they themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.strict import StrictSerializer
from bookings.kinds import TOPICS
from bookings.models import Language, MessageChannel, Passenger

FIELDS = ("language", "email", "preferred_channel", "opted_out")


@extend_schema_field(
    {
        "type": "object",
        "description": "Topics by channel that the passenger doesn't want to hear of. What has to be told is told all the same.",
        "properties": {
            channel: {"type": "array", "items": {"type": "string", "enum": list(TOPICS)}, "uniqueItems": True}
            for channel in MessageChannel.values
        },
        "additionalProperties": False,
    }
)
class OptOutsField(serializers.Field[dict[str, list[str]], Any, Any, Any]):
    """`{"sms": ["reminders"]}`."""

    def to_internal_value(self, data: Any) -> dict[str, list[str]]:
        if not isinstance(data, dict):
            raise serializers.ValidationError('Give topics by channel, such as {"sms": ["reminders"]}.')
        return {self._channel(channel): self._topics(channel, topics) for channel, topics in data.items()}

    def to_representation(self, value: dict[str, list[str]]) -> dict[str, list[str]]:
        return value

    def _channel(self, channel: Any) -> str:
        if channel not in MessageChannel.values:
            raise serializers.ValidationError(f"Channels are {', '.join(MessageChannel.values)}.")
        return str(channel)

    def _topics(self, channel: str, topics: Any) -> list[str]:
        if not isinstance(topics, list) or not all(isinstance(topic, str) and topic in TOPICS for topic in topics):
            raise serializers.ValidationError({channel: [f"Give a list of {', '.join(TOPICS)}."]})
        return sorted(set(topics))


class ContactSerializer(StrictSerializer):
    language = serializers.ChoiceField(choices=Language.choices)
    email = serializers.EmailField(max_length=254, allow_blank=True)
    preferred_channel = serializers.ChoiceField(choices=MessageChannel.choices, allow_blank=True, help_text="Tried first.")
    opted_out = OptOutsField()


class KnownContactSerializer(serializers.ModelSerializer[Passenger]):
    opted_out = OptOutsField(read_only=True)

    class Meta:
        model = Passenger
        fields = [*FIELDS]
