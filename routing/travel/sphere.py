"""Distances on the earth, taken as a sphere: within 0.6 % of the ellipsoid, far finer than any travel speed is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.model import Point

EARTH_RADIUS_M = 6_371_008.8
"""The mean radius (IUGG)."""


def distances_m(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> NDArray[np.float64]:
    """Great-circle metres between points in degrees (haversine); arrays broadcast."""
    lam_a, phi_a, lam_b, phi_b = (np.radians(np.asarray(each, dtype=np.float64)) for each in (lon_a, lat_a, lon_b, lat_b))
    h = np.sin((phi_b - phi_a) / 2) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin((lam_b - lam_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0))), dtype=np.float64)


def distance_m(a: Point, b: Point) -> float:
    """Great-circle metres between two points."""
    return float(distances_m(a.lon, a.lat, b.lon, b.lat))


def line_m(line: NDArray[np.float64]) -> float:
    """The length in metres of a line of (lon, lat) rows."""
    return float(distances_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum())


def project(lonlat: NDArray[np.float64], lat_0: float) -> NDArray[np.float64]:
    """Degrees, shape (n, 2), to metres on a plane (equirectangular, true at `lat_0`): good within a county or two."""
    scale = np.radians(1.0) * EARTH_RADIUS_M
    return np.multiply(lonlat, [scale * np.cos(np.radians(lat_0)), scale])


def chord_coordinates(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees, shape (n, 2), to metres in space, shape (n, 3): straight distances there are at most those on the ground."""
    lam, phi = np.radians(lonlat).T
    return EARTH_RADIUS_M * np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def require_on_earth(points: NDArray[np.float64]) -> None:
    """Raises ValueError, naming the first bad one, unless every (lon, lat) row is finite and in range."""
    bad = ~(np.isfinite(points).all(axis=1) & (np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90))
    if bad.any():
        lon, lat = points[int(np.argmax(bad))]
        raise ValueError(f"lon {lon}, lat {lat} is not a place on the earth: give degrees, lon before lat")
