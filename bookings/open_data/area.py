"""The area of a service, as GeoJSON (RFC 7946): a Polygon or MultiPolygon, alone or in one or more Features."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon

from bookings.files import BadFile, read_json

DEGREES = re.compile(r"CRS84|4326", re.IGNORECASE)
EARTH = shapely.box(-180, -90, 180, 90)


def read_area(path: Path) -> MultiPolygon:
    """All polygons of a file as one shape in degrees. Raises BadFile, which tells where an outline crosses itself."""
    data = read_json(path)
    crs = json.dumps(data.get("crs") or "CRS84")
    if not DEGREES.search(crs):
        raise BadFile(path, "crs", f"{crs} is not longitude and latitude: save the area as GeoJSON in WGS 84 (EPSG:4326)")
    parts = [part for where, geometry in _geometries(path, data) for part in _polygons(path, where, geometry)]
    if not parts:
        raise BadFile(path, "features", "draw the area as a Polygon or a MultiPolygon")
    return _joined(parts)


def read_shape(path: Path, where: str, geometry: object) -> MultiPolygon:
    """One GeoJSON geometry as a shape in degrees. Raises BadFile."""
    return _joined(_polygons(path, where, geometry))


def _joined(parts: list[Polygon]) -> MultiPolygon:
    joined = shapely.union_all(parts)
    return joined if isinstance(joined, MultiPolygon) else MultiPolygon([joined])


def _geometries(path: Path, data: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    kind = data.get("type")
    if kind == "FeatureCollection" and isinstance(data.get("features"), list):
        for index, feature in enumerate(data["features"]):
            if not isinstance(feature, dict):
                raise BadFile(path, f"features[{index}]", "make it a GeoJSON Feature")
            yield f"features[{index}].geometry", feature.get("geometry")
    elif kind == "Feature":
        yield "geometry", data.get("geometry")
    elif kind in ("Polygon", "MultiPolygon"):
        yield "the geometry", data
    else:
        raise BadFile(path, "type", f"{kind!r}: make it a GeoJSON FeatureCollection with the area as a Polygon or MultiPolygon")


def _polygons(path: Path, where: str, geometry: object) -> list[Polygon]:
    """The polygons of one geometry, once they are sound."""
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, TypeError):
        raise BadFile(path, where, "make it a GeoJSON Polygon or MultiPolygon, each ring of it closed") from None
    if not isinstance(shape, Polygon | MultiPolygon):
        raise BadFile(
            path, where, f"it is a {getattr(shape, 'geom_type', 'nothing')}: draw the area as a Polygon or MultiPolygon"
        )
    if shape.is_empty or not shape.within(EARTH):
        raise BadFile(path, where, "its positions are not degrees: save the area in WGS 84 (EPSG:4326), lon before lat")
    if not shape.is_valid:
        raise BadFile(path, where, _remedy(shapely.is_valid_reason(shape)))
    return list(getattr(shape, "geoms", [shape]))


def _remedy(reason: str) -> str:
    """GEOS says "Self-intersection[-0.7 52.6]"."""
    spot = re.search(r"^(.*)\[(\S+) (\S+)\]$", reason)
    if spot is None:
        return f"mend it: {reason}"
    what = "the outline crosses itself" if "intersection" in spot[1].lower() else spot[1]
    return f"{what} at lon {float(spot[2]):.5f}, lat {float(spot[3]):.5f}: move a corner there"
