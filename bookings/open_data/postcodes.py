"""Postcodes with their middle: Code-Point Open as Ordnance Survey publishes it, or a table postcode,lon,lat of any country."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bookings.files import BadFile, check_commas, read_lines
from bookings.open_data.national_grid import lonlat_of, on_grid

CODE_POINT_VALUES = 10
CODE_POINT_NAMES = {"postcode", "pc"}
"""What the first of them is called, in full and for short."""
BRITISH = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) *(\d[A-Z]{2})")
QUALITIES = {"10", "20", "30", "40", "50", "60", "90"}
UNPLACED = "90"
"""The positional quality of a postcode without a position (Code-Point Open technical specification)."""


@dataclass(frozen=True, slots=True)
class Postcodes:
    """n postcodes: how they are written, the file each came from, and (lon, lat), shape (n, 2); `unplaced` had no position.

    `code_point`: those of the files that are of Code-Point Open.
    """

    names: tuple[str, ...]
    files: tuple[Path, ...]
    lonlat: NDArray[np.float64]
    unplaced: int
    code_point: frozenset[Path]


def read_postcodes(paths: Iterable[Path]) -> Postcodes:
    """The postcodes of some files, each once. Raises BadFile."""
    found: dict[str, tuple[Path, float, float]] = {}
    unplaced, code_point = 0, set()
    for path in paths:
        lines, header = _opened(path)
        if header:
            names, lonlat, without = _table(path, header, lines)
        else:
            names, lonlat, without = _code_point(path, lines)
            code_point.add(path)
        unplaced += without
        for name, (lon, lat) in zip(names, lonlat.tolist(), strict=True):
            found.setdefault(name, (path, lon, lat))
    lonlat = np.array([(lon, lat) for _, lon, lat in found.values()], dtype=np.float64).reshape(-1, 2)
    return Postcodes(tuple(found), tuple(path for path, _, _ in found.values()), lonlat, unplaced, frozenset(code_point))


def _opened(path: Path) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """The lines of a file, and the names of its columns, which don't come first any more; none are of Code-Point Open."""
    lines = read_lines(path)
    first = next(lines, None)
    if first is None:
        raise BadFile(path, "row 1", "it is empty: give a file of Code-Point Open, or a table postcode,lon,lat")
    header = [value.strip().lower() for value in first[1]]
    check_commas(path, header)
    if len(header) == CODE_POINT_VALUES and header[0] in CODE_POINT_NAMES:  # some programs write the names above it
        return lines, []
    return (lines, header) if "postcode" in header else (chain([first], lines), [])


def _code_point(path: Path, lines: Iterable[tuple[int, list[str]]]) -> tuple[list[str], NDArray[np.float64], int]:
    names, grid, unplaced = [], [], 0
    for number, row in lines:
        name = _british(path, number, row)
        if row[1] == UNPLACED:
            unplaced += 1
            continue
        names.append(name)
        grid.append(_on_grid(path, number, row))
    return names, lonlat_of(np.array(grid, dtype=np.float64).reshape(-1, 2)), unplaced


def _british(path: Path, number: int, row: list[str]) -> str:
    """The postcode of a row of Code-Point Open, once the row looks like one."""
    where = f"row {number}"
    if len(row) != CODE_POINT_VALUES:
        raise BadFile(path, where, f"it has {len(row)} values where Code-Point Open has {CODE_POINT_VALUES}: is the file whole?")
    postcode = BRITISH.fullmatch(row[0].strip())
    if postcode is None:
        raise BadFile(path, where, f"{row[0]!r} is no postcode: Code-Point Open has it first, and no row of names")
    if row[1] not in QUALITIES:
        told = "Code-Point Open has postcode, positional quality, eastings, northings"
        raise BadFile(path, where, f"{row[1]!r} is no positional quality (10 to 90): {told}")
    return f"{postcode[1]} {postcode[2]}"


def _on_grid(path: Path, number: int, row: list[str]) -> tuple[float, float]:
    try:
        easting, northing = float(row[2]), float(row[3])
    except ValueError:
        raise BadFile(path, f"row {number}", f"make eastings {row[2]!r} and northings {row[3]!r} metres") from None
    if not on_grid(easting, northing) or (easting < 180 and northing < 180):
        said = f"eastings {row[2]}, northings {row[3]}"
        raise BadFile(path, f"row {number}", f"{said} are not on the British National Grid: are they swapped, or degrees?")
    return easting, northing


def _table(path: Path, header: list[str], lines: Iterator[tuple[int, list[str]]]) -> tuple[list[str], NDArray[np.float64], int]:
    if missing := sorted({"lon", "lat"} - set(header)):
        raise BadFile(path, "row 1", f"add the columns {', '.join(missing)}")
    name_at, lon_at, lat_at = (header.index(column) for column in ("postcode", "lon", "lat"))
    names, places = [], []
    for number, row in lines:
        if len(row) != len(header):
            raise BadFile(path, f"row {number}", f"it has {len(row)} values where row 1 names {len(header)}: is the file whole?")
        name = " ".join(row[name_at].upper().split())[:20]
        if not name:
            raise BadFile(path, f"row {number}", "give it a postcode, or take it out")
        names.append(name)
        places.append(_degrees(path, number, row[lon_at], row[lat_at]))
    return names, np.array(places, dtype=np.float64).reshape(-1, 2), 0


def _degrees(path: Path, number: int, lon: str, lat: str) -> tuple[float, float]:
    try:
        place = float(lon), float(lat)
    except ValueError:
        raise BadFile(path, f"row {number}", f"make lon {lon!r} and lat {lat!r} degrees") from None
    if not (-180 <= place[0] <= 180 and -90 <= place[1] <= 90):
        raise BadFile(path, f"row {number}", f"lon {lon}, lat {lat} is not on the earth: lon comes first")
    return place
