"""Which zone a place is in, and between which zones trips go: kept in memory, and asked of two points at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import shapely

from bookings.models import ForbiddenTrip, Service, Zone
from routing.model import Point


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

    def find(self, point: Point) -> KnownZone | None:
        """The zone that a place is in, borders included; None outside all of them."""
        return next((zone for zone in self.zones if shapely.intersects_xy(zone.shape, point.lon, point.lat)), None)

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
    return ZoneMap(tuple(KnownZone(row.code, row.name, shapely.from_wkb(bytes(row.area.wkb))) for row in rows), forbidden)
