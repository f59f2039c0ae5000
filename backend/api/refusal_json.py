"""Refusals as JSON, and as problems where one field is what a rule refuses."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.api.problem_types import BASE, ProblemType
from backend.api.problems import Problem
from bookings.models import Refusal

FIELDS: dict[str, str] = {}


class AlternativeSerializer(serializers.Serializer[Any]):
    """Something that would be possible: ask again with it."""

    kind = serializers.CharField()
    text = serializers.CharField(help_text="For people.")
    leave_at = serializers.CharField(required=False)
    arrive_by = serializers.CharField(required=False)
    stop = serializers.CharField(required=False)


class RefusalSerializer(serializers.Serializer[Any]):
    """Why there is no offer."""

    type = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    alternatives = AlternativeSerializer(many=True)


def as_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "type": BASE + refusal.kind,
        "title": refusal.title,
        "detail": refusal.detail,
        "alternatives": refusal.alternatives,
    }


def raise_where_a_field_is_wrong(refusal: Refusal) -> None:
    """Raises Problem (422) for refusals that a change of one field would mend; others are answers."""
    field = FIELDS.get(refusal.kind)
    if field is None:
        return
    if field == "time":
        field = "leave_at" if refusal.wish["leave_at"] else "arrive_by"
    kind = ProblemType(refusal.kind, 422, refusal.title)
    raise Problem(kind, refusal.detail, pointer=f"#/{field}", alternatives=refusal.alternatives)
