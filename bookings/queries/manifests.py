"""A driver's view of a shift: calls in order, who boards and alights at each, and what to know about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.models import Assistance, Booking, Shift
from bookings.party import Party
from bookings.planner import Planner
from bookings.queries.rows import Place, Row, ShiftRows, timetable
from routing.model import Load

SAME_CALL = timedelta(minutes=2)
"""Visits at one stop that follow one another within this time are one call."""


@dataclass(frozen=True, slots=True)
class ManifestPassenger:
    """A party as the driver meets it. `fare_pence` is collected at boarding; `other_stop` is the ride's other end."""

    reference: str
    status: str
    name: str
    phone: str
    party: str
    seats: int
    wheelchairs: int
    needs: tuple[str, ...]
    fare_pence: int
    other_stop: str
    at: datetime
    pickup_from_at: datetime
    pickup_until_at: datetime
    arrive_by_at: datetime
    done: bool


@dataclass(frozen=True, slots=True)
class StopCall:
    """One call: drop off, pick up, go on. `load` is on board when leaving. A break is a call too, and takes `pause_s`."""

    number: int
    place: Place
    arrive_at: datetime
    begin_at: datetime
    depart_at: datetime
    boarding: tuple[ManifestPassenger, ...]
    alighting: tuple[ManifestPassenger, ...]
    missed: tuple[ManifestPassenger, ...]
    load: Load
    pause_s: int
    drive_m: int
    committed: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a driver drives by; the times are those of `revision` as they stood at `generated_at`."""

    shift: Shift
    revision: int
    generated_at: datetime
    starts_at: datetime
    finishes_at: datetime
    start: Place
    end: Place
    leaves_at: datetime | None
    ends_at: datetime | None
    calls: tuple[StopCall, ...]
    rows: tuple[Row, ...]
    """The visits of the calls, one by one, in the same order."""
    passengers: int
    fares_pence: int
    driven_m: int


def manifest(shift: Shift, *, planner: Planner, now: datetime) -> Manifest:
    """The manifest of a shift as the plan stands."""
    day = timetable(shift.service, shift.date, planner=planner, now=now)
    found = next(rows for rows in day.shifts if rows.shift.pk == shift.pk)
    boarding = [row.booking for row in found.rows if row.action == "board" and row.booking]
    service_day = shift.service.day(shift.date)
    return Manifest(
        shift=found.shift,
        revision=day.revision,
        generated_at=day.generated_at,
        starts_at=service_day.instant(shift.routing_window.earliest),
        finishes_at=service_day.instant(shift.routing_window.latest),
        start=found.start,
        end=found.end,
        leaves_at=found.leaves_at,
        ends_at=found.ends_at,
        calls=calls_of(found),
        rows=found.rows,
        passengers=sum(booking.people for booking in boarding),
        fares_pence=sum(booking.fare_to_collect for booking in boarding),
        driven_m=sum(row.drive_m for row in found.rows) + (found.home_m if found.rows else 0),
    )


def calls_of(found: ShiftRows) -> tuple[StopCall, ...]:
    """The calls of a shift: rows at one place that follow one another at once, taken together."""
    return tuple(_call(number, rows) for number, rows in enumerate(_groups(found.rows), 1))


def _groups(rows: tuple[Row, ...]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if group and not _same_call(group[-1], row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _same_call(before: Row, after: Row) -> bool:
    apart = "break" in (before.action, after.action) or before.place.point != after.place.point
    return not apart and after.begin_at - before.depart_at <= SAME_CALL


def _call(number: int, rows: list[Row]) -> StopCall:
    first, last = rows[0], rows[-1]
    pause = first.action == "break"
    return StopCall(
        number=number,
        place=first.place,
        arrive_at=first.arrive_at,
        begin_at=first.begin_at,
        depart_at=last.depart_at,
        boarding=_passengers(rows, "board"),
        alighting=_passengers(rows, "alight"),
        missed=_passengers(rows, "missed"),
        load=last.load,
        pause_s=int((last.depart_at - first.begin_at).total_seconds()) if pause else 0,
        drive_m=first.drive_m,
        committed=first.committed,
        done=all(row.done for row in rows),
    )


def _passengers(rows: list[Row], action: str) -> tuple[ManifestPassenger, ...]:
    return tuple(_passenger(row, row.booking) for row in rows if row.action == action and row.booking)


def _passenger(row: Row, booking: Booking) -> ManifestPassenger:
    zone = booking.service.tz
    return ManifestPassenger(
        reference=booking.reference,
        status=booking.status,
        name=booking.passenger.name,
        phone=booking.passenger.phone,
        party=str(Party(**booking.party)),
        seats=booking.seats,
        wheelchairs=booking.wheelchairs,
        needs=needs_of(booking),
        fare_pence=booking.fare_to_collect,
        other_stop=booking.pickup_name if row.action == "alight" else booking.dropoff_name,
        at=row.begin_at,
        pickup_from_at=booking.pickup_from_at.astimezone(zone),
        pickup_until_at=booking.pickup_until_at.astimezone(zone),
        arrive_by_at=booking.arrive_by_at.astimezone(zone),
        done=row.done,
    )


def needs_of(booking: Booking) -> tuple[str, ...]:
    """What the driver has to be ready for, in words."""
    found = []
    if booking.wheelchairs:
        found.append(
            "Wheelchair: ramp and clamps" if booking.wheelchairs == 1 else f"{booking.wheelchairs} wheelchairs: ramp and clamps"
        )
    if dogs := booking.party.get("assistance_dogs"):
        found.append("Assistance dog" if dogs == 1 else f"{dogs} assistance dogs")
    if booking.party.get("under5"):
        found.append("Child under 5")
    found += _assistance(booking)
    if booking.passenger.extra_boarding_s:
        found.append("Needs more time to board")
    if booking.passenger.needs:
        found.append(booking.passenger.needs)
    return tuple(found)


def _assistance(booking: Booking) -> list[str]:
    """What is on record for the passenger and doesn't follow from the party already."""
    told = {Assistance.RAMP, Assistance.WHEELCHAIR_KEPT} if booking.wheelchairs else set()
    told |= {Assistance.ASSISTANCE_DOG} if booking.party.get("assistance_dogs") else set()
    told |= {Assistance.COMPANION} if booking.party.get("companions") else set()
    return [str(each.label) for each in Assistance if each in booking.passenger.assistance and each not in told]
