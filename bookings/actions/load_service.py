from __future__ import annotations

from pathlib import Path

from django.db import transaction

from bookings.actions import describing
from bookings.models import Service
from bookings.service_folder import read_area, read_service_json, read_stops


def load_service(folder: Path) -> Service:
    """The service that a folder describes, made or brought up to date, in one transaction.

    Days that are open already keep their shifts; stops that the folder has no more become inactive. Raises BadFile.
    """
    top, area = read_service_json(folder), read_area(folder)
    stops = read_stops(folder, area)
    with transaction.atomic():
        operator = describing.put_operator(top.section("operator"))
        service = describing.put_service(top, operator, area=area, roads=f"{folder.name}/roads.geojson")
        describing.put_hours(top, service)
        describing.put_closures(top.section("holidays"), service)
        describing.put_stops(stops, service)
        service.stops.exclude(code__in=[row.code for row in stops]).update(active=False)
        describing.put_fleet(top, service, describing.list_spots(top, stops))
    service.refresh_from_db()
    return service
