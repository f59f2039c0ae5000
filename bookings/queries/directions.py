"""How a driver gets to a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bookings.models import Shift
from bookings.planner import Planner
from bookings.queries.manifests import Manifest, manifest
from bookings.queries.rows import Place
from routing.travel.directions import Drive


class NoSuchCall(LookupError):
    """The manifest has no call of that number."""


@dataclass(frozen=True, slots=True)
class Directions:
    """The way to the call `number`, or to where the shift ends (None); `drive` is None where no road goes."""

    number: int | None
    start: Place
    end: Place
    leaves_at: datetime
    drive: Drive | None


def directions(shift: Shift, number: int | None, *, planner: Planner, now: datetime) -> Directions:
    """The way to a call of the manifest as it stands. Without a number, to the first that isn't done, or else to the shift's end.

    Raises NoSuchCall.
    """
    found = manifest(shift, planner=planner, now=now)
    index = _index(found, number)
    before, after = found.calls[:index], found.calls[index:]
    start, leaves_at = (before[-1].place, before[-1].depart_at) if before else (found.start, found.leaves_at or found.starts_at)
    end = after[0].place if after else found.end
    drive = planner.route(start.point, end.point, shift.service.day(shift.date).time_of(leaves_at))
    return Directions(after[0].number if after else None, start, end, leaves_at, drive)


def _index(found: Manifest, number: int | None) -> int:
    wanted = [i for i, call in enumerate(found.calls) if (not call.done if number is None else call.number == number)]
    if not wanted and number is not None:
        raise NoSuchCall(f"the manifest has {len(found.calls)} calls, and none with the number {number}")
    return wanted[0] if wanted else len(found.calls)
