"""Positions none of which is where they should be: what may be wrong with them."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from bookings.open_data.national_grid import grid_of, lonlat_of, on_grid


def why_elsewhere(area: MultiPolygon, lonlat: NDArray[np.float64]) -> str:
    """A sentence on points in degrees, shape (n, 2), that all lie outside an area."""
    if _any_inside(area, lonlat[:, ::-1]):
        return "lon and lat are swapped in it: lon is degrees east"
    if _any_inside(area, _other_way_round(lonlat)):
        return "eastings and northings are swapped in it"
    return "is it the file of this area?"


def _any_inside(area: MultiPolygon, lonlat: NDArray[np.float64]) -> bool:
    return bool(shapely.intersects_xy(area, lonlat[:, 0], lonlat[:, 1]).any())


def _other_way_round(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Those in Great Britain with northings as eastings."""
    grid = grid_of(lonlat[(np.abs(lonlat[:, 0]) < 15) & (lonlat[:, 1] > 45) & (lonlat[:, 1] < 65)])[:, ::-1]
    return lonlat_of(np.array([each for each in grid.tolist() if on_grid(*each)], dtype=np.float64).reshape(-1, 2))
