"""Refusals as JSON, and as problems where one field is what a rule refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Point
from rest_framework import serializers

from backend.api.problem_types import BASE, ProblemType, slug_of
from backend.api.problems import Problem
from backend.api.times import local
from bookings import queries
from bookings.models import Refusal
from bookings.words import spoken

TIME, PLACE = "time", "place"
FIELDS = {
    "party_too_large": "party",
    "suspended": "passenger",
    "not_entitled": "door_to_door",
    "in_the_past": TIME,
    "too_soon": TIME,
    "booking_closed": TIME,
    "too_far_ahead": TIME,
    "closed": TIME,
    "outside_hours": TIME,
    "outside_area": PLACE,
    "no_stop_near": PLACE,
    "no_way_to_door": PLACE,
    "code_not_valid": "code",
    "too_many_bookings": "passenger",
    "duplicate_booking": TIME,
    "overlapping_trip": TIME,
    "zones_not_served": PLACE,
    "trip_too_short": "destination",
    "trip_too_long": PLACE,
    "same_place": "destination",
}
"""The field that each rule of `bookings.rules` is about."""


class AlternativeReturnSerializer(serializers.Serializer[Any]):
    """When to come back: one of the two."""

    leave_at = serializers.CharField(required=False)
    arrive_by = serializers.CharField(required=False)


class AlternativeSerializer(serializers.Serializer[Any]):
    """Something that would be possible: ask again with it. What was asked with its way back has been tried with it."""

    kind = serializers.CharField(help_text="without_return: possible for the way there alone, so ask without return.")
    text = serializers.CharField(help_text="For people.")
    leave_at = serializers.CharField(required=False)
    arrive_by = serializers.CharField(required=False)
    stop = serializers.CharField(required=False)
    end = serializers.ChoiceField(choices=["origin", "destination"], required=False, help_text="Of which the stop is to be.")

    def get_fields(self) -> dict[str, Any]:
        told = "In place of the one asked for, where it's on another day."
        return super().get_fields() | {"return": AlternativeReturnSerializer(required=False, help_text=told)}


class ConcernedSerializer(serializers.Serializer[Any]):
    """Somebody whose ride would change."""

    reference = serializers.CharField()
    passenger = serializers.CharField()


class LeewaySerializer(serializers.Serializer[Any]):
    """By how little a rule, alone, would have to give for the wish to fit. Nothing is promised by that."""

    rule = serializers.CharField(help_text="later, earlier, detour, break, shift, in_the_way, seats, wheelchair, walk or vehicle")
    amount = serializers.IntegerField()
    unit = serializers.CharField(help_text="s, m, people or turns")
    text = serializers.CharField(help_text="For people.")
    leave_at = serializers.DateTimeField(required=False)
    arrive_by = serializers.DateTimeField(required=False)
    end = serializers.ChoiceField(choices=["origin", "destination"], required=False, help_text="Of a longer walk: at which end.")
    stop = serializers.CharField(required=False, help_text="Of a longer walk: the code of the stop to ask for.")
    shift = serializers.CharField(required=False, help_text="Which one; told to staff alone.")
    concerned = ConcernedSerializer(many=True, required=False, help_text="Other people; told to staff alone.")


class RefusalSerializer(serializers.Serializer[Any]):
    """Why there is no offer."""

    id = serializers.IntegerField(help_text="To wait for a place with.")
    type = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    alternatives = AlternativeSerializer(many=True)
    leeway = LeewaySerializer(many=True, help_text="Cheapest first; passengers are told what concerns nobody but them.")


def as_json(refusal: Refusal, leeway: Sequence[queries.ToldLeeway], language: str | None = None) -> dict[str, Any]:
    """In a language, or in the one that is spoken."""
    return {
        "id": refusal.pk,
        "type": BASE + slug_of(refusal.kind),
        **refusal.said_in(language or spoken())._asdict(),
        "leeway": [_leeway_json(each, refusal) for each in leeway],
    }


def _leeway_json(leeway: queries.ToldLeeway, refusal: Refusal) -> dict[str, Any]:
    said: dict[str, Any] = {"rule": leeway.rule, "amount": leeway.amount, "unit": leeway.unit, "text": leeway.text}
    if leeway.at:
        said["leave_at" if refusal.wish["leave_at"] else "arrive_by"] = local(leeway.at, refusal.service.tz)
    if leeway.stop:
        said |= {"end": leeway.end, "stop": leeway.stop}
    if leeway.shift:
        concerned = [{"reference": each.reference, "passenger": each.passenger} for each in leeway.concerned]
        said |= {"shift": leeway.shift, "concerned": concerned}
    return said


def raise_where_a_field_is_wrong(refusal: Refusal, language: str) -> None:
    """Raises Problem (422) for refusals that a change of one field would mend; others are answers."""
    if refusal.kind in FIELDS:
        said = refusal.said_in(language)
        kind = ProblemType(slug_of(refusal.kind), 422, said.title)
        raise Problem(kind, said.detail, pointer=f"#/{_field(refusal)}", alternatives=said.alternatives)


def _field(refusal: Refusal) -> str:
    field = FIELDS[refusal.kind]
    if field == TIME:
        return "leave_at" if refusal.wish["leave_at"] else "arrive_by"
    return _end(refusal) if field == PLACE else field


def _end(refusal: Refusal) -> str:
    """The end of the journey that won't do: an alternative is a stop near it, where there is one in the whole region."""
    for each in refusal.alternatives:
        if each["kind"] in ("origin_stop", "destination_stop"):
            return str(each["kind"]).removesuffix("_stop")
        if "end" in each:
            return str(each["end"])
    lon, lat = refusal.wish["origin"]
    inside = refusal.service.area.intersects(Point(lon, lat, srid=4326))
    return "destination" if inside else "origin"
