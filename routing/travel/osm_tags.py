"""What the tags of an OpenStreetMap way mean to a minibus. Pure: tags in, answer out.

Follows the OpenStreetMap wiki, pages "Key:access", "Key:oneway" and "Key:maxspeed". Class speeds are averages of a minibus, with
bends and junctions, not limits; the speed of a way is its class's, or 85 % of its limit where that is lower.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Tags = Mapping[str, str]
Direction = Literal["both", "forward", "backward"]

KMH = {
    "motorway": 90, "motorway_link": 55, "trunk": 75, "trunk_link": 50, "primary": 60, "primary_link": 45, "secondary": 54,
    "secondary_link": 42, "tertiary": 48, "tertiary_link": 38, "unclassified": 40, "residential": 26, "living_street": 10,
    "road": 30, "service": 15, "busway": 40, "bus_guideway": 40,
}  # fmt: skip
"""The drivable classes (values of `highway`) and their average speeds."""

SHORT_SERVICE = {"driveway", "parking_aisle", "drive-through", "emergency_access", "slipway"}
"""Kinds of service road that lead to a door and not to a stop."""

ACCESS_KEYS = ("access", "vehicle", "motor_vehicle", "psv", "bus", "minibus")
"""From the general to the particular: the last one given holds."""
CLOSED = {"no", "private", "agricultural", "forestry", "delivery", "emergency", "military", "permit"}

BLOCKING = {"bollard", "block", "jersey_barrier", "log", "debris", "chain", "kerb", "cycle_barrier", "stile", "turnstile"}
"""Barriers that stop a minibus unless their access says otherwise; gates and the like stop it only if it says so."""

UNWRITTEN_KMH = {
    "walk": 7.0, "none": 130.0, "gb:nsl_single": 96.6, "gb:nsl_dual": 112.7, "gb:motorway": 112.7, "national": 96.6,
    "nsl": 96.6, "ad:urban": 50.0, "ad:rural": 90.0,
}  # fmt: skip
LIMIT = re.compile(r"^(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph|knots)?$")
UNITS = {None: 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}


def open_to_bus(tags: Tags, default: bool = True) -> bool:
    """Whether the access tags let a minibus in."""
    given = [tags[key] for key in ACCESS_KEYS if key in tags]
    return default if not given else given[-1] not in CLOSED


def drivable(tags: Tags) -> bool:
    """Whether a minibus may and would drive along a way."""
    kind = tags.get("highway", "")
    if kind not in KMH or tags.get("area") == "yes":
        return False
    if kind == "service" and tags.get("service") in SHORT_SERVICE:
        return False
    return open_to_bus(tags)


def blocks(tags: Tags) -> bool:
    """Whether a node stops a minibus."""
    return "barrier" in tags and not open_to_bus(tags, default=tags["barrier"] not in BLOCKING)


def direction(tags: Tags) -> Direction | None:
    """Which way traffic goes along a way; None where it depends on the hour (`reversible`)."""
    for key in ("oneway:bus", "oneway:psv"):
        if tags.get(key) == "no":
            return "both"
    oneway = tags.get("oneway", "").lower()
    if oneway in ("yes", "true", "1"):
        return "forward"
    if oneway in ("-1", "reverse"):
        return "backward"
    if oneway == "reversible":
        return None
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    return "forward" if implied and oneway not in ("no", "false", "0") else "both"


def limit_kmh(text: str) -> float | None:
    """The speed limit that a `maxspeed` means, in km/h; None where it means none that we know (`signals`, a slip of the pen)."""
    plain = text.strip().lower()
    if plain in UNWRITTEN_KMH:
        return UNWRITTEN_KMH[plain]
    match = LIMIT.match(plain)
    if match is None or float(match[1]) <= 0:
        return None
    return float(match[1]) * UNITS[match[2]]


def speed_kmh(tags: Tags) -> float:
    """The average speed of a minibus along a drivable way."""
    typical = float(KMH[tags["highway"]])
    limit = limit_kmh(tags["maxspeed"]) if "maxspeed" in tags else None
    return typical if limit is None else min(typical, 0.85 * limit)
