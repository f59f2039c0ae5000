"""Limits of width, height, length and weight, as people write them, against the size of a vehicle.

Follows the OpenStreetMap wiki, "Map features/Units": metres and tonnes unless a unit is written; `st` are short tons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from routing.travel.vehicle_size import VehicleSize

LIMITS = {
    "width_m": ("maxwidth", "maxwidth:physical"),
    "height_m": ("maxheight", "maxheight:physical"),
    "length_m": ("maxlength",),
    "weight_t": ("maxweight", "maxweightrating"),
    "axle_t": ("maxaxleload",),
}
"""The keys that limit each measure of a vehicle."""
FOR_WHOM = (":bus", ":psv", "")
"""The first that is given holds: a limit for buses instead of that for everybody."""

NUMBER = r"(\d+(?:[.,]\d+)?)"
FEET = re.compile(rf"^{NUMBER}\s*(?:'|ft|feet|foot)\s*(?:{NUMBER}\s*(?:\"|''|in|inch|inches)?)?$")
INCHES = re.compile(rf"^{NUMBER}\s*(?:\"|in|inch|inches)$")
QUANTITY = re.compile(rf"^{NUMBER}\s*([a-z]*)$")
METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "cm": 0.01, "km": 1000.0}
TONNES = {
    "": 1.0, "t": 1.0, "tonne": 1.0, "tonnes": 1.0, "mt": 1.0, "kg": 0.001, "st": 0.90718474, "ton": 0.90718474,
    "tons": 0.90718474,
    "lt": 1.0160469, "cwt": 0.05080235, "lb": 0.00045359237, "lbs": 0.00045359237,
}  # fmt: skip


def metres(text: str) -> float | None:
    """A length in metres ("2.1", "2.1 m", "6'6\\""); None where it is none (`default`, `none`, a slip of the pen)."""
    plain = text.strip().lower()
    if match := FEET.match(plain):
        return _number(match[1]) * 0.3048 + (_number(match[2]) * 0.0254 if match[2] else 0.0)
    if match := INCHES.match(plain):
        return _number(match[1]) * 0.0254
    return _quantity(plain, METRES)


def tonnes(text: str) -> float | None:
    """A weight in tonnes ("7.5", "7.5 t", "7500 kg", "8 st", "16000 lbs"); None where it is none."""
    return _quantity(text.strip().lower(), TONNES)


def fits(tags: Mapping[str, str], size: VehicleSize) -> bool:
    """Whether no limit in the tags of a way or of a barrier is below the size of a vehicle."""
    return all(
        limit is None or limit >= getattr(size, measure)
        for measure, keys in LIMITS.items()
        for limit in _limits(tags, measure, keys)
    )


def _limits(tags: Mapping[str, str], measure: str, keys: tuple[str, ...]) -> list[float | None]:
    read = tonnes if measure.endswith("_t") else metres
    given = [next((tags[key + whom] for whom in FOR_WHOM if key + whom in tags), None) for key in keys]
    return [read(text) for text in given if text is not None]


def _quantity(plain: str, units: Mapping[str, float]) -> float | None:
    match = QUANTITY.match(plain)
    if match is None or match[2] not in units or _number(match[1]) <= 0:
        return None  # a limit of 0 is a slip of the pen: nothing would fit
    return _number(match[1]) * units[match[2]]


def _number(text: str) -> float:
    return float(text.replace(",", "."))
