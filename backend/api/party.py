"""Who travels together."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.api.strict import StrictIntegerField, StrictSerializer
from bookings.words import worded

MOST = 99  # of each kind; what a vehicle or a service's rules allow is less

BROUGHT = ("wheelchairs", "assistance_dogs", "prams", "luggage")
"""What is not people."""


class PartySerializer(StrictSerializer):
    """How many of each kind travel; one person at least. Wheelchairs count people of the party who travel in theirs."""

    adults = StrictIntegerField(min_value=0, max_value=MOST, default=0)
    children = StrictIntegerField(min_value=0, max_value=MOST, default=0, help_text="5 to 17 years.")
    under5 = StrictIntegerField(min_value=0, max_value=MOST, default=0)
    concessions = StrictIntegerField(min_value=0, max_value=MOST, default=0, help_text="With a concessionary pass.")
    companions = StrictIntegerField(min_value=0, max_value=MOST, default=0, help_text="Whose pass says that they travel free.")
    schema_too = {
        "anyOf": [
            {"properties": {kind: {"minimum": 1}}, "required": [kind]}
            for kind in ("adults", "children", "under5", "concessions", "companions")
        ]
    }
    wheelchairs = StrictIntegerField(min_value=0, max_value=MOST, default=0)
    assistance_dogs = StrictIntegerField(min_value=0, max_value=MOST, default=0)
    prams = StrictIntegerField(min_value=0, max_value=MOST, default=0)
    luggage = StrictIntegerField(min_value=0, max_value=MOST, default=0, help_text="Large pieces.")

    def validate(self, attrs: dict[str, int]) -> dict[str, Any]:
        people = sum(number for kind, number in attrs.items() if kind not in BROUGHT)
        if people < 1:
            raise serializers.ValidationError(worded("Say who travels: one person at least."))
        if attrs["wheelchairs"] > people:
            said = worded("There can't be more wheelchairs than people ({people}).", people=people)
            raise serializers.ValidationError({"wheelchairs": [said]})
        return attrs
