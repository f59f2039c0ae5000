"""Which zone a place is in, and between which zones trips go: kept in memory, and asked of two points at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import shapely

from bookings.models import ForbiddenTrip, Service, Zone
from routing.model import Point

GAP = 0.0005
"""Degrees, some 30 to 50 m: zones that were drawn with such a gap between them touch."""


@dataclass(frozen=True, slots=True)
class KnownZone:
    """A zone as rules and fares know it."""

    code: str
    name: str
    shape: shapely.MultiPolygon = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """The zones of a service; where they overlap, the first one counts."""

    zones: tuple[KnownZone, ...] = ()
    forbidden: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Why nobody is taken from one to another, by their codes; "" where no reason is known."""
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Which zones touch or overlap which, by their codes."""

    def find(self, point: Point) -> KnownZone | None:
        """The zone that a place is in, borders included; None outside all of them."""
        return next((zone for zone in self.zones if shapely.intersects_xy(zone.shape, point.lon, point.lat)), None)

    def count_passed(self, origin: KnownZone, destination: KnownZone) -> int | None:
        """The fewest zones that one passes through, both ends' included; None where no way leads through zones alone."""
        seen, reached, count = {origin.code}, {origin.code}, 1
        while reached:
            if destination.code in reached:
                return count
            reached = {code for each in reached for code in self.beside.get(each, ())} - seen
            seen |= reached
            count += 1
        return None

    def find_ban(self, origin: KnownZone | None, destination: KnownZone | None) -> str | None:
        """Why nobody is taken from one zone to another, or ""; None where they are."""
        return self.forbidden.get((origin.code, destination.code)) if origin and destination else None


def read_zones(service: Service) -> ZoneMap:
    """The zones of a service as they are in the database."""
    rows = list(Zone.objects.filter(service=service))
    forbidden = {}
    for trip in ForbiddenTrip.objects.filter(origin__service=service).select_related("origin", "destination") if rows else ():
        pair = trip.origin.code, trip.destination.code
        for each in (pair, pair[::-1]) if trip.both_ways else (pair,):
            forbidden[each] = trip.why
    zones = tuple(KnownZone(row.code, row.name, shapely.from_wkb(bytes(row.area.wkb))) for row in rows)
    return ZoneMap(zones, forbidden, _beside(zones))


def _beside(zones: Sequence[KnownZone]) -> dict[str, frozenset[str]]:
    shapes = [zone.shape for zone in zones]
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=GAP) if shapes else ()
    found: dict[str, set[str]] = {zone.code: set() for zone in zones}
    for a, b in zip(*pairs, strict=True):
        found[zones[a].code].add(zones[b].code)
    return {code: frozenset(codes - {code}) for code, codes in found.items()}
