"""Fares as JSON: what a fare is made up of, and what a service charges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings.fares import Line, say_line
from bookings.models import Promise
from bookings.words import worded


class FareLineSerializer(serializers.Serializer[Any]):
    """A part of a fare; all parts add up to it."""

    kind = serializers.CharField(help_text="band, cap or promotion; part or refund of a receipt; fare where no more is known.")
    pence = serializers.IntegerField(help_text="Negative for what comes off.")
    text = serializers.CharField(help_text="For people.")
    band = serializers.CharField(required=False, help_text="adult, child, under5, concession or companion.")
    count = serializers.IntegerField(required=False)
    each_pence = serializers.IntegerField(required=False)
    rule = serializers.CharField(
        required=False,
        help_text="Why a band pays other than usual: england, wales, free, except, as_adult. Of a cap: day, week.",
    )


@extend_schema_field(FareLineSerializer(many=True))
class FareLinesField(serializers.Field[Any, Any, Any, Any]):
    """The lines of an offer's or a booking's fare; one for all where it's from before there were lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, promise: Promise) -> list[dict[str, Any]]:
        return fare_lines(promise)


def fare_lines(promise: Promise) -> list[dict[str, Any]]:
    """What a fare is made up of, with words for people."""
    if not promise.fare_lines:
        return [{"kind": "fare", "pence": promise.fare_pence, "text": worded("Fare")}]
    return [line_json(told) for told in promise.fare_lines]


def line_json(told: Mapping[str, Any]) -> dict[str, Any]:
    """A line as it's kept, with words for people."""
    line = Line(**told)
    said: dict[str, Any] = {"kind": line.kind, "pence": line.pence, "text": say_line(line)}
    if line.kind == "band":
        said |= {"band": line.band, "count": line.count, "each_pence": line.each_pence}
    return said | ({"rule": line.rule} if line.rule else {})


class FaresSerializer(serializers.Serializer[Any]):
    """What a service charges; bookings/fares/README.md says how to read it."""

    bands = serializers.ListField(child=serializers.DictField(), help_text="What people of each kind pay.")
    table = serializers.DictField(allow_null=True, help_text="What percentages are of.")
    caps = serializers.DictField(child=serializers.IntegerField(), help_text="The most for one's own place.")
    companions_with = serializers.CharField(help_text="Who may have a companion: wheelchairs, concessions or both.")


def fares_json(fares: Any) -> dict[str, Any]:
    """`Service.fares` in one form, whether it is a list of bands or an object."""
    told = {"bands": fares} if isinstance(fares, list) else fares
    return {
        "bands": told.get("bands", []),
        "table": told.get("table"),
        "caps": told.get("caps", {}),
        "companions_with": told.get("companions_with", "wheelchairs"),
    }
