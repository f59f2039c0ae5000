"""How fast a minibus goes along a way: by class, speed limit and surface; how long a ferry takes.

Follows the OpenStreetMap wiki, pages "Key:maxspeed", "Speed limits" and "Key:duration". Conditional limits
(`maxspeed:conditional`) are not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from routing.travel.osm_profile import SMOOTHNESS, SURFACE, TRACKTYPE, Profile

Tags = Mapping[str, str]
Side = Literal["forward", "backward"]

MPH = 1.609344
UNITS = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "km / h": 1.0, "mph": MPH, "knots": 1.852}
LIMIT = re.compile(r"^(\d+(?:\.\d+)?)\s*(mph|km/h|km / h|kmh|kph|knots|)$")
CODE = re.compile(r"^([a-z]{2})(-[a-z]{2,3})?[:_](.+)$")
ZONE = re.compile(r"^(?:zone:?)?(\d+)$")

ANYWHERE = {"urban": 50.0, "rural": 80.0, "trunk": 100.0, "motorway": 120.0, "living_street": 20.0, "walk": 7.0, "none": 130.0}
"""Limits in km/h for what is written as a code, such as `FR:rural`, where the country's own are not in the table below."""
COUNTRIES: dict[str, dict[str, float]] = {
    "gb": {
        "nsl_single": 60 * MPH, "nsl:single": 60 * MPH, "national": 60 * MPH, "nsl": 60 * MPH, "rural": 60 * MPH,
        "nsl_dual": 70 * MPH, "nsl:dual": 70 * MPH, "motorway": 70 * MPH, "nsl_restricted": 30 * MPH, "urban": 30 * MPH,
        "living_street": 20 * MPH,
    },
    "gb-wls": {"nsl_restricted": 20 * MPH, "urban": 20 * MPH},
    "ad": {"rural": 90}, "at": {"rural": 100, "motorway": 130, "bicycle_road": 30}, "be": {"rural": 90}, "be-vlg": {"rural": 70},
    "bg": {"rural": 90, "motorway": 140}, "by": {"urban": 60, "rural": 90}, "ch": {"trunk": 100}, "cz": {"rural": 90,
    "trunk": 110},
    "de": {"rural": 100, "motorway": 130, "bicycle_road": 30, "living_street": 7}, "dk": {"motorway": 130}, "ee": {"rural": 90},
    "es": {"rural": 90}, "fr": {"rural": 80, "trunk": 110, "motorway": 130}, "gr": {"rural": 90, "motorway": 130},
    "hr": {"rural": 90, "trunk": 110, "motorway": 130}, "hu": {"rural": 90, "trunk": 110, "motorway": 130},
    "ie": {"rural": 60, "trunk": 100}, "it": {"rural": 90, "trunk": 110, "motorway": 130}, "jp": {"urban": 60, "rural": 60,
    "national": 60},
    "kz": {"urban": 60, "rural": 100}, "lt": {"rural": 90, "motorway": 130}, "lu": {"rural": 90, "motorway": 130},
    "lv": {"rural": 90}, "nl": {"motorway": 100}, "no": {"motorway": 110}, "pl": {"rural": 90, "motorway": 140},
    "pt": {"rural": 90}, "ro": {"rural": 90, "motorway": 130}, "ru": {"urban": 60, "rural": 90, "motorway": 110},
    "se": {"rural": 70, "motorway": 110}, "si": {"rural": 90, "trunk": 110, "motorway": 130}, "sk": {"rural": 90,
    "motorway": 130},
    "tr": {"rural": 90}, "ua": {"rural": 90, "motorway": 130}, "za": {"urban": 60, "rural": 100},
}  # fmt: skip
IN_MPH = {"gb", "us"}

IMPLIED_BY = ("source:maxspeed", "maxspeed:type", "zone:maxspeed", "zone:traffic")
"""Where a limit stands as a code when `maxspeed` gives no number."""

DURATION = re.compile(r"^(?:(\d+):)?(\d+):(\d\d)$")
ISO_DURATION = re.compile(r"^pt(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$")


def limit_kmh(text: str) -> float | None:
    """The speed limit that a `maxspeed` means, in km/h; None where it means none that we know (`signals`, a slip of the pen).

    Of several (`90;30`, along one way) the least.
    """
    limits = [_limit_kmh(part.strip()) for part in text.lower().split(";")]
    return min((limit for limit in limits if limit is not None), default=None)


def _limit_kmh(plain: str) -> float | None:
    if match := LIMIT.match(plain):
        return float(match[1]) * UNITS[match[2]] or None
    if plain in ("national", "nsl"):  # written where the sign of it stands: in Britain
        return COUNTRIES["gb"][plain]
    if plain in ("walk", "none"):
        return ANYWHERE[plain]
    if not (match := CODE.match(plain)):
        return None
    country, region, context = match[1], match[2] or "", match[3]
    if zone := ZONE.match(context):
        return float(zone[1]) * (MPH if country in IN_MPH else 1.0) or None
    tables = (COUNTRIES.get(country + region, {}), COUNTRIES.get(country, {}), ANYWHERE)
    return next((float(table[context]) for table in tables if context in table), None)


def limit_along_kmh(tags: Tags, side: Side) -> float | None:
    """The limit for a bus in one direction of a way, in km/h; None where it has none that we know."""
    keys = [key + end for key in ("maxspeed:bus", "maxspeed:psv", "maxspeed") for end in (f":{side}", "")]
    limits = (limit_kmh(tags[key]) for key in (*keys, *IMPLIED_BY) if key in tags)
    return next((limit for limit in limits if limit is not None), None)


def speed_kmh(tags: Tags, side: Side, vehicle: Profile) -> float:
    """The average speed along a drivable way: its class's, less on a bad surface, at most a share of its limit."""
    typical = vehicle.kmh[tags["highway"]] * _evenness(tags)
    limit = limit_along_kmh(tags, side)
    return typical if limit is None else min(typical, vehicle.limit_share * limit)


def _evenness(tags: Tags) -> float:
    tables = (("surface", SURFACE), ("tracktype", TRACKTYPE), ("smoothness", SMOOTHNESS))
    return min(table.get(tags.get(key, ""), 1.0) for key, table in tables)


def duration_s(text: str) -> float | None:
    """The seconds of a `duration` or `interval`: minutes, H:MM, H:MM:SS or PT1H30M; None where it is none or nothing."""
    plain = text.strip().lower()
    if plain.isdecimal():
        return float(plain) * 60 or None
    if match := DURATION.match(plain):
        hours, minutes, seconds = (match[1], match[2], match[3]) if match[1] else (match[2], match[3], "0")
        return float(hours) * 3600 + float(minutes) * 60 + float(seconds) or None
    if match := ISO_DURATION.match(plain):
        return sum(float(part or 0) * unit for part, unit in zip(match.groups(), (3600, 60, 1), strict=True)) or None
    return None
