"""The live plan got ready for wishes, and kept so from one to the next: of 2,000 routes a few have changed since the last."""

from __future__ import annotations

from routing.insertion import PreparedPlan
from routing.model import ShiftId
from routing.replay.fleet import Fleet
from routing.units import ServiceTime


class Prospect:
    """What `PreparedPlan(fleet.plan, fleet.problem(now))` would be, for instants that do not go back."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._prepared: PreparedPlan | None = None
        self._seen: dict[ShiftId, tuple[int, ServiceTime | None]] = {}
        """Of each shift how it was got ready: after how many changes, and until when it holds."""

    def at(self, now: ServiceTime) -> PreparedPlan:
        """The plan as it is now. Valid until the next call."""
        problem, routes = self._fleet.problem(now), self._fleet.plan.routes
        if self._prepared is None or self._prepared.plan.routes.keys() != routes.keys():
            self._prepared, stale = PreparedPlan(self._fleet.plan, problem), list(routes)
        else:
            stale = [shift for shift in routes if not self._holds(shift, now)]
            self._prepared = self._prepared.with_routes([routes[shift] for shift in stale], problem)
        for shift in stale:
            self._seen[shift] = self._fleet.changes[shift], self._fleet.settled_until(shift)
        return self._prepared

    def _holds(self, shift: ShiftId, now: ServiceTime) -> bool:
        changes, until = self._seen[shift]
        return changes == self._fleet.changes[shift] and until is not None and now <= until
