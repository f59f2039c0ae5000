"""A fleet file taken over: what it changes, what stays as people set it, and what other services of the operator drive with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bookings.actions import describing
from bookings.actions.by_hand import Told, patterns_by_hand, told_pattern, told_patterns
from bookings.files import BadFile
from bookings.models import Driver, LastImport, Service, ShiftPattern, Vehicle
from bookings.open_data.fleet import Fleet
from bookings.service_folder import Section
from routing.travel.vehicle_size import MEASURES

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
COLUMNS: Mapping[type[Vehicle] | type[Driver], tuple[str, ...]] = {
    Vehicle: ("name", "registration", "layouts", *MEASURES),
    Driver: ("name", "phone"),
}


@dataclass(frozen=True, slots=True)
class FleetChanges:
    """Sentences on what changed; `told` are the patterns as the file has them, for the next time."""

    vehicles: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    told: Mapping[str, Told] = field(default_factory=dict)


def put_fleet(service: Service, fleet: Fleet, last: LastImport, *, change_shared: bool) -> FleetChanges:
    """Write a fleet file, but for the patterns that people have made or changed since the last one.

    Raises BadFile where it would change what other services of the operator drive with, unless it's `change_shared`, and where
    a vehicle or a driver would be in two shifts at the same time.
    """
    top = Section(fleet.file, "", fleet.described)
    patterns, vehicles, drivers = told_patterns(service), _rows(Vehicle, service), _rows(Driver, service)
    by_hand = patterns_by_hand(patterns, last.shifts)
    described = describing.put_fleet(top, service, describing.list_spots(top, []), by_hand)
    told = {code: told_pattern(values) for code, values in described.items()}
    changes = {"vehicle": _changes(vehicles, _rows(Vehicle, service)), "driver": _changes(drivers, _rows(Driver, service))}
    if not change_shared:
        for what, changed in changes.items():
            _check_shared(fleet, service, what, changed)
    _check_overlaps(fleet, service, told)
    now = told_patterns(service)
    both = [code for code in now if code in patterns and now[code] != patterns[code]]
    return FleetChanges(
        vehicles=_sentences(changes["vehicle"]),
        drivers=_sentences(changes["driver"]),
        new=tuple(now[code]["name"] for code in now if code not in patterns),
        changed=tuple(f"{now[code]['name']}: {'; '.join(_list(now[code], patterns[code]))}" for code in both),
        gone=tuple(patterns[code]["name"] for code in patterns if code not in now),
        by_hand=tuple(_kept(patterns, told, by_hand)),
        told=told,
    )


def _rows(model: type[Vehicle] | type[Driver], service: Service) -> dict[str, dict[str, Any]]:
    rows = model._default_manager.filter(operator=service.operator).values("code", *COLUMNS[model])
    return {row.pop("code"): row for row in rows}


def _changes(before: Mapping[str, Told], now: Mapping[str, Told]) -> dict[str, list[str]]:
    """By code, what is other than it was."""
    return {code: _list(now[code], was) for code, was in before.items() if now[code] != was}


def _list(now: Told, was: Told) -> list[str]:
    return [f"{name} {_said(now[name])}, was {_said(was[name])}" for name in now if now[name] != was[name]]


def _sentences(changed: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(f"{code}: {'; '.join(each)}" for code, each in changed.items())


def _said(value: Any) -> str:
    if value is None or value in ("", []):
        return "none"
    if isinstance(value, list) and isinstance(value[0], list):
        return " ".join("+".join(map(str, each)) for each in value)
    if isinstance(value, list) and isinstance(value[0], dict):
        return ", ".join(f"{each['earliest']} to {each['latest']}" for each in value)
    if isinstance(value, list) and isinstance(value[0], int):
        return " ".join(DAYS[day] for day in value)
    return str(value)


def _kept(patterns: Mapping[str, Told], told: Mapping[str, Told], by_hand: frozenset[str]) -> Iterator[str]:
    for code in sorted(by_hand):
        if code not in told:
            yield f"{patterns[code]['name']}: stays, though the file has no such shift"
        elif patterns[code] != told[code]:
            yield f"{patterns[code]['name']}: stays as it was set, the file has {'; '.join(_list(told[code], patterns[code]))}"


def _check_shared(fleet: Fleet, service: Service, what: str, changed: Mapping[str, list[str]]) -> None:
    """Raises BadFile where another service drives with what would be changed."""
    for code, each in changed.items():
        elsewhere = ShiftPattern.objects.filter(**{f"{what}__operator": service.operator, f"{what}__code": code})
        if other := elsewhere.exclude(service=service).select_related("service").first():
            remedy = f"give another code to this one, or --change-shared if it is the same {what}"
            raise BadFile(fleet.file, f"{what} {code}", f"it is a {what} of {other.service} too ({'; '.join(each)}): {remedy}")


def _check_overlaps(fleet: Fleet, service: Service, told: Mapping[str, Told]) -> None:
    """Raises BadFile where a vehicle or a driver of the file is in another shift at the same time, in whichever service."""
    rows = list(ShiftPattern.objects.filter(service__operator=service.operator).select_related("service", "vehicle", "driver"))
    mine = [row for row in rows if row.service_id == service.pk and row.code in told]
    for one in mine:
        for other in rows:
            days = [day for day in one.weekdays if day in other.weekdays]
            if one.pk == other.pk or not days or one.ends <= other.starts or other.ends <= one.starts:
                continue
            for what in ("vehicle", "driver"):
                row = getattr(one, what)
                if row and row == getattr(other, what):
                    when = f"{other.starts:%H:%M} to {other.ends:%H:%M}, {_said(days)}"
                    told_of = f"{what} {row.code} is in {other.name} of {other.service} at the same time ({when})"
                    raise BadFile(fleet.file, f"shift {one.name}", f"{told_of}: give it another {what}, or other hours")
