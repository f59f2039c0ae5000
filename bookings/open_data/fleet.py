"""A fleet as CSV, a row a shift; given as the parts of a service.json that describe it (fixtures/ripon/README.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

from django.utils.text import slugify

from bookings.files import BadFile, read_rows
from routing.model import Point
from routing.travel.vehicle_size import MEASURES, MINIBUS_SIZE, BadSize, check_measure, check_names, check_together

T = TypeVar("T")

EXAMPLE = Path(__file__).with_name("fleet.csv")
COLUMNS = ("vehicle", "name", "registration", "layouts", "depot", "lon", "lat", "shift", "days", "from", "to")
OPTIONAL = ("driver", "break_from", "break_to", "break_minutes")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_SEATS = 60


@dataclass(frozen=True, slots=True)
class Fleet:
    """What a fleet file says; `described` holds `vehicles`, `depots`, `drivers` and `shifts`.

    A vehicle has those of its measures of which the file has columns, None where nothing is in them.
    """

    file: Path
    described: Mapping[str, list[dict[str, Any]]]
    depots: Mapping[str, tuple[int, Point]]
    """By name: the row that gives it, and where it is."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that is sound on its own."""

    number: int
    vehicle: dict[str, Any]
    depot: dict[str, Any]
    driver: dict[str, str] | None
    shift: dict[str, Any]


def read_fleet(path: Path) -> Fleet:
    """The vehicles, depots, drivers and shifts of a file. Raises BadFile."""
    rows = [_row(path, number, values) for number, values in _rows(path)]
    if not rows:
        raise BadFile(path, "row 2", "give at least one shift")
    described = {
        "vehicles": _same(path, ((row.number, row.vehicle) for row in rows)),
        "depots": _same(path, ((row.number, row.depot) for row in rows)),
        "drivers": _same(path, ((row.number, row.driver) for row in rows if row.driver)),
        "shifts": [row.shift for row in rows],
    }
    for one, other in combinations(rows, 2):
        _not_at_once(path, one, other)
    depots: dict[str, tuple[int, Point]] = {}
    for row in rows:
        depots.setdefault(row.depot["name"], (row.number, Point(*row.depot["point"])))
    return Fleet(path, described, depots)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    for number, values in read_rows(path, COLUMNS):
        try:
            check_names(values.keys() - {*COLUMNS, *OPTIONAL})
        except BadSize as error:
            raise BadFile(path, "row 1", str(error)) from None
        yield number, values


def _row(path: Path, number: int, values: Mapping[str, str]) -> _Row:
    fields = _Fields(path, number, values)
    vehicle = {
        "code": fields.code("vehicle"),
        "name": fields.text("name", 80),
        "registration": fields.text("registration", 20),
        "layouts": fields.parsed("layouts", _layouts, "14+0 11+1 8+2 (seats + wheelchairs)"),
        **fields.measures(),
    }
    depot_name = fields.text("depot", 120)
    depot = {"code": f"depot {depot_name}", "name": depot_name, "point": fields.position()}
    driver = fields.driver()
    name = fields.text("shift", 40)
    hours = fields.hours()
    shift = {
        "code": f"{vehicle['code']}-{slugify(name)}"[:50],
        "name": f"{vehicle['name']} {name}"[:80],
        "vehicle": vehicle["code"],
        "driver": driver["code"] if driver else None,
        "days": fields.parsed("days", _days, "mon-fri, or mon wed sat"),
        "start": depot["code"],
        "end": depot["code"],
        "from": hours[0],
        "to": hours[1],
        "breaks": fields.breaks(str(depot["code"]), *hours),
    }
    return _Row(number, vehicle, depot, driver, shift)


