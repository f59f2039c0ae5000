"""Reading a folder that describes a service, such as fixtures/ripon; its README has the formats.

Every complaint names the file, the place in it, and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import time
from pathlib import Path
from typing import Any, TypeVar

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.contrib.gis.geos import Point as Position

from bookings.files import BadFile, read_json, read_rows
from bookings.open_data.area import read_area as read_shape
from bookings.open_data.zones import ZoneShape, read_zone_shapes
from routing.travel.vehicle_size import MEASURES, BadSize, check_measure, check_names

T = TypeVar("T")

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLACE_COLUMNS = ("code", "name", "settlement", "lon", "lat")
STOP_COLUMNS = (*PLACE_COLUMNS, "atco_code")
STOP_DETAILS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "wheelchair": ({"yes": True, "no": False, "unknown": None, "": None}.__getitem__, "yes, no or unknown"),
    "public_code": (lambda text: text[:20], "what stands on the flag"),
    "extra_boarding_s": (lambda text: _seconds(text) if text else 0, "whole seconds such as 30"),
    "closed_from": (lambda text: Date.fromisoformat(text) if text else None, "a date like 2027-03-26"),
    "closed_until": (lambda text: Date.fromisoformat(text) if text else None, "a date like 2027-03-26"),
    "closed_because": (lambda text: text[:120], "a few words"),
}
"""Columns of stops.csv that may be left out, as `Stop` calls them: how each is read, and what it looks like."""


@dataclass(frozen=True, slots=True)
class StopRow:
    """A row of stops.csv; or of places.csv, without an `atco_code`."""

    code: str
    name: str
    settlement: str
    position: Position
    atco_code: str = ""
    bearing: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """Values of `STOP_DETAILS`; what is not among them stays as it is in the database."""


@dataclass(frozen=True)
class Section:
    """A part of a JSON file that knows where it is, so that what is missing in it can be told."""

    file: Path
    where: str
    data: Mapping[str, Any]

    def get(self, name: str, kind: type[T]) -> T:
        """A value of a kind. Raises BadFile where it's missing or another kind."""
        if name not in self.data:
            raise BadFile(self.file, self.where, f"add {name!r}")
        value = self.data[name]
        if kind is float and type(value) is int:
            value = float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise BadFile(self.file, f"{self.where}.{name}", f"make {value!r} a {kind.__name__}")
        return value

    def amount(self, name: str) -> int:
        """A whole number that is not negative. Raises BadFile."""
        return int(self._not_negative(name, self.get(name, int)))

    def measure(self, name: str) -> float:
        """A number that is not negative. Raises BadFile."""
        return self._not_negative(name, self.get(name, float))

    def _not_negative(self, name: str, value: float) -> float:
        if not 0 <= value < 1e9:
            raise BadFile(self.file, f"{self.where}.{name}", f"make {value} a number that is not negative")
        return value

    def parsed(self, name: str, parse: Callable[[str], T], like: str) -> T:
        """A text value put through a parser. Raises BadFile."""
        text = self.get(name, str)
        try:
            return parse(text)
        except ValueError:
            raise BadFile(self.file, f"{self.where}.{name}", f"write {text!r} like {like}") from None

    def time(self, name: str) -> time:
        return self.parsed(name, time.fromisoformat, "09:30")

    def weekdays(self, name: str = "days") -> list[int]:
        """Numbers of days, 0 for Monday."""
        days = self.get(name, list)
        if not days or not set(days) <= set(DAYS):
            raise BadFile(self.file, f"{self.where}.{name}", f"use days among {', '.join(DAYS)}")
        return sorted(DAYS.index(day) for day in days)

    def dates(self, name: str) -> list[Date]:
        try:
            return [Date.fromisoformat(each) for each in self.get(name, list)]
        except (TypeError, ValueError):
            raise BadFile(self.file, f"{self.where}.{name}", "write dates like 2027-03-26") from None

    def section(self, name: str) -> Section:
        return Section(self.file, f"{self.where}.{name}".lstrip("."), self.get(name, dict))

    def sections(self, name: str) -> list[Section]:
        found = []
        for index, each in enumerate(self.get(name, list)):
            where = f"{self.where}.{name}[{index}]".lstrip(".")
            if not isinstance(each, dict):
                raise BadFile(self.file, where, "make it an object")
            found.append(Section(self.file, where, each))
        return found

    def chosen(self, name: str, among: Mapping[str, T]) -> T:
        """What a code stands for. Raises BadFile for one that isn't defined."""
        code = self.get(name, str)
        if code not in among:
            raise BadFile(self.file, f"{self.where}.{name}", f"define {code!r} or use one of {', '.join(sorted(among)[:8])}")
        return among[code]


def read_service_json(folder: Path) -> Section:
    """service.json. Raises BadFile."""
    path = folder / "service.json"
    top = Section(path, "", read_json(path))
    if top.get("format", int) != 1:
        raise BadFile(path, "format", "this version of Drover reads format 1")
    return top


