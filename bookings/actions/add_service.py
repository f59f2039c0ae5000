from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point as Position
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from bookings.actions import describing
from bookings.actions.by_hand import last_import_of, told_stops
from bookings.actions.fleet_changes import FleetChanges, put_fleet
from bookings.actions.fleet_sizes import list_size_warnings, size_with
from bookings.actions.losses import check_losses
from bookings.actions.put_places import put_places
from bookings.actions.put_zones import check_fare_zones, put_forbidden
from bookings.actions.service_report import Report
from bookings.actions.service_warnings import list_warnings
from bookings.actions.sources_kept import kept_postcodes, kept_sources
from bookings.actions.standing import list_stop_warnings, standing_of
from bookings.actions.stop_changes import NO_CHANGES, put_stops
from bookings.models import LastImport, Operator, Place, PlaceKind, Service
from bookings.models.service import validate_zone
from bookings.open_data.osm_places import OsmPlace
from bookings.open_data.rules import USUAL, read_rules
from bookings.open_data.survey import Say, Sources, Survey, survey
from bookings.service_folder import Section, stored_area
from bookings.sources import CODE_POINT_OPEN, NAPTAN, SOURCES
from routing.travel.vehicle_size import VehicleSize

BRITISH_ZONE = "Europe/London"


class BadTerms(ValueError):
    """An option that can't be, or one that is missing; the message says which."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a service is called and goes by. What is None stays as it is, or is the usual for a new service."""

    slug: str
    name: str | None = None
    operator: str | None = None
    phone: str | None = None
    zone: str | None = None
    rules: Path | None = None
    change_shared: bool = False
    """Whether vehicles and drivers of the operator's other services may be changed."""
    accept_losses: bool = False
    """Whether it's meant that many roads, stops or postcodes go."""


def add_service(
    terms: Terms, sources: Sources, *, keep_roads: Callable[[VehicleSize], str], say: Say, dry_run: bool = False
) -> Report:
    """A service out of open data, made or brought up to date in one transaction, and what came of it.

    `keep_roads` puts the roads, as vehicles of a size may drive them, where the service will look for them, and gives the path
    for `Service.roads`. A dry run does everything but that, and writes nothing. Raises BadFile and BadTerms, and then nothing is
    written.
    """
    existing = Service.objects.filter(slug=terms.slug).first()
    described = _described(terms, sources, existing)
    operator = described.section("operator").get("slug", str) if described else existing.operator.slug if existing else ""
    kept = kept_sources(existing, sources)
    found = survey(sources, say, partial(size_with, service=existing, operator=operator), kept)
    roads = existing.roads if existing else ""
    if not dry_run:  # before the transaction, so that nobody waits for it
        say("keeping the roads")
        roads = keep_roads(found.roads.size)
    say("writing")
    with transaction.atomic():
        service = _put_service(terms, described, found, existing, roads)
        last = last_import_of(service)
        km_before = last.road_km
        changes = NO_CHANGES if "stops" in kept else put_stops(service, found.stops, last)
        if not terms.accept_losses:
            check_losses(service, found, last, changes)
        fleet = put_fleet(service, found.fleet, last, change_shared=terms.change_shared) if found.fleet else FleetChanges()
        places = put_places(service, [*kept_postcodes(service, kept), *_places(found)])
        standing = standing_of(service, found)
        vehicles = list(service.shift_patterns.values_list("vehicle", flat=True))
        warnings = (
            *found.warnings,
            *list_stop_warnings(standing, found),
            *list_size_warnings(service, found),
            *list_warnings(service),
        )
        _remember(last, found, fleet)
        if dry_run:
            transaction.set_rollback(True)
    say("looking who can walk to a stop")
    return Report(
        service, existing is None, dry_run, found, km_before, changes, places, standing, standing.coverage(service, found),
        fleet, len(set(vehicles)), len(vehicles), warnings,
    )  # fmt: skip


def _described(terms: Terms, sources: Sources, existing: Service | None) -> Section | None:
    """The service as a service.json would describe it; None where it stays as it is. Raises BadFile and BadTerms."""
    _check(terms, sources, existing)
    if existing and not terms.rules:
        return None
    rules = read_rules(terms.rules)
    service, operator = rules["service"], rules.get("operator", {})
    name = terms.name or service.get("name") or (existing.name if existing else terms.slug.replace("-", " ").title())
    zone = terms.zone or service.get("zone") or (existing.zone if existing else BRITISH_ZONE if sources.stops else None)
    if zone is None:
        raise BadTerms("give the time zone with --zone, such as Europe/Andorra")
    data = {
        **rules,
        "service": {**service, "slug": terms.slug, "name": name, "zone": zone},
        "operator": _operator(terms, operator, existing, name),
    }
    return Section(terms.rules or USUAL, "", data)


