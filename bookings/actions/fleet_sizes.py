"""How large the vehicles of a service are, and what an operator should know of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bookings.files import BadFile
from bookings.models import Service, Vehicle
from bookings.models.fleet import booked_fleet, fleet_of, fleet_size
from bookings.open_data.choosing import FAR_M
from bookings.open_data.fleet import Fleet
from bookings.open_data.roads import metres_from
from bookings.open_data.survey import Survey
from bookings.open_data.values import Why
from routing.travel.vehicle_size import MEASURES, MINIBUS_SIZE, BadSize, VehicleSize, check_together, known_size, largest

ASIDE_M = 25
"""A stop that is so much farther from the roads of large vehicles than from those of a minibus is beside one of the others."""
FEW = 5


def size_with(fleet: Fleet | None, *, service: Service | None, operator: str) -> VehicleSize:
    """The size that a service's roads have to be read for once a fleet file is taken over; without one, that of its fleet.

    What the file doesn't tell of a vehicle of the operator (a slug) is as it's known. Raises BadFile.
    """
    if fleet is None:
        return fleet_size(service) if service else MINIBUS_SIZE
    known = {vehicle.code: vehicle.measures for vehicle in Vehicle.objects.filter(operator__slug=operator)}
    driving = {vehicle.code: vehicle.measures for vehicle in booked_fleet(service)} if service else {}
    for told in fleet.described["vehicles"]:
        code = told["code"]
        driving[code] = {**known.get(code, {}), **{name: told[name] for name in MEASURES if name in told}}
        try:
            check_together(driving[code])
        except BadSize as error:
            raise BadFile(fleet.file, f"vehicle {code}", str(error)) from None
    return largest(map(known_size, driving.values()))


def list_size_warnings(service: Service, found: Survey) -> list[str]:
    """Sentences on stops that a minibus reaches and these vehicles don't, and on measures that nobody has told."""
    return [*_out_of_reach(service, found), *_half_known(service)]


def _out_of_reach(service: Service, found: Survey) -> Iterator[str]:
    size = found.roads.size
    stops = list(service.stops.filter(active=True)) if size.beyond(MINIBUS_SIZE) else []
    points = [stop.point for stop in stops]
    ours, minibus = (metres_from(roads.main, points).tolist() for roads in (found.roads, found.minibus))
    unreached = [one.what for one in found.left_out if one.why is Why.TOO_LARGE]
    aside, farthest_m = list[str](), 0.0
    for stop, metres, minibus_m in zip(stops, ours, minibus, strict=True):
        if metres > FAR_M >= minibus_m:
            unreached.append(f"{stop.code} {stop}")
        elif metres > minibus_m + ASIDE_M:
            aside.append(f"{stop.code} {stop}")
            farthest_m = max(farthest_m, metres)
    large = size.said(size.beyond(MINIBUS_SIZE))
    if unreached:
        yield f"{_stops(unreached)} can be reached by a minibus and not by vehicles {large}: {_few(unreached)}"
    if aside:
        served = f"and would be served from another, up to {farthest_m:.0f} m away"
        beside = f"{_stops(aside)} {'is' if len(aside) == 1 else 'are'} beside a road"
        yield f"{beside} that vehicles {large} may not take, {served}: {_few(aside)}"


def _half_known(service: Service) -> Iterator[str]:
    """Whoever told how wide a bus is may have forgotten how heavy it is."""
    vehicles: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for vehicle in fleet_of(service):
        vehicles[tuple(name for name, value in vehicle.measures.items() if value is None)].append(str(vehicle))
    for missing, those in vehicles.items():
        if 0 < len(missing) < len(MEASURES):
            what, counts = ", ".join(MEASURES[name].what for name in missing), "it counts" if len(those) == 1 else "they count"
            yield f"nobody told {what} of {', '.join(those)}, so {counts} as {MINIBUS_SIZE.said(missing)}, like a minibus"


def _stops(stops: Sequence[str]) -> str:
    return f"{len(stops)} {'stop' if len(stops) == 1 else 'stops'}"


def _few(stops: Sequence[str]) -> str:
    return "; ".join([*stops[:FEW], *([f"and {len(stops) - FEW} more"] if len(stops) > FEW else [])])
