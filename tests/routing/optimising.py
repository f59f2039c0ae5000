"""What the optimiser's tests share: every plan that a small problem allows, and random problems with a plan to start from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest

from routing.check import Violation
from routing.cost import Weights
from routing.insertion import find_best_insertion
from routing.model import Break, BreakId, Load, Point, Problem, Request, RequestId, Shift, ShiftId, TimeWindow, Vehicle
from routing.optimise.guard import find_objection
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.ortools_routing import OrToolsOptimiser
from routing.optimise.protocol import Limit
from routing.plan import Action, Plan, Visit, opening_plan
from routing.travel.matrix import TravelMatrix, matrix_of
from routing.units import ServiceTime
from tests.builders import DAY, problem_of

WEIGHTS = Weights()
MINUTE = 60


Improve = Callable[[Plan, Problem], Plan]


def improve(plan: Plan, problem: Problem, solutions: int = 60, seconds: float = 20) -> Plan:
    """OR-Tools with a limit that does not depend on how busy the computer is."""
    return OrToolsOptimiser(WEIGHTS).improve(plan, problem, Limit(seconds, solutions))


def search(plan: Plan, problem: Problem, solutions: int = 3000, weights: Weights = WEIGHTS, seed: int = 1) -> Plan:
    """The large-neighbourhood search, whose solutions cost less; and it has to be compiled first."""
    return LargeNeighbourhoodSearch(weights, seed).improve(plan, problem, Limit(600, solutions))


EITHER = pytest.mark.parametrize("improve", [improve, search], ids=["or-tools", "lns"])
"""For tests of what every optimiser promises."""


def every_plan(plan: Plan, problem: Problem) -> Iterator[Plan]:
    """Every plan that may take the place of `plan`: all ways to share out and to order what is not committed."""
    free = {route.shift: route.visits[route.frozen :] for route in plan.routes.values()}
    fixed = {route.shift: tuple(v for v in free[route.shift] if _stays(v, free[route.shift])) for route in plan.routes.values()}
    loose = [v.subject for shift, visits in free.items() for v in visits if v.action is Action.BOARD and v not in fixed[shift]]
    for sharing in product(free, repeat=len(loose)):
        bags = {
            shift: [*fixed[shift], *(Visit(a, r) for r, s in zip(loose, sharing, strict=True) if s == shift
                                     for a in (Action.BOARD, Action.ALIGHT))]
            for shift in free
        }  # fmt: skip
        for orders in product(*(list(_orders(tuple(bag))) for bag in bags.values())):
            routes = {shift: plan.routes[shift].with_visits((*plan.routes[shift].committed, *order))
                      for shift, order in zip(bags, orders, strict=True)}  # fmt: skip
            yield plan.with_routes(routes)


def cheapest(plan: Plan, problem: Problem, before: list[Violation], price: Callable[[Plan], int]) -> int:
    """The least cost of any plan that the guard has nothing against."""
    prices = sorted(((price(each), each) for each in every_plan(plan, problem)), key=lambda pair: pair[0])
    return next(cost for cost, each in prices if find_objection(each, plan, problem, before) is None)


def _stays(visit: Visit, free: tuple[Visit, ...]) -> bool:
    """Breaks, and the alighting of somebody who is on board."""
    return visit.action is Action.BREAK or (visit.action is Action.ALIGHT and Visit(Action.BOARD, visit.subject) not in free)


def _orders(bag: tuple[Visit, ...]) -> Iterator[tuple[Visit, ...]]:
    if not bag:
        yield ()
    for index, visit in enumerate(bag):
        if visit.action is not Action.ALIGHT or Visit(Action.BOARD, visit.subject) not in bag:
            for rest in _orders((*bag[:index], *bag[index + 1 :])):
                yield visit, *rest


def random_day(seed: int, wishes: int, vans: int = 2) -> tuple[Plan, Problem]:
    """A town in the plane, vans with fold-up seats and a break each, and the wishes that fitted as they came in."""
    rng = Random(seed)
    travel = _town(rng)
    shifts = [_van(f"van{k + 1}", travel.points[k], rng) for k in range(vans)]
    return _as_they_come(shifts, (_wish(f"r{number}", rng, travel) for number in range(wishes)), travel)


def varied_day(seed: int, wishes: int, vans: int = 2) -> tuple[Plan, Problem]:
    """The same, with vans that may be out for two hours or empty last in, first out, and passengers in more or less of a hurry.

    No way around is shorter than the straight one.
    """
    rng = Random(seed)
    travel = closed(_town(rng))
    shifts = [_varied(_van(f"van{k + 1}", travel.points[k], rng), rng) for k in range(vans)]
    hurry_s = rng.choice((0, 60, 300, 600))
    requests = [_wish(f"r{number}", rng, travel) for number in range(wishes)]
    hurried = (replace(each, max_ride_s=travel(each.pickup, each.dropoff) + hurry_s + 30 * k) for k, each in enumerate(requests))
    return _as_they_come(shifts, hurried, travel)


def _town(rng: Random) -> TravelMatrix:
    places = [Point(round(rng.uniform(-1.6, -1.5), 5), round(rng.uniform(54.1, 54.2), 5)) for _ in range(8)]
    return matrix_of(places, [[round(6000 * (abs(a.lon - b.lon) + abs(a.lat - b.lat))) * 2 for b in places] for a in places])


def closed(travel: TravelMatrix) -> TravelMatrix:
    """The same roads, each way by the fastest of all ways around (Floyd and Warshall)."""
    fastest = travel.seconds.astype(np.int64)
    for k in range(len(fastest)):
        fastest = np.minimum(fastest, fastest[:, k : k + 1] + fastest[k : k + 1])
    return matrix_of(travel.points, fastest.tolist())


def _as_they_come(shifts: list[Shift], wishes: Iterable[Request], travel: TravelMatrix) -> tuple[Plan, Problem]:
    plan, taken = opening_plan("test", DAY, shifts), dict[RequestId, Request]()
    for request in wishes:
        found = find_best_insertion(plan, request, problem_of(travel, shifts, [*taken.values(), request]), WEIGHTS)
        if found is not None:
            plan, taken[request.id] = found.into(plan), request
    return plan, problem_of(travel, shifts, taken.values())


def _varied(shift: Shift, rng: Random) -> Shift:
    shift = replace(shift, vehicle=replace(shift.vehicle, last_in_first_out=rng.random() < 0.4))
    shift = replace(shift, max_duration_s=rng.choice((None, 100 * MINUTE, 150 * MINUTE)))
    return shift if rng.random() < 0.5 else replace(shift, breaks=())


def _van(name: str, place: Point, rng: Random) -> Shift:
    layouts = (Load(4, 0), Load(2, 1))
    begin = 8 * 60 * MINUTE
    pause_at = begin + rng.randint(30, 90) * MINUTE
    pause = Break(
        BreakId(f"{name}-1"), place, TimeWindow(ServiceTime(pause_at), ServiceTime(pause_at + 60 * MINUTE)), 15 * MINUTE
    )
    window = TimeWindow(ServiceTime(begin), ServiceTime(begin + 4 * 60 * MINUTE))
    return Shift(ShiftId(name), Vehicle(name, layouts), place, place, window, (pause,))


def _wish(name: str, rng: Random, travel: TravelMatrix) -> Request:
    places = rng.sample(travel.points, 2)
    at = (8 * 60 + rng.randint(10, 150)) * MINUTE
    ride_s = travel(*places) * 3 // 2 + 10 * MINUTE
    load = rng.choice((Load(1), Load(1), Load(2), Load(0, 1)))
    return Request(
        RequestId(name), *places, TimeWindow(ServiceTime(at), ServiceTime(at + 20 * MINUTE)),
        TimeWindow(ServiceTime(at), ServiceTime(at + 20 * MINUTE + ride_s)), load, ride_s, MINUTE, MINUTE // 2,
    )  # fmt: skip