class _Fields:
    """The values of a row, each put through its parser. Everything raises BadFile."""

    def __init__(self, path: Path, number: int, values: Mapping[str, str]) -> None:
        self.path, self.where, self.values = path, f"row {number}", values

    def bad(self, remedy: str) -> BadFile:
        return BadFile(self.path, self.where, remedy)

    def text(self, name: str, longest: int) -> str:
        value = self.values[name]
        if not value or len(value) > longest:
            raise self.bad(f"give {name} in at most {longest} characters instead of {value!r}")
        return value

    def code(self, name: str) -> str:
        value = self.text(name, 30)
        if not re.fullmatch(r"[-\w]+", value, re.ASCII):
            raise self.bad(f"write {name} {value!r} in letters, digits and hyphens, such as bus-1")
        return value

    def parsed(self, name: str, parse: Callable[[str], T], like: str) -> T:
        try:
            return parse(self.values[name])
        except ValueError:
            raise self.bad(f"write {name} {self.values[name]!r} like {like}") from None

    def measures(self) -> dict[str, float | None]:
        found = {name: self._measure(name) for name in MEASURES if name in self.values}
        try:
            check_together(found)
        except BadSize as error:
            raise self.bad(str(error)) from None
        return found

    def _measure(self, name: str) -> float | None:
        if not self.values[name]:
            return None
        value = self.parsed(name, float, f"{getattr(MINIBUS_SIZE, name):g}")
        try:
            check_measure(name, value)
        except BadSize as error:
            raise self.bad(f"{name} {error}") from None
        return value

    def position(self) -> list[float]:
        lon, lat = self.parsed("lon", float, "-0.7305"), self.parsed("lat", float, "52.6703")
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise self.bad(f"lon {lon}, lat {lat} is not on the earth: lon comes first")
        return [lon, lat]

    def driver(self) -> dict[str, str] | None:
        name = self.values.get("driver", "")
        if name and not slugify(name):
            raise self.bad(f"write driver {name!r} in letters")
        return {"code": slugify(name)[:50], "name": name[:120]} if name else None

    def hours(self) -> tuple[str, str]:
        starts, ends = self.parsed("from", _time, "06:45"), self.parsed("to", _time, "14:30")
        if starts >= ends:
            raise self.bad(f"'from' {starts} must be before 'to' {ends}; a shift past midnight is two shifts")
        return starts, ends

    def breaks(self, place: str, starts: str, ends: str) -> list[dict[str, Any]]:
        given = [name for name in OPTIONAL[1:] if self.values.get(name)]
        if not given:
            return []
        if len(given) < 3:
            raise self.bad("a break needs break_from, break_to (when it may begin) and break_minutes")
        earliest, latest = self.parsed("break_from", _time, "09:00"), self.parsed("break_to", _time, "09:40")
        minutes = self.parsed("break_minutes", _minutes, "30")
        if not (starts <= earliest <= latest and _minute(latest) + minutes <= _minute(ends)):
            raise self.bad(f"a break of {minutes} min begun from {earliest} to {latest} must lie in the shift {starts} to {ends}")
        return [{"place": place, "earliest": earliest, "latest": latest, "duration_s": 60 * minutes}]


def _same(path: Path, given: Iterable[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each thing once, by its code. Raises BadFile where two rows say different things of the same."""
    known: dict[str, tuple[int, dict[str, Any]]] = {}
    for number, one in given:
        first, other = known.setdefault(one["code"], (number, one))
        if differing := [key for key in one if one[key] != other[key]]:
            here, there = ("empty" if of[differing[0]] is None else repr(of[differing[0]]) for of in (one, other))
            raise BadFile(path, f"row {number}", f"{differing[0]} of {one['code']} is {here} here and {there} in row {first}")
    return [one for _, one in known.values()]


def _not_at_once(path: Path, one: _Row, other: _Row) -> None:
    """Nobody and no vehicle in two shifts at the same time; no shift twice. Raises BadFile."""
    a, b = one.shift, other.shift
    where = f"row {other.number}"
    if a["code"] == b["code"]:
        raise BadFile(path, where, f"{b['name']} is the shift of row {one.number} already: give it another name")
    days = [day for day in a["days"] if day in b["days"]]
    if not days or a["to"] <= b["from"] or b["to"] <= a["from"]:
        return
    for who in ("vehicle", "driver"):
        if a[who] is not None and a[who] == b[who]:
            when = f"{a['from']} to {a['to']}, {', '.join(days)}"
            raise BadFile(path, where, f"{who} {b[who]} is in the shift of row {one.number} at the same time ({when})")


def _layouts(text: str) -> list[list[int]]:
    layouts = [[int(number) for number in one.split("+")] for one in text.split()]
    if not layouts or any(len(one) != 2 or min(one) < 0 or not 1 <= sum(one) <= MOST_SEATS for one in layouts):
        raise ValueError(text)
    return layouts


def _days(text: str) -> list[str]:
    days = {day for part in text.lower().replace(",", " ").split() for day in _span(part)}
    if not days:
        raise ValueError(text)
    return sorted(days, key=DAYS.index)


def _span(text: str) -> Iterator[str]:
    """`fri-sun` as its days; one that runs over the week's end goes on with Monday."""
    first, _, last = text.partition("-")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return (DAYS[(begin + i) % 7] for i in range((end - begin) % 7 + 1))


def _time(text: str) -> str:
    """As spreadsheets have it: 6:45, 06:45 or 06:45:00."""
    found = re.fullmatch(r"(\d{1,2}):(\d\d)(:00)?", text, re.ASCII)
    if found is None:
        raise ValueError(text)
    return f"{time(int(found[1]), int(found[2])):%H:%M}"


def _minutes(text: str) -> int:
    if not 1 <= int(text) <= 240:
        raise ValueError(text)
    return int(text)


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)