def _check(terms: Terms, sources: Sources, existing: Service | None) -> None:
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,50}", terms.slug):
        raise BadTerms(f"{terms.slug!r} can't be in an address: use letters, digits and hyphens, such as rutland")
    if not existing and not sources.fleet:
        raise BadTerms("a new service needs vehicles: give them with --fleet")
    for option, longest in (("name", 120), ("operator", 120), ("phone", 40)):
        if len(getattr(terms, option) or "") > longest:
            raise BadTerms(f"--{option}: write it in at most {longest} characters")
    if terms.zone is not None:
        try:
            validate_zone(terms.zone)
        except ValidationError as error:
            raise BadTerms(f"--zone: {error.messages[0]}") from None


def _operator(terms: Terms, given: dict[str, Any], existing: Service | None, name: str) -> dict[str, str]:
    """Slug, name and phone of the operator, who may run other services too."""
    if existing:
        known: Operator | None = existing.operator
    else:
        slug = given.get("slug") or slugify(terms.operator or given.get("name") or name)[:50] or terms.slug
        known = Operator.objects.filter(slug=slug).first()
    return {
        "slug": known.slug if known else slug,
        "name": terms.operator or given.get("name") or (known.name if known else name),
        "phone": terms.phone or given.get("phone") or (known.phone if known else ""),
    }


def _put_service(terms: Terms, described: Section | None, found: Survey, existing: Service | None, roads: str) -> Service:
    area = stored_area(found.area)
    if described:
        operator = describing.put_operator(described.section("operator"))
        service = describing.put_service(described, operator, area=area, roads=roads, sources=_origins(found, existing))
        describing.put_hours(described, service)
        describing.put_closures(described.section("holidays"), service)
        describing.put_special_hours(described.section("holidays"), service)
        put_forbidden(described, service)
        check_fare_zones(described, service)
        return service
    assert existing is not None
    service = Service.objects.select_for_update().get(pk=existing.pk)  # it took a while to read everything
    service.area, service.roads, service.sources = area, roads, _origins(found, service)
    service.name, service.zone = terms.name or service.name, terms.zone or service.zone
    service.save()
    operator = service.operator
    operator.name, operator.phone = terms.operator or operator.name, terms.phone or operator.phone
    operator.save()
    return service


def _origins(found: Survey, existing: Service | None) -> list[str]:
    """Whose data the service is made of now: what was kept is of whom it was before."""
    of = {"stops": NAPTAN, "postcodes": CODE_POINT_OPEN}
    kept = [of[each] for each in sorted(found.kept) if existing and of[each] in existing.sources]
    return [name for name in SOURCES if name in found.origins or name in kept]


def _remember(last: LastImport, found: Survey, fleet: FleetChanges) -> None:
    """Keep what the files said, so that the next import knows what people have changed since."""
    last.road_km = found.minibus.km
    if "stops" not in found.kept:
        last.stops = told_stops(found.stops)
    if found.fleet:
        last.shifts = fleet.told
    last.save()


def _places(found: Survey) -> list[Place]:
    """Everything that people may name, but stops, which have a table of their own."""
    rows = [_place(PlaceKind.POSTCODE, one.name.replace(" ", ""), one.name, one.settlement, one.point) for one in found.postcodes]
    rows += [_of_osm(PlaceKind.SETTLEMENT, place, place.kind, place.settlement) for place in found.settlements]
    rows += [_of_osm(PlaceKind.STREET, place, place.settlement) for place in found.streets]
    rows += [_of_osm(PlaceKind.LANDMARK, place, place.kind, place.settlement) for place in found.landmarks]
    return rows


def _of_osm(kind: PlaceKind, place: OsmPlace, *detail: str) -> Place:
    row = _place(kind, place.code, place.name, ", ".join(filter(None, detail)), place.position)
    row.other_names = list(place.other_names)
    return row


def _place(kind: PlaceKind, code: str, name: str, detail: str, point: tuple[float, float]) -> Place:
    return Place(kind=kind, code=code[:40], name=name[:160], detail=detail[:120], position=Position(*point, srid=4326))
