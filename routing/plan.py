"""What every shift intends to do, in order. A plan has no times: they come from `schedule`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from routing.model import RequestId, Shift, ShiftId
from routing.units import ServiceDay


class Action(StrEnum):
    """What happens at a visit. The values are the signs of the notation."""

    BOARD = "+"
    ALIGHT = "-"
    BREAK = "*"
    MISSED = "!"
    """The vehicle called, nobody was there: a fact in the frozen prefix, where a BOARD used to be."""


class Visit(NamedTuple):
    """One boarding or alighting of a request, or one break (then `subject` is the break's id)."""

    action: Action
    subject: str


@dataclass(frozen=True, slots=True)
class Route:
    """The visits of one shift, in order; the first `frozen` may not move."""

    shift: ShiftId
    visits: tuple[Visit, ...] = ()
    frozen: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.frozen <= len(self.visits):
            raise ValueError(f"shift {self.shift}: {self.frozen} frozen visits of {len(self.visits)}")

    @property
    def committed(self) -> tuple[Visit, ...]:
        return self.visits[: self.frozen]

    def with_visits(self, visits: tuple[Visit, ...]) -> Route:
        return replace(self, visits=visits)

    def without_request(self, request: str) -> Route:
        """The route with neither boarding nor alighting of a request; frozen shrinks by what it loses."""
        kept = tuple(v for v in self.visits if v.action is Action.BREAK or v.subject != request)
        lost = sum(1 for v in self.committed if v.action is not Action.BREAK and v.subject == request)
        return replace(self, visits=kept, frozen=self.frozen - lost)

    def with_missed(self, request: str) -> Route:
        """The route after nobody was there to board: the call stays as a fact, the alighting goes."""
        visits = tuple(
            Visit(Action.MISSED, request) if v == Visit(Action.BOARD, request) else v
            for v in self.visits
            if v != Visit(Action.ALIGHT, request)
        )
        lost = self.committed.count(Visit(Action.ALIGHT, request))
        return replace(self, visits=visits, frozen=self.frozen - lost)

    def calls_for(self, request: str) -> bool:
        """Whether a request boards on this route, or was missed."""
        return any(v.subject == request and v.action in (Action.BOARD, Action.MISSED) for v in self.visits)

    def requests(self) -> Iterator[RequestId]:
        """The requests that board on this route, in order of boarding."""
        return (RequestId(v.subject) for v in self.visits if v.action is Action.BOARD)


@dataclass(frozen=True, slots=True)
class Plan:
    """All routes of a service on a service day; an immutable value with the number of its revision."""

    service: str
    day: ServiceDay
    revision: int
    routes: Mapping[ShiftId, Route]

    def with_route(self, route: Route) -> Plan:
        return replace(self, routes={**self.routes, route.shift: route})

    def with_routes(self, routes: Mapping[ShiftId, Route]) -> Plan:
        return replace(self, routes={**self.routes, **routes})

    def find_route_of(self, request: str) -> Route | None:
        """The route on which a request boards (or was missed), or None."""
        return next((route for route in self.routes.values() if route.calls_for(request)), None)

    def without_request(self, request: str) -> Plan:
        route = self.find_route_of(request)
        return self if route is None else self.with_route(route.without_request(request))

    def serving_only(self, requests: Container[str]) -> Plan:
        """The plan without the visits of any other request."""
        subjects = {v.subject for route in self.routes.values() for v in route.visits if v.action is not Action.BREAK}
        plan = self
        for subject in subjects:
            if subject not in requests:
                plan = plan.without_request(subject)
        return plan

    def requests(self) -> frozenset[RequestId]:
        """Every request that boards somewhere in the plan."""
        return frozenset(request for route in self.routes.values() for request in route.requests())

    def changed_routes(self, base: Plan) -> dict[ShiftId, Route]:
        """The routes that differ from those of another plan of the same day."""
        return {shift: route for shift, route in self.routes.items() if base.routes.get(shift) != route}


def opening_plan(service: str, day: ServiceDay, shifts: Iterable[Shift]) -> Plan:
    """The plan of a day on which nobody has booked yet: every shift with nothing but its breaks, in order of their windows."""
    return Plan(service, day, 0, {shift.id: _opening_route(shift) for shift in shifts})


def _opening_route(shift: Shift) -> Route:
    breaks = sorted(shift.breaks, key=lambda pause: pause.window.earliest)
    return Route(shift.id, tuple(Visit(Action.BREAK, pause.id) for pause in breaks))
