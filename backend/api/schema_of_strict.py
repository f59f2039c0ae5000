"""What the OpenAPI document says of serializers and fields that take JSON at its word."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension


class StrictSerializerSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Fields that aren't known are refused; what else a serializer checks as a whole is in its `schema_too`."""

    target_class = "backend.api.strict.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        more: dict[str, Any] = {"additionalProperties": False} | self.target.schema_too
        return schema | more if direction == "request" else schema


class StrictCharSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Texts have a sign that can be seen, unless they may be blank."""

    target_class = "backend.api.strict.StrictCharField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        return schema | ({"pattern": self.target.pattern} if direction == "request" else {})
