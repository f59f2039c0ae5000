"""The way that a shift has still to go: from where its bus is, over the calls to come, to its end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bookings.planner import Planner
from bookings.queries.manifests import Manifest, StopCall
from bookings.queries.rows import Place
from routing.model import Point


@dataclass(frozen=True, slots=True)
class Leg:
    """To a call, or to where the shift ends (None). `line` is what is driven; empty where the bus is there already."""

    call: StopCall | None
    place: Place
    line: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class WayAhead:
    """`start` is where the driver's reports put the bus last: at a call, or where the shift begins."""

    manifest: Manifest
    start: Place
    legs: tuple[Leg, ...]


def way_ahead(found: Manifest, *, planner: Planner) -> WayAhead:
    """The way ahead of a shift as its manifest stands; without legs where it need not go anywhere."""
    reached = [row.place for row in found.rows if row.done or row.arrived]
    start = reached[-1] if reached else found.start
    if not found.rows:
        return WayAhead(found, start, ())
    coming: list[StopCall | None] = [*(call for call in found.calls if not call.done), None]
    places = [call.place if call else found.end for call in coming]
    ways = zip(coming, pairwise([start, *places]), strict=True)
    return WayAhead(found, start, tuple(Leg(call, there, _line(here, there, planner)) for call, (here, there) in ways))


def _line(here: Place, there: Place, planner: Planner) -> tuple[Point, ...]:
    return tuple(planner.path(here.point, there.point)) if here.point != there.point else ()
