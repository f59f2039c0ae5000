"""What an update leaves as it is, since nobody handed in other: stops and postcodes that came from files of their own."""

from __future__ import annotations

from bookings.actions.stop_changes import OF_OSM
from bookings.models import Place, PlaceKind, Service
from bookings.open_data.survey import Sources


def kept_sources(service: Service | None, sources: Sources) -> frozenset[str]:
    """Which of `stops` and `postcodes` stay. Those that came from the extract are read anew from the newer one."""
    if service is None:
        return frozenset()
    stops, postcodes = service.stops.filter(active=True), service.places.filter(kind=PlaceKind.POSTCODE)
    had = {
        "stops": stops.exists() and not stops.filter(code__startswith=OF_OSM).exists(),
        "postcodes": postcodes.exists(),
    }
    given = {"stops": bool(sources.stops), "postcodes": bool(sources.postcodes)}
    return frozenset(name for name in had if had[name] and not given[name] and name not in sources.of_extract)


def kept_postcodes(service: Service, kept: frozenset[str]) -> list[Place]:
    return list(service.places.filter(kind=PlaceKind.POSTCODE)) if "postcodes" in kept else []
