"""What a search has to keep: every rule, except that what is broken already may stay as broken as it is.

Vans run late all the same. A model with hard windows that the current plan breaks has no solution to start from, so each limit
is widened by exactly the amount that `check.violations` found: then the current plan is feasible, and whatever is feasible is
no new violation and no worse one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from routing.check import Kind, Violation
from routing.model import Load, Request, Shift, TimeWindow, Vehicle
from routing.plan import Action, Route, Visit
from routing.units import ServiceTime

LATE = {Action.BOARD: Kind.LATE_PICKUP, Action.ALIGHT: Kind.LATE_DROPOFF, Action.BREAK: Kind.BREAK_LATE}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far each rule is broken already."""

    amounts: Mapping[tuple[Kind, object], int]

    @classmethod
    def of(cls, before: Iterable[Violation]) -> Tolerance:
        return cls({(found.kind, found.visit or found.shift): found.amount for found in before})

    def late_s(self, visit: Visit) -> int:
        kind = LATE.get(visit.action)
        return self.amounts.get((kind, visit), 0) if kind else 0

    def latest(self, visit: Visit, window: TimeWindow) -> ServiceTime:
        """When a visit must have begun."""
        return ServiceTime(window.latest + self.late_s(visit))

    def ride_s(self, request: Request) -> int:
        """From the end of boarding to the begin of alighting, at most."""
        return request.max_ride_s + self.amounts.get((Kind.RIDE, Visit(Action.ALIGHT, request.id)), 0)

    def ends(self, shift: Shift) -> ServiceTime:
        """When a shift must be back."""
        return ServiceTime(shift.window.latest + self.amounts.get((Kind.SHIFT_END, shift.id), 0))

    def duration_s(self, shift: Shift, limit_s: int) -> int:
        """How long a shift may take at most, from setting off to being back, where `limit_s` is what its rule says."""
        return limit_s + self.amounts.get((Kind.DURATION, shift.id), 0)

    def in_the_way(self, visit: Visit) -> int:
        """How many stand in the way of one who alights, last in first out."""
        return self.amounts.get((Kind.OUT_OF_TURN, visit), 0)

    def people_over(self, visit: Visit) -> int:
        """People on board after a visit that no layout has room for."""
        return self.amounts.get((Kind.OVERLOAD, visit), 0)

    def widened(self, request: Request) -> Request:
        """The request with the times that its current violations leave it."""
        board, alight = Visit(Action.BOARD, request.id), Visit(Action.ALIGHT, request.id)
        return replace(
            request,
            pickup_window=TimeWindow(request.pickup_window.earliest, self.latest(board, request.pickup_window)),
            dropoff_window=TimeWindow(request.dropoff_window.earliest, self.latest(alight, request.dropoff_window)),
            max_ride_s=self.ride_s(request),
        )

    def concerns(self, route: Route) -> bool:
        """Whether a route breaks anything."""
        where = {route.shift, *route.visits}
        return any(broken in where for _, broken in self.amounts)

    @property
    def overloaded(self) -> bool:
        return any(kind is Kind.OVERLOAD for kind, _ in self.amounts)


def seats_beside(vehicle: Vehicle, wheelchairs: int, over: int = 0) -> int:
    """The most seats that may be taken with so many wheelchairs on board and `over` people too many; -1 where none fit."""
    rooms = (
        layout.seats + over - max(0, wheelchairs - layout.wheelchairs)
        for layout in vehicle.layouts
        if wheelchairs - layout.wheelchairs <= over
    )
    return max(rooms, default=-1)


def roomiest(vehicle: Vehicle, seen: Iterable[Load]) -> tuple[int, int, int]:
    """Seats, wheelchairs and people that no layout and no load seen exceeds."""
    loads = [*vehicle.layouts, *seen]
    return max(x.seats for x in loads), max(x.wheelchairs for x in loads), max(x.people for x in loads)
