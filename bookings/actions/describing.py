"""The rows of a service that is described as service.json does: made, or brought up to date. Everything raises BadFile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point as Position
from django.core.exceptions import ValidationError

from bookings.actions.describing_rules import describe_rules
from bookings.fares import UnfitFares, read_tariff
from bookings.files import BadFile
from bookings.models import Closure, Driver, Operator, Service, ServiceHours, ShiftPattern, SpecialHours, Stop, Vehicle
from bookings.models.fleet import validate_layouts
from bookings.models.service import validate_speeds, validate_zone
from bookings.service_folder import Section, StopRow, measures_of, position_of
from routing.travel.vehicle_size import BadSize, check_together

OPTIONAL = (
    *("door_s", "dog_seats", "pram_seats", "luggage_seats"),
    *("waitlist_s", "late_cancel_s", "strikes_days", "strikes_warn", "strikes_suspend", "suspension_days"),
)
"""What a service.json may say under `booking`; what it leaves out is as it was, or as is usual."""


class Spot(NamedTuple):
    """A depot or a stop, where shifts begin, end and pause."""

    name: str
    position: Position


def put_operator(section: Section) -> Operator:
    operator, _ = Operator.objects.update_or_create(
        slug=section.get("slug", str), defaults={"name": section.get("name", str), "phone": section.get("phone", str)}
    )
    return operator


def put_service(top: Section, operator: Operator, **values: object) -> Service:
    section, booking, promises = top.section("service"), top.section("booking"), top.section("promises")
    window_s = promises.amount("pickup_window_s")
    described: dict[str, Any] = {
        **values,
        "operator": operator,
        "name": section.get("name", str),
        "description": section.get("description", str),
        "zone": _zone(section),
        "horizon_days": booking.amount("opens_days"),
        "notice_s": booking.amount("closes_s"),
        "walk_limit_m": booking.amount("walk_limit_m"),
        "walk_circuity": booking.measure("walk_circuity"),
        "walk_speed_mps": booking.measure("walk_speed_m_s"),
        "offer_ttl_s": booking.amount("offer_expiry_s"),
        "hold_s": booking.amount("hold_s"),
        "max_offers": booking.amount("max_offers"),
        "max_party": booking.amount("max_party"),
        "max_wheelchairs": booking.amount("max_wheelchairs"),
        "boarding_s": booking.amount("boarding_s"),
        "alighting_s": booking.amount("alighting_s"),
        "wheelchair_boarding_s": booking.amount("wheelchair_boarding_s"),
        "wheelchair_alighting_s": booking.amount("wheelchair_alighting_s"),
        **{name: booking.amount(name) for name in OPTIONAL if name in booking.data},
        **describe_rules(top),
        "pickup_before_s": window_s // 3,
        "pickup_after_s": window_s - window_s // 3,
        "search_before_s": promises.amount("search_before_s"),
        "search_after_s": promises.amount("search_after_s"),
        "max_detour_s": promises.amount("max_detour_s"),
        "detour_alpha": promises.measure("alpha"),
        "detour_beta_s": promises.amount("beta_s"),
        "min_detour_s": promises.amount("min_detour_s"),
        "fares": _fares(top),
        "speeds": _speeds(top),
    }
    _check_service(top, section.get("slug", str), described)
    service, _ = Service.objects.update_or_create(slug=section.get("slug", str), defaults=described)
    return service


def _check_service(top: Section, slug: str, described: dict[str, Any]) -> None:
    """Raises BadFile for what no column takes: a number too large, a name too long."""
    try:
        Service(slug=slug, **described).clean_fields(exclude=["area", "roads", "fares"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise BadFile(top.file, name, messages[0]) from None


def _zone(section: Section) -> str:
    zone = section.get("zone", str)
    try:
        validate_zone(zone)
    except ValidationError as error:
        raise BadFile(section.file, f"{section.where}.zone", error.messages[0]) from None
    return zone


def _fares(top: Section) -> object:
    fares = top.get("fares", object)
    try:
        read_tariff(fares)
    except UnfitFares as error:
        raise BadFile(top.file, "fares", str(error)) from None
    return fares


def _speeds(top: Section) -> object:
    speeds = top.data.get("speeds", {})
    try:
        validate_speeds(speeds)
    except ValidationError as error:
        raise BadFile(top.file, "speeds", error.messages[0]) from None
    return speeds


def put_hours(top: Section, service: Service) -> None:
    service.hours.all().delete()
    seen: set[int] = set()
    for section in top.sections("hours"):
        opens, closes = section.time("from"), section.time("to")
        if closes <= opens:
            raise BadFile(section.file, section.where, "'from' must be before 'to'")
        for weekday in section.weekdays():
            if weekday in seen:
                raise BadFile(section.file, f"{section.where}.days", "name each day in one entry only")
            seen.add(weekday)
            ServiceHours.objects.create(service=service, weekday=weekday, opens=opens, closes=closes)


def put_closures(section: Section, service: Service) -> None:
    service.closures.all().delete()
    dates = sorted(set(section.dates("closed")))
    Closure.objects.bulk_create(Closure(service=service, date=date, reason="it is a public holiday") for date in dates)


def put_special_hours(section: Section, service: Service) -> None:
    """Other hours on some dates, in place of those before; nothing where the file doesn't tell."""
    if "hours" not in section.data:
        return
    service.special_hours.all().delete()
    for each in section.sections("hours"):
        opens, closes = each.time("from"), each.time("to")
        if closes <= opens:
            raise BadFile(each.file, each.where, "'from' must be before 'to'")
        told = {"opens": opens, "closes": closes, "reason": each.get("why", str)[:200] if "why" in each.data else ""}
        for date in each.dates("dates"):
            SpecialHours.objects.update_or_create(service=service, date=date, defaults=told)


