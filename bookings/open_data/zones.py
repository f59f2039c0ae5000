"""The zones of a service, as GeoJSON: a FeatureCollection with a Feature for each, named by its properties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry import MultiPolygon

from bookings.files import BadFile, read_json
from bookings.open_data.area import read_shape

CODE = re.compile(r"[-a-zA-Z0-9_]{1,50}")
MOST_RANK = 32_767


@dataclass(frozen=True, slots=True)
class ZoneShape:
    """A zone as a file has it. Where zones overlap, the lowest rank counts."""

    code: str
    name: str
    rank: int
    shape: MultiPolygon


def read_zone_shapes(path: Path) -> list[ZoneShape]:
    """The zones of a file, each with a code of its own. `rank` is 0 where it isn't told. Raises BadFile."""
    features = read_json(path).get("features")
    if not isinstance(features, list) or not features:
        raise BadFile(path, "features", "make it a GeoJSON FeatureCollection with a Feature for each zone")
    found: dict[str, ZoneShape] = {}
    for index, feature in enumerate(features):
        where = f"features[{index}]"
        if not isinstance(feature, dict):
            raise BadFile(path, where, "make it a GeoJSON Feature")
        zone = _zone(path, where, feature.get("properties"), feature.get("geometry"))
        if zone.code in found:
            raise BadFile(path, f"{where}.properties.code", f"there is a zone {zone.code!r} already: choose another code")
        found[zone.code] = zone
    return list(found.values())


def _zone(path: Path, where: str, told: object, geometry: object) -> ZoneShape:
    told = told if isinstance(told, dict) else {}
    code, name, rank = (told.get(key, other) for key, other in (("code", ""), ("name", ""), ("rank", 0)))
    if not (isinstance(code, str) and CODE.fullmatch(code)):
        raise BadFile(path, f"{where}.properties.code", "give a code of letters, digits and hyphens, such as north")
    if not (isinstance(name, str) and 0 < len(name) <= 80):
        raise BadFile(path, f"{where}.properties.name", "give a name of up to 80 characters")
    if type(rank) is not int or not 0 <= rank <= MOST_RANK:
        raise BadFile(path, f"{where}.properties.rank", f"make it a whole number from 0 to {MOST_RANK}")
    return ZoneShape(code, name, rank, read_shape(path, f"{where}.geometry", geometry))
