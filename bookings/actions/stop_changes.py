"""What a newer file of stops changes in those that a service has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.gis.geos import Point as Position

from bookings.actions import describing
from bookings.actions.by_hand import Merged, merge_stops
from bookings.models import LastImport, Service, Stop
from bookings.open_data.values import OpenStop
from bookings.service_folder import StopRow
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
    """Stops by code and name: new, gone (kept, but inactive), moved, renamed, turned; `back` were inactive.

    `by_hand` are sentences on what stays as people set it; `had` is how many of open data there were.
    """

    new: tuple[str, ...]
    back: tuple[str, ...]
    gone: tuple[str, ...]
    moved: tuple[Moved, ...]
    renamed: tuple[Renamed, ...]
    turned: tuple[str, ...]
    by_hand: tuple[str, ...] = ()
    had: int = 0


NO_CHANGES = StopChanges((), (), (), (), (), ())


def put_stops(service: Service, stops: Sequence[OpenStop], last: LastImport) -> StopChanges:
    """Write the stops of a newer file, but for what people have changed since the last one; gives what changed.

    Stops that didn't come from open data are left alone.
    """
    rows = list(service.stops.all())
    merged = merge_stops(rows, stops, last.stops)
    imported = [row for row in rows if row.active and _is_imported(row, last.stops)]
    gone = [row for row in imported if row.code not in {stop.code for stop in stops}]
    changes = _changes({row.code: row for row in rows}, merged, gone, len(imported))
    describing.put_stops([_row(stop) for stop in merged.stops], service)
    service.stops.filter(pk__in=[row.pk for row in gone]).update(active=False)
    return changes


def _changes(known: Mapping[str, Stop], merged: Merged, gone: Sequence[Stop], had: int) -> StopChanges:
    wanted = {stop.code: stop for stop in merged.stops}
    both = [(stop, known[code]) for code, stop in wanted.items() if code in known]
    metres = {stop.code: round(distance_m(stop.point, row.point)) for stop, row in both}
    return StopChanges(
        new=tuple(str(stop) for code, stop in wanted.items() if code not in known),
        back=tuple(str(stop) for stop, row in both if not row.active),
        gone=tuple(f"{row.code} {row}" for row in gone),
        moved=tuple(Moved(str(stop), metres[stop.code]) for stop, _ in both if metres[stop.code] > MOVED_M),
        renamed=tuple(Renamed(str(stop), row.name) for stop, row in both if stop.name != row.name),
        turned=tuple(_turned(stop, row) for stop, row in both if stop.bearing != row.bearing),
        by_hand=merged.by_hand,
        had=had,
    )


def _turned(stop: OpenStop, row: Stop) -> str:
    now, was = ("either side" if bearing is None else f"{bearing}°" for bearing in (stop.bearing, row.bearing))
    return f"{stop}: {now}, was {was}"


def _is_imported(row: Stop, last: Collection[str] | None) -> bool:
    """Whether a stop came with the last import; where nothing is known of that, whether it looks like it."""
    return row.code in last if last is not None else bool(row.atco_code) or row.code.startswith(OF_OSM)


def _row(stop: OpenStop) -> StopRow:
    told = {"wheelchair": stop.wheelchair, "public_code": stop.public_code or None}
    details = {name: value for name, value in told.items() if value is not None}
    return StopRow(stop.code, stop.name, stop.settlement, Position(*stop.point, srid=4326), stop.atco_code, stop.bearing, details)
