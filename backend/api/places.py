"""Places on their way in: a GeoJSON Point (longitude first), or a stop by its code."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.strict import NOT_BLANK, READABLE, LineField
from bookings.planner import MOST_SIGNS

POINT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Point",
    "description": "A GeoJSON Point: longitude first, WGS 84.",
    "properties": {
        "type": {"type": "string", "const": "Point"},
        "coordinates": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    },
    "required": ["type", "coordinates"],
    "additionalProperties": False,
    "example": {"type": "Point", "coordinates": [-1.5243, 54.1313]},
}
ASKED_SCHEMA: dict[str, Any] = {
    **POINT_SCHEMA,
    "properties": POINT_SCHEMA["properties"]
    | {
        "coordinates": {
            "type": "array",
            "prefixItems": [{"type": "number", "minimum": -most, "maximum": most} for most in (180, 90)],
            "minItems": 2,
            "maxItems": 2,
        }
    },
}
NAMED_SCHEMA: dict[str, Any] = {
    **ASKED_SCHEMA,
    "title": "NamedPoint",
    "properties": ASKED_SCHEMA["properties"]
    | {
        "name": {
            "type": "string",
            "maxLength": MOST_SIGNS,
            "pattern": f"^{READABLE}*$",
            "description": "What a driver should look for: a house and its street.",
        }
    },
}
STOP_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "StopByCode",
    "properties": {
        "stop": {
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
            "pattern": NOT_BLANK,
            "description": "The code of one of the service's stops.",
        }
    },
    "required": ["stop"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """A place as asked: a position, or the code of a stop."""

    lon: float = math.nan
    lat: float = math.nan
    stop: str | None = None
    name: str = ""


@extend_schema_field({"oneOf": [NAMED_SCHEMA, STOP_SCHEMA]})
class PlaceField(serializers.Field[AskedPlace, Any, Any, Any]):
    """An `AskedPlace`; whether it lies in the service's area is the rules' business."""

    default_error_messages = {
        "invalid": 'Give {{"type": "Point", "coordinates": [longitude, latitude]}} or {{"stop": "CODE"}}.',
        "unknown": "There is no field of this name in a place.",
        "type": "Only a Point will do.",
        "coordinates": "Give two numbers: longitude, then latitude.",
        "finite": "Give finite numbers.",
        "lon": _("Longitude comes first and lies between -180 and 180."),
        "lat": _("Latitude comes second and lies between -90 and 90."),
        "stop": "Give the code of a stop as a text in quotes.",
    }

    def to_internal_value(self, data: Any) -> AskedPlace:
        if not isinstance(data, dict) or not data.keys() & {"stop", "coordinates"} or {"stop", "coordinates"} <= data.keys():
            self.fail("invalid")
        known = {"stop"} if "stop" in data else {"type", "coordinates", "name"}
        for name in data:
            if name not in known:
                self._fail_at(name, "unknown")
        return self._stop(data["stop"]) if "stop" in data else self._point(data)

    def _stop(self, code: Any) -> AskedPlace:
        if not isinstance(code, str):
            self._fail_at("stop", "stop")
        try:
            return AskedPlace(stop=serializers.CharField(max_length=64).run_validation(code))
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"stop": error.detail}) from None

    def _point(self, data: dict[str, Any]) -> AskedPlace:
        if data.get("type") != "Point":
            self._fail_at("type", "type")
        pair = data["coordinates"]
        if not isinstance(pair, list) or len(pair) != 2 or not all(_is_number(each) for each in pair):
            self._fail_at("coordinates", "coordinates")
        try:
            lon, lat = (float(each) for each in pair)
        except OverflowError:
            self._fail_at("coordinates", "finite")
        if not (math.isfinite(lon) and math.isfinite(lat)):
            self._fail_at("coordinates", "finite")
        if not -180 <= lon <= 180:
            self._fail_at("coordinates", "lon")
        if not -90 <= lat <= 90:
            self._fail_at("coordinates", "lat")
        return AskedPlace(lon=lon, lat=lat, name=self._name(data.get("name", "")))

    def _name(self, name: Any) -> str:
        try:
            return str(LineField(max_length=MOST_SIGNS, allow_blank=True).run_validation(name))
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"name": error.detail}) from None

    def _fail_at(self, name: str, key: str) -> Any:
        raise serializers.ValidationError({name: [self.error_messages[key].format()]}, code=key)

    def to_representation(self, value: Any) -> Any:
        return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def area_json(area: MultiPolygon) -> dict[str, Any]:
    """A GeoJSON MultiPolygon."""
    return {"type": "MultiPolygon", "coordinates": area.coords}


def point(lon: float, lat: float) -> dict[str, Any]:
    """GeoJSON of a position, to 10 cm."""
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
