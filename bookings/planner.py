"""What actions need of routing for one service: travel times, stops within a walk, candidates, best insertions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as Date
from threading import Lock
from typing import NamedTuple

from bookings.models import Service, Shift, ShiftPattern, Stop
from bookings.words import Words, phrase
from bookings.zones import ZoneMap, read_zones
from routing.cost import Weights
from routing.insertion import Insertion, find_best_insertion
from routing.model import Point, Problem, Request, TimeWindow
from routing.offers import Access, Candidate, OfferRules, Wish, candidates
from routing.plan import Plan
from routing.travel.directions import Drive
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.growing import GrowingMatrix
from routing.travel.matrix import UNREACHABLE_S
from routing.travel.protocol import TravelTimes
from routing.travel.walk_paths import PathIndex, WalkPaths
from routing.travel.walking import StopIndex, Walk, Walking
from routing.units import ServiceTime

MAX_STOPS = 3
"""Stops tried at either end of a journey, of those that serve it."""
FARTHEST_M = 50_000
"""Beyond this nobody looks for another stop, where the nearest can't serve somebody."""
MOST_SIGNS = 120
"""Of the name of a place."""
DOORSTEP_M = 30
"""A stop no farther than this on foot is as good as the door."""
DOOR = ""
"""What an access has in place of the code of a stop where the vehicle comes to the door."""


class Journey(NamedTuple):
    """What matters to a stop: the day, and whether somebody travels in a wheelchair."""

    date: Date
    wheelchair: bool


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop as the planner knows it: `pk` of its row, `label` for people."""

    pk: int
    code: str
    label: str
    point: Point
    wheelchair: bool | None
    extra_s: int
    closed: tuple[Date, Date] | None
    """From the first day of a closure to its last."""
    closed_because: str
    public_code: str = ""

    def why_not(self, journey: Journey) -> Words | None:
        """Why it can't serve a journey, as a sentence; None where it can."""
        if self.closed and self.closed[0] <= journey.date <= self.closed[1]:
            if self.closed_because:
                return phrase("{stop} is closed that day ({why}).", stop=self.label, why=self.closed_because)
            return phrase("{stop} is closed that day.", stop=self.label)
        if journey.wheelchair and self.wheelchair is False:
            return phrase("{stop} can't be used with a wheelchair.", stop=self.label)
        return None


@dataclass(frozen=True)
class Planner:
    """Routing for one service; made by `make_planner`, kept by `backend.wiring`, and safe to share among threads."""

    service: Service
    stops: Mapping[str, PlannedStop]
    travel: GrowingMatrix
    """Between stops, where shifts begin, end and pause, and whatever doors are asked for."""
    index: StopIndex | PathIndex
    rules: OfferRules
    weights: Weights
    drive: TravelTimes
    zones: ZoneMap = field(default_factory=ZoneMap)
    _paths: dict[tuple[Point, Point], list[Point]] = field(default_factory=dict, repr=False)

    def find_accesses(self, point: Point, journey: Journey | None = None) -> tuple[Access, ...]:
        """Up to `MAX_STOPS` stops within the walk limit of a place, nearest first; with a `journey` those that can serve it."""
        walks = self._serving(self.index.near(point, self.service.walk_limit_m), journey)[:MAX_STOPS]
        return tuple(Access(walk.point, walk.seconds, walk.metres, walk.stop, self.stops[walk.stop].extra_s) for walk in walks)

    def find_doors(self, point: Point, journey: Journey) -> tuple[Access, ...]:
        """How somebody is served who is entitled to it at the door: there, or at a stop on the doorstep.

        Empty where no vehicle can come, or at a stop that can't serve the journey.
        """
        doorstep = tuple(access for access in self.find_accesses(point, journey) if access.walk_m <= DOORSTEP_M)
        if doorstep or any(stop.point == point and stop.why_not(journey) for stop in self.stops.values()):
            return doorstep[:1]
        return (Access(point, 0, 0, DOOR, self.service.door_s),) if self.can_come_to(point) else ()

    def can_come_to(self, point: Point) -> bool:
        """Whether a vehicle gets to a place from somewhere, and from there to somewhere."""
        travel, known = self.travel.over([point]), len(self.travel.stops.points)
        others = [i for i in range(known) if i != travel.at(point)]
        there, back = travel.seconds[others, travel.at(point)], travel.seconds[travel.at(point), others]
        return bool((there < UNREACHABLE_S).any() and (back < UNREACHABLE_S).any())

    def describe(self, point: Point) -> str:
        """Where a place without a name is, for a driver."""
        found = self.find_nearest_stop(point)
        return (
            f"Door {found[1]} m on foot from {found[0].label}"[:MOST_SIGNS]
            if found
            else f"Door at {point.lat:.5f}, {point.lon:.5f}"
        )

    def knowing(self, problem: Problem, places: Iterable[Point]) -> Problem:
        """The problem with travel times for these places, too."""
        asked = [place for place in places if place not in problem.travel.index]
        return replace(problem, travel=self.travel.over([*problem.places(), *asked])) if asked else problem

    def find_farther(self, point: Point, journey: Journey, limit_m: int) -> tuple[Access, ...]:
        """The stops that can serve a journey, beyond the walk limit of a place and up to another one, nearest first."""
        walks = self._serving(self.index.near(point, limit_m), journey)
        beyond = [walk for walk in walks if walk.metres > self.service.walk_limit_m][:MAX_STOPS]
        return tuple(Access(walk.point, walk.seconds, walk.metres, walk.stop, self.stops[walk.stop].extra_s) for walk in beyond)

    def list_unfit(self, point: Point, journey: Journey) -> list[PlannedStop]:
        """The stops within the walk limit of a place that can't serve a journey, nearest first."""
        near = [self.stops[walk.stop] for walk in self.index.near(point, self.service.walk_limit_m)]
        return [stop for stop in near if stop.why_not(journey)]

    def find_nearest_stop(self, point: Point, journey: Journey | None = None) -> tuple[PlannedStop, int] | None:
        """The stop nearest to a place, however far, and the metres to it; with a `journey` the nearest that can serve it."""
        return next(self.stops_outward(point, journey), None)

    def stops_outward(self, point: Point, journey: Journey | None = None) -> Iterator[tuple[PlannedStop, int]]:
        """Stops and the metres to them, the nearest first, however far that is, and then as far as `FARTHEST_M`."""
        nearest, reach_m, told = self.index.nearest(point), self.service.walk_limit_m, set[str]()
        ring = [nearest] if nearest else []
        while nearest:
            for walk in self._serving(ring, journey):
                if walk.stop not in told:
                    told.add(walk.stop)
                    yield self.stops[walk.stop], walk.metres
            if reach_m >= FARTHEST_M:
                return
            reach_m = 2 * max(reach_m, nearest.metres)
            ring = self.index.near(point, reach_m)

    def _serving(self, walks: list[Walk], journey: Journey | None) -> list[Walk]:
        return [walk for walk in walks if journey is None or not self.stops[walk.stop].why_not(journey)]

    def walk_m(self, here: Point, there: Point) -> int:
        """Metres on foot between two places."""
        return self.index.metres(here, there)

    def offers(self, wish: Wish, plan: Plan, problem: Problem, rules: OfferRules, hours: TimeWindow) -> list[Candidate]:
        """What can be promised near the time that is wished for, by `rules` of the planner or somebody's own."""
        return candidates(wish, plan, problem, rules, self.weights, hours)

    def best(self, plan: Plan, request: Request, problem: Problem) -> Insertion | None:
        """The cheapest way to add a request to a plan, or None."""
        return find_best_insertion(plan, request, problem, self.weights)

    def path(self, here: Point, there: Point) -> list[Point]:
        """The line driven between two places; straight where there is none."""
        with self.travel.lock:  # a road graph is not made for several threads at once
            if (here, there) not in self._paths:
                self._paths[here, there] = self.drive.path(here, there) or [here, there]
            return self._paths[here, there]

    def route(self, here: Point, there: Point, depart: ServiceTime) -> Drive | None:
        """The way between two places for a driver who sets off then; None where there is none."""
        with self.travel.lock:
            return self.drive.route(here, there, depart)


