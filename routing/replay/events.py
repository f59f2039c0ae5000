"""What happens in the course of a replayed day."""

from __future__ import annotations

from dataclasses import dataclass

from routing.model import BreakId, Point, Request, RequestId, ShiftId
from routing.plan import Visit
from routing.relaxing import Constraint
from routing.units import ServiceTime
from routing.wishes import Access, Wish


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at an instant."""

    at: ServiceTime


@dataclass(frozen=True, slots=True)
class WishArrived(Event):
    """Somebody asks."""

    id: RequestId
    wish: Wish


@dataclass(frozen=True, slots=True)
class Accepted(Event):
    """Somebody took the first offer: `promise` holds what they were told, as hard windows."""

    promise: Request
    origin: Access
    destination: Access
    direct_s: int
    shift: ShiftId


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """Nothing fits; `constraint` is what was in the way, None where nobody looked."""

    id: RequestId
    constraint: Constraint | None


@dataclass(frozen=True, slots=True)
class Reoptimised(Event):
    """The plan of some shifts was solved anew: its cost before and with what was found, and whether that was taken."""

    shifts: int
    before: int
    after: int
    taken: bool
    why: str


@dataclass(frozen=True, slots=True)
class SetOff(Event):
    """A vehicle leaves for its next visit, or for home where there is none, with so many people aboard."""

    shift: ShiftId
    visit: Visit | None
    origin: Point
    destination: Point
    metres: int
    aboard: int


@dataclass(frozen=True, slots=True)
class Arrived(Event):
    """A vehicle is at the place of a visit."""

    shift: ShiftId
    visit: Visit


@dataclass(frozen=True, slots=True)
class Boarded(Event):
    """Boarding began at `begun` and is over."""

    shift: ShiftId
    id: RequestId
    begun: ServiceTime


@dataclass(frozen=True, slots=True)
class Alighted(Event):
    """Alighting began at `begun` and is over."""

    shift: ShiftId
    id: RequestId
    begun: ServiceTime


@dataclass(frozen=True, slots=True)
class Rested(Event):
    """A break began at `begun` and is over."""

    shift: ShiftId
    pause: BreakId
    begun: ServiceTime


@dataclass(frozen=True, slots=True)
class Home(Event):
    """A vehicle that has been out is back where its shift ends."""

    shift: ShiftId
