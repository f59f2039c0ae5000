"""What a newer file of stops changes in those that a service has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bookings.models import Service, Stop
from bookings.open_data.values import OpenStop
from routing.travel.sphere import distance_m

MOVED_M = 10
"""Stops that are nearer to where they were have not moved."""

OF_OSM = "osm-"


class Moved(NamedTuple):
    stop: str
    metres: int


class Renamed(NamedTuple):
    stop: str
    was: str


@dataclass(frozen=True, slots=True)
class StopChanges:
    """Stops by code and name: new, gone (kept, but inactive), moved, renamed; `back` were inactive."""

    new: tuple[str, ...]
    back: tuple[str, ...]
    gone: tuple[str, ...]
    moved: tuple[Moved, ...]
    renamed: tuple[Renamed, ...]


NO_CHANGES = StopChanges((), (), (), (), ())


def stop_changes(service: Service, stops: Iterable[OpenStop]) -> StopChanges:
    """What would change; nothing is written. Stops that didn't come from open data are left alone."""
    known = {row.code: row for row in service.stops.all()}
    wanted = {stop.code: stop for stop in stops}
    both = [(stop, known[code]) for code, stop in wanted.items() if code in known]
    metres = {stop.code: round(distance_m(stop.point, row.point)) for stop, row in both}
    return StopChanges(
        new=tuple(str(stop) for code, stop in wanted.items() if code not in known),
        back=tuple(str(stop) for stop, row in both if not row.active),
        gone=tuple(f"{row.code} {row}" for row in known.values() if _is_gone(row, wanted)),
        moved=tuple(Moved(str(stop), metres[stop.code]) for stop, _ in both if metres[stop.code] > MOVED_M),
        renamed=tuple(Renamed(str(stop), row.name) for stop, row in both if stop.name != row.name),
    )


def retire_gone(service: Service, stops: Iterable[OpenStop]) -> None:
    """Make those inactive that came from open data and are not among these."""
    wanted = {stop.code for stop in stops}
    gone = [row.pk for row in service.stops.filter(active=True) if _is_gone(row, wanted)]
    service.stops.filter(pk__in=gone).update(active=False)


def _is_gone(row: Stop, wanted: Iterable[str]) -> bool:
    open_data = bool(row.atco_code) or row.code.startswith(OF_OSM)
    return row.active and open_data and row.code not in wanted
