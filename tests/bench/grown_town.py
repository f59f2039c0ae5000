"""A made-up town with many vans, each with as many visits ahead as one wants: for what Ripon is too small for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from math import hypot
from random import Random
from zoneinfo import ZoneInfo

from routing.cost import Weights
from routing.insertion import find_best_insertion
from routing.model import Load, Point, Problem, Request, RequestId, Shift, ShiftId, TimeWindow, Vehicle
from routing.plan import Plan, opening_plan
from routing.travel.matrix import TravelMatrix, matrix_of
from routing.units import ServiceDay, ServiceTime

DAY = ServiceDay(date(2027, 6, 2), ZoneInfo("Europe/London"))
OPENS, CLOSES = 6 * 3600, 18 * 3600
ACROSS_S, STOPS = 20 * 60, 300


class Town:
    """Stops at random in a square that takes 20 minutes to cross; journeys between them all day long."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        places = [(self.random.random() * ACROSS_S, self.random.random() * ACROSS_S) for _ in range(STOPS)]
        self.stops = [Point(round(x / 1e5, 6), round(54 + y / 1e5, 6)) for x, y in places]
        seconds = [[round(hypot(x - u, y - v)) for u, v in places] for x, y in places]
        self.travel: TravelMatrix = matrix_of(self.stops, seconds)
        self._numbers = count()

    def request(self) -> Request:
        """A journey as passengers have them promised: half an hour to board in, and limits on the ride."""
        pickup, dropoff = self.random.sample(self.stops, 2)
        direct_s, begin = self.travel(pickup, dropoff), self.random.randrange(OPENS + 1800, CLOSES - 5400)
        max_ride_s = direct_s + 1200
        window = TimeWindow(ServiceTime(begin), ServiceTime(begin + 1800))
        arrival = TimeWindow(window.earliest, ServiceTime(window.latest + max_ride_s))
        load = Load(self.random.choice((1, 1, 1, 2)), self.random.choice((0,) * 9 + (1,)))
        return Request(RequestId(f"r{next(self._numbers)}"), pickup, dropoff, window, arrival, load, max_ride_s, 60, 30)

    def grow(self, shifts: int, carried: int, weights: Weights) -> tuple[Plan, Problem]:
        """A plan in which each of so many shifts carries so many requests."""
        fleet = list(self._fleet(shifts))
        problem = Problem(DAY, ServiceTime(0), {}, {shift.id: shift for shift in fleet}, self.travel)
        plan = opening_plan("town", DAY, fleet)
        requests: dict[RequestId, Request] = {}
        for shift in fleet:
            alone = opening_plan("town", DAY, [shift])
            known = replace(problem, shifts={shift.id: shift})
            while len(known.requests) < carried:
                request = self.request()
                if insertion := find_best_insertion(alone, request, known, weights):
                    known = replace(known, requests={**known.requests, request.id: request})
                    alone = insertion.into(alone)
            requests.update(known.requests)
            plan = plan.with_routes(alone.routes)
        return plan, replace(problem, requests=requests)

    def _fleet(self, shifts: int) -> Iterator[Shift]:
        van = Vehicle("minibus", (Load(12, 0), Load(8, 1)))
        for number in range(shifts):
            depot = self.random.choice(self.stops)
            yield Shift(ShiftId(f"van{number}"), van, depot, depot, TimeWindow(ServiceTime(OPENS), ServiceTime(CLOSES)))


def cut(plan: Plan, problem: Problem, shifts: int) -> tuple[Plan, Problem]:
    """The first shifts of a plan with what they carry."""
    kept = replace(plan, routes=dict(list(plan.routes.items())[:shifts]))
    carried = {request: problem.requests[request] for request in kept.requests()}
    return kept, replace(problem, requests=carried, shifts={shift: problem.shifts[shift] for shift in kept.routes})
