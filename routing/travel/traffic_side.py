"""On which side of the road traffic keeps, and so on which side of a bus its stop is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

LEFT = (
    ("British Isles", -11.0, 51.05, 1.8, 61.0), ("south coast of England", -6.5, 49.85, 1.4, 51.05),
    ("Channel Islands", -2.8, 49.1, -1.9, 49.8), ("Malta", 14.1, 35.7, 14.6, 36.1),
    ("Cyprus", 32.2, 34.5, 34.7, 35.8), ("India and Sri Lanka", 68.0, 5.8, 97.4, 30.0), ("Pakistan", 63.0, 24.0, 75.5, 35.5),
    ("Thailand, Malaysia, Indonesia", 97.4, -11.1, 102.1, 20.5), ("Thailand", 102.1, 1.0, 104.8, 16.5),
    ("Singapore", 103.5, 1.1, 104.1, 1.5),
    ("Indonesia", 102.1, -11.1, 141.1, 1.5), ("Borneo", 108.8, 1.5, 119.3, 7.4), ("New Guinea", 141.0, -12.0, 160.0, -0.8),
    ("Australia", 112.0, -44.0, 154.0, -10.5), ("New Zealand", 166.0, -48.0, 179.0, -34.0), ("Fiji", 176.8, -19.5, 180.0, -15.5),
    ("Kyushu", 129.1, 30.0, 132.0, 34.8), ("Honshu", 131.0, 33.0, 142.2, 41.5),
    ("Hokkaido", 139.3, 41.3, 146.0, 45.6), ("Okinawa", 122.9, 24.0, 131.4, 30.0),
    ("Hong Kong and Macao", 113.5, 22.1, 114.5, 22.56),
    ("southern Africa", 11.5, -35.0, 41.0, -18.0), ("Zambia, Malawi, Mozambique", 24.0, -18.0, 41.0, -9.0),
    ("Tanzania", 29.4, -11.8, 40.6, -1.0),
    ("Kenya and Uganda", 30.0, -4.8, 41.9, 4.3), ("Mauritius", 57.2, -20.6, 63.6, -19.6), ("Seychelles", 46.0, -10.5, 56.5, -3.7),
    ("Jamaica", -78.4, 17.7, -76.1, 18.6), ("Bahamas", -79.5, 20.9, -72.7, 27.3),
    ("Lesser Antilles and Trinidad", -61.6, 10.0, -59.3, 14.2),
    ("Guyana and Suriname", -61.4, 1.8, -54.0, 8.6), ("Falklands", -61.5, -52.5, -57.6, -51.0),
)  # fmt: skip
"""Boxes (west, south, east, north) where traffic keeps left: rough, for what roundabouts do not tell."""

ENOUGH = 3
"""Roundabouts that have to agree, and by two to one: a few are always drawn the wrong way round."""


def keeps_left_at(lon: float, lat: float) -> bool:
    """Whether traffic keeps left at a place, by a rough table: wrong near some borders."""
    return any(west <= lon <= east and south <= lat <= north for _, west, south, east, north in LEFT)


def keeps_left(roundabouts: Iterable[NDArray[np.float64]], lon: float, lat: float) -> bool:
    """Whether traffic keeps left around a place: as it goes round the roundabouts there, (lon, lat) rows in driving direction.

    Clockwise is left. Where there are too few that agree, by the table.
    """
    turns = [_turn(line) for line in roundabouts]
    clockwise, other = sum(turn < 0 for turn in turns), sum(turn > 0 for turn in turns)
    if max(clockwise, other) >= max(ENOUGH, 2 * min(clockwise, other)):
        return clockwise > other
    return keeps_left_at(lon, lat)


def _turn(line: NDArray[np.float64]) -> float:
    """By how much a line turns in all, in radians; negative if clockwise."""
    steps = np.diff(line, axis=0) * [np.cos(np.radians(line[:, 1].mean())), 1.0]
    x, y = steps[:, 0], steps[:, 1]
    return float(np.arctan2(x[:-1] * y[1:] - y[:-1] * x[1:], x[:-1] * x[1:] + y[:-1] * y[1:]).sum())
