"""What a service stands on once an import is through: all its stops, whoever made them, and who can walk to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely

from bookings.gazetteer.addresses import addresses_of
from bookings.models import PlaceKind, Service, Stop
from bookings.open_data.choosing import FAR_M
from bookings.open_data.coverage import Address, Coverage, OnFoot, coverage
from bookings.open_data.roads import metres_from
from bookings.open_data.survey import Survey
from routing.model import Point
from routing.travel.walking import Walking

FEW = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """Active stops by code and addresses, read within the transaction; `others` are stops that no file of this import has."""

    stops: dict[str, Point]
    others: tuple[Stop, ...]
    addresses: tuple[Address, ...]
    postcodes: int

    def coverage(self, service: Service, found: Survey) -> Coverage:
        walking = Walking(service.walk_circuity, service.walk_speed_mps)
        return coverage(self.addresses, self.stops, OnFoot(walking, service.walk_limit_m, found.footways))


def standing_of(service: Service, found: Survey) -> Standing:
    rows = list(service.stops.filter(active=True))
    read = {stop.code for stop in found.stops}
    return Standing(
        {row.code: row.point for row in rows},
        tuple(row for row in rows if row.code not in read),
        tuple(addresses_of(service)),
        service.places.filter(kind=PlaceKind.POSTCODE).count(),
    )


def list_stop_warnings(standing: Standing, found: Survey) -> Iterator[str]:
    """Sentences on stops that weren't looked at when the files were read: virtual, made by hand, or kept as they were."""
    others = standing.others
    inside = shapely.intersects_xy(found.area, [row.point.lon for row in others], [row.point.lat for row in others]).tolist()
    if outside := [row for row, within in zip(others, inside, strict=True) if not within]:
        yield f"outside the area, and kept: {_named(outside)}; deactivate them, or draw the area around them"
    far = metres_from(found.minibus.main, [row.point for row in others]).tolist()
    if off := [row for row, metres, within in zip(others, far, inside, strict=True) if within and metres > FAR_M]:
        yield f"more than {FAR_M} m from the roads of {found.roads.file.name}: {_named(off)}; no vehicle gets there"


def _named(rows: Sequence[Stop]) -> str:
    few = ", ".join(f"{row.code} {row}" for row in rows[:FEW])
    more = f" and {len(rows) - FEW} more" if len(rows) > FEW else ""
    return f"{len(rows)} {'stop' if len(rows) == 1 else 'stops'} ({few}{more})"
