"""Serializer parts that take JSON at its word: "2" is no number, true is no 1, and an unknown field is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line breaks, and what turns the direction of the text around it: a manifest is read in a hurry."""
READABLE = r"[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]"
"""Any other sign, as ECMA 262 writes it for the OpenAPI document."""
NOT_BLANK = r"^[^\u0000]*[^\s\u0000-\u0020\u0085][^\u0000]*$"
_SEEN = r"[^\s\u0000-\u0020\u007f-\u009f\u2028-\u202e\u2066-\u2069]"


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it doesn't know, with a pointer to each."""

    schema_too: ClassVar[dict[str, Any]] = {}
    """What the OpenAPI document has to say beyond the fields: whatever `validate` looks at."""

    default_error_messages = {"invalid": 'Give an object: {{"name": value, …}}.'}

    def to_internal_value(self, data: Any) -> Any:
        known = [name for name, field in self.fields.items() if not field.read_only]
        unknown = [name for name in data if name not in known] if isinstance(data, Mapping) else []
        errors: dict[str, Any] = {name: [_no_such_field(name, known)] for name in unknown}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            errors = {**error.detail, **errors}
        if errors:
            raise serializers.ValidationError(errors)
        return value


class ChangesSerializer(StrictSerializer):
    """The body of a PATCH: what is left out stays as it is, and something has to be given."""

    schema_too: ClassVar = {"minProperties": 1}

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError(f"Give what is to change: {', '.join(self.fields)}.")
        return attrs


class NothingSerializer(StrictSerializer):
    """An empty object; no body does as well."""


def _no_such_field(name: str, known: list[str]) -> str:
    near = get_close_matches(name[:40], known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(known)}."
    return f"There is no field of this name. {hint}"


class StrictIntegerField(serializers.IntegerField):
    """A JSON number without a fraction."""

    default_error_messages = {
        "invalid": "Give a whole number without quotes, such as 2.",
        "max_value": _("Give {max_value} at most."),
        "min_value": _("Give {min_value} at least."),
    }

    def to_internal_value(self, data: Any) -> int:
        whole = isinstance(data, int) or (isinstance(data, float) and data.is_integer())  # JSON has one kind of number
        if isinstance(data, bool) or not whole:
            self.fail("invalid")
        return int(data)


class StrictBooleanField(serializers.BooleanField):
    """`true` or `false`."""

    default_error_messages = {"invalid": "Give true or false, without quotes."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class QueryBooleanField(serializers.BooleanField):
    """The same in a query."""

    default_error_messages = {"invalid": "Give true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            self.fail("invalid")
        return bool(data == "true")


class StrictCharField(serializers.CharField):
    """A JSON string; surrounding blanks don't count."""

    default_error_messages = {"invalid": "Give a text in quotes."}

    @property
    def pattern(self) -> str:
        """What it looks like, as ECMA 262 writes it."""
        return r"^[^\u0000]*$" if self.allow_blank else NOT_BLANK

    def run_validation(self, data: Any = empty) -> Any:
        if data is not empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class LineField(StrictCharField):
    """Words as they are written on one line."""

    default_error_messages = {"unreadable": _("Write it on one line, without signs that can't be seen.")}

    @property
    def pattern(self) -> str:
        return f"^{READABLE}*$" if self.allow_blank else f"^{READABLE}*{_SEEN}{READABLE}*$"

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data))
        if UNREADABLE.search(text):
            self.fail("unreadable")
        return text


class StrictUUIDField(serializers.UUIDField):
    """A UUID as a string, in the usual form with hyphens."""

    default_error_messages = {"invalid": _("Give the id as it stands in the answer that it came from.")}

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value=data)
        return super().to_internal_value(data)