def put_stops(rows: list[StopRow], service: Service) -> None:
    """Stops made, or brought up to date; what a row doesn't tell of the details of its stop stays as it is."""
    by_details: dict[tuple[str, ...], list[StopRow]] = defaultdict(list)
    for row in rows:
        by_details[tuple(row.details)].append(row)
    for details, those in by_details.items():
        Stop.objects.bulk_create(
            [
                Stop(
                    service=service,
                    code=row.code,
                    name=row.name,
                    settlement=row.settlement,
                    position=row.position,
                    atco_code=row.atco_code,
                    bearing=row.bearing,
                    **row.details,
                )
                for row in those
            ],
            update_conflicts=True,
            unique_fields=["service", "code"],
            update_fields=["name", "settlement", "position", "atco_code", "bearing", "active", *details],
        )


def list_spots(top: Section, stops: list[StopRow]) -> dict[str, Spot]:
    spots = {row.code: Spot(f"{row.settlement}, {row.name}" if row.settlement else row.name, row.position) for row in stops}
    for section in top.sections("depots"):
        spots[section.get("code", str)] = Spot(section.get("name", str), position_of(section, "point"))
    return spots


def put_fleet(top: Section, service: Service, spots: dict[str, Spot], by_hand: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """Vehicles, drivers and patterns of shifts; those patterns stay as they are that have codes `by_hand`.

    Gives the patterns as described: values of columns, by code.
    """
    vehicles = {section.get("code", str): _vehicle(section, service.operator) for section in top.sections("vehicles")}
    drivers = {section.get("code", str): _driver(section, service.operator) for section in top.sections("drivers")}
    found: dict[str, dict[str, Any]] = {}
    for section in top.sections("shifts"):
        start, end = section.chosen("start", spots), section.chosen("end", spots)
        starts, ends = section.time("from"), section.time("to")
        if ends <= starts:
            raise BadFile(section.file, section.where, "'from' must be before 'to'")
        found[section.get("code", str)] = {
            "name": section.get("name", str),
            "vehicle": section.chosen("vehicle", vehicles),
            "driver": section.chosen("driver", drivers) if section.data.get("driver") else None,
            "weekdays": section.weekdays(),
            "starts": starts,
            "ends": ends,
            "start_name": start.name,
            "start_position": start.position,
            "end_name": end.name,
            "end_position": end.position,
            "breaks": [_break(pause, spots) for pause in section.sections("breaks")],
        }
    for code, values in found.items():
        if code not in by_hand:
            ShiftPattern.objects.update_or_create(service=service, code=code, defaults=values)
    service.shift_patterns.exclude(code__in=[*found, *by_hand]).delete()
    return found


def _vehicle(section: Section, operator: Operator) -> Vehicle:
    """A vehicle; what its section doesn't tell of its size stays as it is."""
    code, layouts, measures = section.get("code", str), section.get("layouts", list), measures_of(section)
    known = Vehicle.objects.filter(operator=operator, code=code).first()
    try:
        validate_layouts(layouts)
        check_together({**(known.measures if known else {}), **measures})
    except ValidationError as error:
        raise BadFile(section.file, f"{section.where}.layouts", error.messages[0]) from None
    except BadSize as error:
        raise BadFile(section.file, section.where, str(error)) from None
    told = {"name": section.get("name", str), "registration": section.get("registration", str), "layouts": layouts}
    vehicle, _ = Vehicle.objects.update_or_create(operator=operator, code=code, defaults={**told, **measures})
    return vehicle


def _driver(section: Section, operator: Operator) -> Driver:
    """A driver; a telephone number that isn't told stays as it is."""
    told = {name: section.get(name, str) for name in ("name", "phone") if name == "name" or name in section.data}
    driver, _ = Driver.objects.update_or_create(operator=operator, code=section.get("code", str), defaults=told)
    return driver


def _break(section: Section, spots: dict[str, Spot]) -> dict[str, object]:
    spot = section.chosen("place", spots)
    earliest, latest = section.time("earliest"), section.time("latest")
    if latest < earliest:
        raise BadFile(section.file, section.where, "'earliest' must not be after 'latest'")
    return {
        "earliest": f"{earliest:%H:%M}",
        "latest": f"{latest:%H:%M}",
        "duration_s": section.get("duration_s", int),
        "name": spot.name,
        "lon": spot.position.x,
        "lat": spot.position.y,
    }