def make_planner(service: Service, times: TravelTimes, footways: RoadGraphTimes | None = None) -> Planner:
    """The planner of a service as it is in the database, over a provider of travel times. Takes a moment: keep it.

    `footways`: those of `osm_walks.read_walks`, where there are any.
    """
    rows = list(service.stops.order_by("pk"))
    stops = {row.code: _planned(row) for row in rows}
    points = [stop.point for stop in stops.values()] + _other_points(service)
    walking = Walking(service.walk_circuity, service.walk_speed_mps)
    active = {row.code: row.point for row in rows if row.active}
    return Planner(
        service=service,
        stops=stops,
        travel=GrowingMatrix(times, points, Lock()),
        index=PathIndex(active, WalkPaths(footways, walking)) if footways else StopIndex(active, walking),
        rules=_rules(service),
        weights=Weights(),
        drive=times,
        zones=read_zones(service),
    )


def _planned(row: Stop) -> PlannedStop:
    closed = (row.closed_from, row.closed_until or Date.max) if row.closed_from else None
    return PlannedStop(
        pk=row.pk,
        code=row.code,
        label=str(row),
        point=row.point,
        wheelchair=row.wheelchair,
        extra_s=row.extra_boarding_s,
        closed=closed,
        closed_because=row.closed_because,
        public_code=row.public_code,
    )


def _other_points(service: Service) -> list[Point]:
    """Where shifts begin, end and pause, those of the past too."""
    points = []
    for rows in (ShiftPattern.objects.filter(service=service), Shift.objects.filter(service=service)):
        for start, end, breaks in rows.values_list("start_position", "end_position", "breaks"):
            points += [Point(start.x, start.y), Point(end.x, end.y), *(Point(pause["lon"], pause["lat"]) for pause in breaks)]
    return points


def _rules(service: Service) -> OfferRules:
    return OfferRules(
        notice_s=service.notice.least_s,
        pickup_before_s=service.pickup_before_s,
        pickup_after_s=service.pickup_after_s,
        arrival_slack_s=service.arrival_slack_s,
        max_detour_s=service.max_detour_s,
        detour_alpha=service.detour_alpha,
        detour_beta_s=service.detour_beta_s,
        min_detour_s=service.min_detour_s,
        search_before_s=service.search_before_s,
        search_after_s=service.search_after_s,
        max_stops=MAX_STOPS,
        max_offers=service.max_offers,
    )
