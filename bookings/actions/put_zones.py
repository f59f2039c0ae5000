from __future__ import annotations

from collections.abc import Sequence

from bookings.fares import read_tariff, unknown_zones
from bookings.files import BadFile
from bookings.models import ForbiddenTrip, Service, Zone
from bookings.open_data.zones import ZoneShape
from bookings.service_folder import Section, stored_area


def put_zones(zones: Sequence[ZoneShape], service: Service) -> None:
    """The zones of a service, made or brought up to date; those that are not among them go, and with them what they forbid."""
    for zone in zones:
        values = {"name": zone.name, "rank": zone.rank, "area": stored_area(zone.shape)}
        Zone.objects.update_or_create(service=service, code=zone.code, defaults=values)
    Zone.objects.filter(service=service).exclude(code__in=[zone.code for zone in zones]).delete()
    service.touch()


def check_fare_zones(top: Section, service: Service) -> None:
    """Raises BadFile for zones of the fares that the service doesn't have."""
    codes = Zone.objects.filter(service=service).values_list("code", flat=True)
    if unknown := unknown_zones(read_tariff(service.fares), codes):
        raise BadFile(top.file, "fares.table.pairs", f"there is no zone {unknown[0]}: use {', '.join(codes) or 'other fares'}")


def put_forbidden(top: Section, service: Service) -> None:
    """What `trips.forbidden` of a service.json says, in place of what was forbidden before; nothing where it's not told.

    Raises BadFile for zones that the service doesn't have.
    """
    if "trips" not in top.data or "forbidden" not in top.section("trips").data:
        return
    zones = {zone.code: zone for zone in Zone.objects.filter(service=service)}
    ForbiddenTrip.objects.filter(origin__service=service).delete()
    for section in top.section("trips").sections("forbidden"):
        ForbiddenTrip.objects.update_or_create(
            origin=section.chosen("from", zones),
            destination=section.chosen("to", zones),
            defaults={
                "both_ways": section.get("both_ways", bool) if "both_ways" in section.data else True,
                "why": section.get("why", str)[:120] if "why" in section.data else "",
            },
        )
    service.touch()
