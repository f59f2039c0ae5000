"""What people have changed since the last import, which a newer one leaves as they set it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bookings.models import LastImport, Service, ShiftPattern, Stop
from bookings.open_data.values import OpenStop
from routing.model import Point

Told = dict[str, Any]
"""Values as JSON has them."""
SAME_DEGREES = 1e-6
"""About a tenth of a metre: forms show no more digits, so whoever saves another field saves these."""
TEXTS = ("name", "settlement", "atco_code", "bearing")
PATTERN = ("name", "vehicle", "driver", "weekdays", "starts", "ends", "start_name", "end_name", "breaks")


@dataclass(frozen=True, slots=True)
class Merged:
    """The stops of a file as they are to be written, without those deactivated by hand; sentences on what stays otherwise."""

    stops: tuple[OpenStop, ...]
    by_hand: tuple[str, ...]


def last_import_of(service: Service) -> LastImport:
    return LastImport.objects.filter(service=service).first() or LastImport(service=service)


def merge_stops(rows: Iterable[Stop], stops: Sequence[OpenStop], last: Mapping[str, Told] | None) -> Merged:
    """The stops of a newer file, with what people have changed since the last one in place of what it says."""
    known = {row.code: row for row in rows}
    merged, by_hand = [], []
    for stop in stops:
        row, told = known.get(stop.code), (last or {}).get(stop.code)
        if row is None or told is None:
            merged.append(stop)
        elif not row.active:
            by_hand.append(f"{stop}: stays inactive")
        else:
            ours = _with_changes(stop, row, told)
            merged.append(ours)
            by_hand += [f"{stop}: {what}" for what in _differences(stop, ours)]
    return Merged(tuple(merged), tuple(by_hand))


def told_stops(stops: Iterable[OpenStop]) -> dict[str, Told]:
    return {stop.code: _told_stop(stop) for stop in stops}


def _told_stop(stop: OpenStop) -> Told:
    told: Told = {name: getattr(stop, name) for name in TEXTS}
    return {**told, "point": [stop.point.lon, stop.point.lat]}


def _with_changes(stop: OpenStop, row: Stop, told: Told) -> OpenStop:
    changed: Told = {name: getattr(row, name) for name in TEXTS if getattr(row, name) != told[name]}
    if any(abs(now - then) > SAME_DEGREES for now, then in zip(row.point, told["point"], strict=True)):
        changed["point"] = Point(*row.point)
    return replace(stop, **changed)


def _differences(stop: OpenStop, ours: OpenStop) -> list[str]:
    theirs, kept = _told_stop(stop), _told_stop(ours)
    other = [name for name in kept if kept[name] != theirs[name]]
    return [f"{_called(name)} stays {_said(kept[name])}, and not {_said(theirs[name])}" for name in other]


def _called(name: str) -> str:
    return {"point": "position", "atco_code": "ATCO code"}.get(name, name)


def _said(value: object) -> str:
    if value is None or value == "":
        return "none"
    return ", ".join(f"{part:.5f}" for part in value) if isinstance(value, list) else str(value)


def told_pattern(values: Mapping[str, Any]) -> Told:
    """A pattern of shifts, from the values of its columns."""
    told = {name: values[name] for name in PATTERN}
    for name in ("vehicle", "driver"):
        told[name] = values[name].code if values[name] else None
    for name in ("starts", "ends"):
        told[name] = f"{values[name]:%H:%M:%S}"
    for name in ("start", "end"):
        told[name] = [round(part, 6) for part in values[f"{name}_position"].coords]
    return told


def told_patterns(service: Service) -> dict[str, Told]:
    """Those that a service has, by code."""
    rows = service.shift_patterns.select_related("vehicle", "driver")
    return {row.code: told_pattern({name: getattr(row, name) for name in _columns()}) for row in rows}


def _columns() -> list[str]:
    return [field.name for field in ShiftPattern._meta.concrete_fields]


def patterns_by_hand(now: Mapping[str, Told], last: Mapping[str, Told] | None) -> frozenset[str]:
    """Codes of the patterns that people have made or changed since the last import; none where nothing is known of that."""
    return frozenset() if last is None else frozenset(code for code, told in now.items() if told != last.get(code))
