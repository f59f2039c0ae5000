"""Roads as lines to draw: only how they run and how important they are."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings


@lru_cache(maxsize=16)
def drawn_roads(name: str) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of lines with a `class`; without any where the network is not kept as GeoJSON."""
    path = next((root / name for root in settings.ROADS_ROOTS if (Path(root) / name).is_file()), None)
    features = []
    if path is not None and path.suffix in (".geojson", ".json"):
        features = [
            {"type": "Feature", "properties": {"class": each["properties"]["class"]}, "geometry": each["geometry"]}
            for each in json.loads(path.read_text())["features"]
            if each["geometry"]["type"] == "LineString"
        ]
    return {"type": "FeatureCollection", "features": features}
