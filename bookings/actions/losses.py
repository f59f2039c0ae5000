"""Files that are not whole look like files of less: what an update would take away is held against what there was."""

from __future__ import annotations

from bookings.actions.stop_changes import OF_OSM, StopChanges
from bookings.files import BadFile
from bookings.models import LastImport, PlaceKind, Service
from bookings.open_data.survey import Survey

MOST = 0.1
"""A larger share of roads, stops or postcodes doesn't go from one year to the next."""
MEANT = "is it whole, and of this area? Where so much less is meant, give --accept-losses"


def check_losses(service: Service, found: Survey, last: LastImport, changes: StopChanges) -> None:
    """Called before places are written. Raises BadFile."""
    sources = found.sources
    if last.road_km and found.minibus.km < (1 - MOST) * last.road_km:  # whatever vehicles the service has by now
        told = f"{found.minibus.km:,.0f} km of roads, where there were {last.road_km:,.0f} km"
        raise BadFile(sources.roads, "the file", f"{told}: {MEANT}")
    if (lost := _stops(found, changes)) > MOST * changes.had:
        raise BadFile((sources.stops or (sources.roads,))[0], "its stops", f"{lost} of {changes.had} stops would go: {MEANT}")
    if sources.postcodes:
        had = set(service.places.filter(kind=PlaceKind.POSTCODE).values_list("code", flat=True))
        gone = len(had - {one.name.replace(" ", "") for one in found.postcodes})
        if gone > MOST * len(had):
            raise BadFile(sources.postcodes[0], "its postcodes", f"{gone} of {len(had)} postcodes would go: {MEANT}")


def _stops(found: Survey, changes: StopChanges) -> int:
    """How many go. From one source to another all do: then how many fewer there are, or none where that was asked for."""
    came = (*changes.new, *changes.back)
    if not came or {stop.startswith(OF_OSM) for stop in changes.gone} == {stop.startswith(OF_OSM) for stop in came}:
        return len(changes.gone)
    return 0 if "stops" in found.sources.of_extract else len(changes.gone) - len(came)