def read_stops(folder: Path, area: MultiPolygon) -> list[StopRow]:
    """stops.csv; every stop has to be in the area. Raises BadFile."""
    path = folder / "stops.csv"
    rows = [(number, _stop(path, number, row)) for number, row in read_rows(path, STOP_COLUMNS)]
    _once(path, ((number, row.code) for number, row in rows))
    inside = area.prepared
    for number, row in rows:
        if not inside.intersects(row.position):
            lon, lat = row.position.coords
            raise BadFile(path, f"row {number}", f"lon {lon}, lat {lat} is outside the area: is lon first?")
    return [row for _, row in rows]


def read_places(folder: Path) -> list[StopRow]:
    """places.csv: hospitals, schools, shops; none where the folder has no such file. Raises BadFile."""
    path = folder / "places.csv"
    if not path.exists():
        return []
    rows = [(number, _stop(path, number, row)) for number, row in read_rows(path, PLACE_COLUMNS)]
    _once(path, ((number, row.code) for number, row in rows))
    return [row for _, row in rows]


def read_area(folder: Path) -> MultiPolygon:
    """area.geojson. Raises BadFile."""
    return stored_area(read_shape(folder / "area.geojson"))


def read_zones(folder: Path, area: MultiPolygon) -> list[ZoneShape] | None:
    """zones.geojson, every zone with a part in the area; None where the folder has no such file. Raises BadFile."""
    path = folder / "zones.geojson"
    if not path.exists():
        return None
    zones = read_zone_shapes(path)
    for index, zone in enumerate(zones):
        if not area.intersects(stored_area(zone.shape)):
            raise BadFile(path, f"features[{index}]", f"zone {zone.code!r} has no part in the area of the service")
    return zones


def stored_area(shape: shapely.MultiPolygon) -> MultiPolygon:
    """An area as the database takes it."""
    stored = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    assert isinstance(stored, MultiPolygon)
    return stored


def position_of(section: Section, name: str) -> Position:
    """A [lon, lat] pair. Raises BadFile."""
    pair = section.get(name, list)
    if len(pair) != 2 or not all(isinstance(each, int | float) for each in pair) or not _on_earth(*pair):
        raise BadFile(section.file, f"{section.where}.{name}", "make it [lon, lat] in degrees")
    lon, lat = pair
    return Position(lon, lat, srid=4326)


def measures_of(section: Section) -> dict[str, float | None]:
    """Those measures of a vehicle that are told, by name; None for one that is told to be unknown. Raises BadFile."""
    try:
        check_names(section.data)
    except BadSize as error:
        raise BadFile(section.file, section.where, str(error)) from None
    return {name: _measure(section, name) for name in MEASURES if name in section.data}


def _measure(section: Section, name: str) -> float | None:
    value = None if section.data[name] is None else section.get(name, float)
    try:
        if value is not None:
            check_measure(name, value)
    except BadSize as error:
        raise BadFile(section.file, f"{section.where}.{name}", str(error)) from None
    return value


def _stop(path: Path, number: int, row: Mapping[str, str]) -> StopRow:
    try:
        lon, lat = float(row["lon"]), float(row["lat"])
    except (TypeError, ValueError):
        raise BadFile(path, f"row {number}", "write lon and lat as degrees such as -1.5219,54.1369") from None
    if not _on_earth(lon, lat):
        raise BadFile(path, f"row {number}", f"lon {lon}, lat {lat} is not on the earth: lon comes first")
    if not row["code"] or not row["name"]:
        raise BadFile(path, f"row {number}", "give it a code and a name")
    position, details = Position(lon, lat, srid=4326), dict(_details(path, number, row))
    return StopRow(row["code"], row["name"], row["settlement"] or "", position, row.get("atco_code") or "", details=details)


def _details(path: Path, number: int, row: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name, (read, like) in STOP_DETAILS.items():
        if name in row:
            try:
                yield name, read(row[name])
            except (KeyError, ValueError):
                raise BadFile(path, f"row {number}", f"write {name} {row[name]!r} as {like}") from None
    first, last = row.get("closed_from"), row.get("closed_until")
    if last and not (first and first <= last):
        raise BadFile(path, f"row {number}", "give closed_from a date that is not after closed_until")


def _seconds(text: str) -> int:
    """Raises ValueError for what is no whole number of seconds up to an hour."""
    seconds = int(text)
    if not 0 <= seconds <= 3600:
        raise ValueError(text)
    return seconds


def _on_earth(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -90 <= lat <= 90  # false for NaN


def _once(path: Path, rows: Iterable[tuple[int, str]]) -> None:
    seen: dict[str, int] = {}
    for number, code in rows:
        if code in seen:
            raise BadFile(path, f"row {number}", f"the code {code!r} is that of row {seen[code]} already: choose another")
        seen[code] = number
