"""The roads of an OpenStreetMap extract: what of them hangs together, and whether an area lies on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from bookings.files import BadFile
from bookings.open_data.extracts import check_extract
from routing.model import Point
from routing.travel.osm import BadExtract, read_osm_whole
from routing.travel.osm_profile import Profile
from routing.travel.road_graph import EmptyNetwork, RoadGraph, largest_component
from routing.travel.snapping import Snapper
from routing.travel.vehicle_size import MINIBUS_SIZE, VehicleSize


@dataclass(frozen=True)
class Roads:
    """All roads of an extract for vehicles of a size, and the largest part within which every place reaches every other."""

    file: Path
    size: VehicleSize
    whole: RoadGraph
    main: RoadGraph

    @property
    def km(self) -> float:
        return self.whole.road_km

    @property
    def share(self) -> float:
        """How much of the kilometres hangs together."""
        return self.main.road_km / self.whole.road_km

    @property
    def junctions(self) -> int:
        """Places where roads meet or end, in the part that hangs together."""
        return len(np.unique(np.column_stack([self.main.lon, self.main.lat]), axis=0))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        lon, lat = self.main.lon, self.main.lat
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def read_roads(path: Path, size: VehicleSize = MINIBUS_SIZE) -> Roads:
    """The roads for vehicles of a size. Raises BadFile for what is no extract or has no roads that hang together."""
    check_extract(path)
    try:
        whole = read_osm_whole(path, Profile(size))
        return Roads(path, size, whole, largest_component(whole))
    except BadExtract as error:
        raise BadFile(path, "the file", f"{str(error).removeprefix(f'{path}: ')}: is it whole? Fetch the extract again") from None
    except EmptyNetwork as error:
        raise BadFile(path, "the file", f"{error}; is it whole?") from None


def check_area(file: Path, area: MultiPolygon, roads: Roads) -> None:
    """Raises BadFile for an area without a road in it."""
    lon, lat = roads.main.lon, roads.main.lat
    shapely.prepare(area)
    if shapely.contains_xy(area, lon, lat).any():
        return
    if shapely.contains_xy(area, lat, lon).any():
        raise BadFile(file, "its positions", "lat comes before lon in them: GeoJSON wants lon first")
    there, here = _span(roads.box), _span(area.bounds)
    raise BadFile(file, "its positions", f"no road lies in the area ({here}), {roads.file.name} has {there}: draw it there")


def share_beyond(area: MultiPolygon, roads: Roads) -> float:
    """How much of the area lies beyond the box around the roads."""
    return float(1 - shapely.intersection(area, shapely.box(*roads.box)).area / area.area)


def metres_from(graph: RoadGraph, points: Iterable[Point]) -> NDArray[np.float64]:
    """How far each point is from the nearest road where a bus may stop."""
    return np.array([snap.access_m for snap in Snapper(graph).snap(list(points))], dtype=np.float64)


def _span(box: tuple[float, ...]) -> str:
    return "lon {:.2f} to {:.2f}, lat {:.2f} to {:.2f}".format(*(box[i] for i in (0, 2, 1, 3)))
