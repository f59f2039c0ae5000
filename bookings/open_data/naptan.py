"""Bus stops of Great Britain: NaPTAN's Stops.csv, as the Department for Transport publishes it for an area or the country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bookings.files import BadFile, read_rows
from bookings.open_data.national_grid import lonlat_of, on_grid
from bookings.open_data.values import LeftOut, OpenStop, Why
from routing.model import Point

COLUMNS = ("ATCOCode", "CommonName", "StopType", "Status", "Longitude", "Latitude", "Easting", "Northing")
BUS_STOPS = {"BCT", "BCS", "BCQ"}
"""On a street, a bay of a bus station, a bay that changes (NaPTAN Schema Guide, StopType)."""
ZONES = {"FLX"}
"""BusStopType of a zone to hail a bus in: no place to stand at. Hail-and-ride sections (HAR) have one."""
ACTIVE, STATUSES = {"active", "act", ""}, {"active", "act", "", "inactive", "del", "pending", "pen"}
SAID = {"opp": "opposite", "adj": "adjacent", "o/s": "outside", "os": "outside", "nr": "near"}
MARKED = "MKD"
"""BusStopType of a stop with a pole, and so a side of the road. At others people wait wherever the bus comes along."""
BEARINGS = {name: 45 * number for number, name in enumerate(("N", "NE", "E", "SE", "S", "SW", "W", "NW"))}
NOWHERE_M = 1000
"""Eastings and northings both below this, far out at sea, are how NaPTAN writes that it knows no position."""
NOWHERE = (-7.5571, 49.7668)
BRITAIN = (-9.0, 49.0, 2.5, 61.5)


@dataclass(frozen=True, slots=True)
class _Row:
    """What is kept of a row: with the country's half million stops, all of it would be a gigabyte."""

    code: str
    name: str
    settlement: str
    point: Point | None
    grid: tuple[float, float] | None
    bearing: int | None
    public_code: str


Box = tuple[float, float, float, float]
"""West, south, east, north."""


def read_naptan(paths: Iterable[Path], box: Box = BRITAIN) -> tuple[list[OpenStop], list[LeftOut]]:
    """The active bus stops of some files, and what was left out. Raises BadFile.

    Rows with degrees outside a box are no more than counted: the country has half a million.
    """
    stops: dict[str, OpenStop] = {}
    left: list[LeftOut] = []
    for path in paths:
        rows = _usable(path, box, left)
        for row, point in zip(rows, _points(rows), strict=True):
            if point is None:
                left.append(LeftOut(f"{row.code} {row.name}", Why.NO_POSITION))
            elif row.code in stops:
                left.append(LeftOut(f"{row.code} {row.name}", Why.TWICE, f"in {path.name}"))
            else:
                stops[row.code] = OpenStop(
                    row.code, row.name, row.settlement, point, row.code, row.bearing, public_code=row.public_code
                )
    return list(stops.values()), left


def _usable(path: Path, box: Box, left: list[LeftOut]) -> list[_Row]:
    """The active bus stops of a file. A few odd rows are left out; where they are as many as the others, the file is wrong."""
    rows, odd, outside = [], [], 0
    for number, row in read_rows(path, COLUMNS):
        where, what = f"row {number}", f"{row['ATCOCode']} {row['CommonName']}"
        if row["Status"] not in STATUSES:
            raise BadFile(path, where, f"Status is {row['Status']!r} and not active or inactive: is the file whole?")
        if _is_far(row, box):
            outside += 1
        elif row["StopType"] not in BUS_STOPS or row.get("BusStopType") in ZONES:
            left.append(LeftOut(what, Why.NO_BUS_STOP, row["StopType"]))
        elif row["Status"] not in ACTIVE:
            left.append(LeftOut(what, Why.INACTIVE))
        else:
            try:
                rows.append(_stop(path, where, row))
            except BadFile as error:
                odd.append(error)
                left.append(LeftOut(what, Why.NO_SENSE, f"{where}: {error.remedy}"))
    if odd and len(odd) >= len(rows) + outside:
        raise odd[0]
    if outside:
        left.append(LeftOut(f"{outside:,} rows of {path.name}", Why.OUTSIDE, "far off", outside))
    return rows


def _is_far(row: Mapping[str, str], box: Box) -> bool:
    """Whether a row has degrees in Great Britain that lie outside a box."""
    try:
        lon, lat = float(row["Longitude"]), float(row["Latitude"])
    except ValueError:
        return False
    return _within(BRITAIN, lon, lat) and not _within(box, lon, lat) and not _is_nowhere(lon, lat)


def _within(box: Box, lon: float, lat: float) -> bool:
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def _is_nowhere(lon: float, lat: float) -> bool:
    return abs(lon - NOWHERE[0]) < 0.01 and abs(lat - NOWHERE[1]) < 0.01


def _stop(path: Path, where: str, row: Mapping[str, str]) -> _Row:
    if not 0 < len(row["ATCOCode"]) <= 12 or not row["CommonName"]:
        raise BadFile(path, where, "give the stop an ATCOCode of at most 12 characters and a CommonName")
    point = _degrees(path, where, row)
    grid = None if point else _metres(path, where, row)
    bearing = BEARINGS.get(row.get("Bearing", "")) if row.get("BusStopType") == MARKED else None
    settlement, public_code = row.get("LocalityName", "")[:80], row.get("NaptanCode", "")[:20]
    return _Row(row["ATCOCode"], _name(row), settlement, point, grid, bearing, public_code)


def _points(rows: list[_Row]) -> list[Point | None]:
    """Where each row is: its degrees, else its grid position; None where it has neither."""
    points = [row.point for row in rows]
    grid = {number: row.grid for number, row in enumerate(rows) if row.grid}
    lonlat = lonlat_of(np.array(list(grid.values()), dtype=np.float64).reshape(-1, 2))
    for number, (lon, lat) in zip(grid, lonlat.tolist(), strict=True):
        points[number] = Point(lon, lat)
    return points


def _degrees(path: Path, where: str, row: Mapping[str, str]) -> Point | None:
    if not row["Longitude"] or not row["Latitude"]:
        return None
    lon, lat = _number(path, where, row, "Longitude"), _number(path, where, row, "Latitude")
    if _is_nowhere(lon, lat):
        return None
    if not _within(BRITAIN, lon, lat):
        raise BadFile(path, where, f"Longitude {lon}, Latitude {lat} is not in Great Britain: are they swapped?")
    return Point(lon, lat)


def _metres(path: Path, where: str, row: Mapping[str, str]) -> tuple[float, float] | None:
    if not row["Easting"] or not row["Northing"]:
        return None
    easting, northing = _number(path, where, row, "Easting"), _number(path, where, row, "Northing")
    if abs(easting) < NOWHERE_M and abs(northing) < NOWHERE_M:
        return None
    if not on_grid(easting, northing):
        said = f"Easting {easting:.0f}, Northing {northing:.0f}"
        raise BadFile(path, where, f"{said} is not on the British National Grid: are they swapped?")
    return easting, northing


def _number(path: Path, where: str, row: Mapping[str, str], column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise BadFile(path, where, f"make {column} a number instead of {row[column]!r}") from None


def _name(row: Mapping[str, str]) -> str:
    """As people would say it: "Church Lane (opposite)"."""
    indicator = row.get("Indicator", "")
    said = SAID.get(indicator.lower(), indicator)
    return f"{row['CommonName']} ({said})"[:120] if said else row["CommonName"][:120]
