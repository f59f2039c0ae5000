"""The British National Grid (EPSG:27700) as longitude and latitude."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from django.contrib.gis.gdal import CoordTransform, OGRGeometry, SpatialReference
from numpy.typing import NDArray

EAST_M, NORTH_M = 700_000, 1_300_000
"""Great Britain lies between 0 and these."""


def lonlat_of(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Eastings and northings in metres, shape (n, 2), as WGS 84 (lon, lat) in degrees, shape (n, 2).

    PROJ's seven parameters, without Ordnance Survey's OSTN15 grid (15 MB): within 5 m of it, mostly within 2 m.
    """
    # To the centimetre: of more digits SpatiaLite changes the last, and then everything would seem to have moved.
    return np.asarray(np.round(_transformed(grid, _to_degrees()), 7), dtype=np.float64)


def grid_of(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """The other way round, for places in Great Britain."""
    return _transformed(lonlat, _to_grid())


def _transformed(places: NDArray[np.float64], how: CoordTransform) -> NDArray[np.float64]:
    if not len(places):
        return np.empty((0, 2))
    # All points as one geometry: PROJ is called once, and 50,000 take a tenth of a second.
    points = OGRGeometry(memoryview(shapely.to_wkb(shapely.multipoints(places))))
    points.transform(how)
    found: NDArray[np.float64] = shapely.get_coordinates(shapely.from_wkb(bytes(points.wkb)))
    return found


def on_grid(easting: float, northing: float) -> bool:
    """Whether eastings and northings can be those of Great Britain."""
    return 0 < easting < EAST_M and 0 < northing < NORTH_M


@cache
def _to_degrees() -> CoordTransform:
    return CoordTransform(SpatialReference(27700), SpatialReference(4326))


@cache
def _to_grid() -> CoordTransform:
    return CoordTransform(SpatialReference(4326), SpatialReference(27700))
