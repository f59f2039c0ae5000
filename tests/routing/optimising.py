"""What the optimiser's tests share: every plan that a small problem allows, and random problems with a plan to start from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random

from routing.check import Violation
from routing.cost import Weights
from routing.insertion import find_best_insertion
from routing.model import Break, BreakId, Load, Point, Problem, Request, RequestId, Shift, ShiftId, TimeWindow, Vehicle
from routing.optimise.guard import find_objection
from routing.optimise.ortools_routing import OrToolsOptimiser
from routing.optimise.protocol import Limit
from routing.plan import Action, Plan, Visit, opening_plan
from routing.travel.matrix import TravelMatrix, matrix_of
from routing.units import ServiceTime
from tests.builders import DAY, problem_of

WEIGHTS = Weights()
MINUTE = 60


def improve(plan: Plan, problem: Problem, solutions: int = 60, seconds: float = 20) -> Plan:
    """The optimiser with a limit that does not depend on how busy the computer is."""
    return OrToolsOptimiser(WEIGHTS).improve(plan, problem, Limit(seconds, solutions))


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
    places = [Point(round(rng.uniform(-1.6, -1.5), 5), round(rng.uniform(54.1, 54.2), 5)) for _ in range(8)]
    travel = matrix_of(places, [[round(6000 * (abs(a.lon - b.lon) + abs(a.lat - b.lat))) * 2 for b in places] for a in places])
    shifts = [_van(f"van{k + 1}", places[k], rng) for k in range(vans)]
    plan, taken = opening_plan("test", DAY, shifts), dict[RequestId, Request]()
    for number in range(wishes):
        request = _wish(f"r{number}", rng.sample(places, 2), rng, travel)
        found = find_best_insertion(plan, request, problem_of(travel, shifts, [*taken.values(), request]), WEIGHTS)
        if found is not None:
            plan, taken[request.id] = found.into(plan), request
    return plan, problem_of(travel, shifts, taken.values())


def _van(name: str, place: Point, rng: Random) -> Shift:
    layouts = (Load(4, 0), Load(2, 1))
    begin = 8 * 60 * MINUTE
    pause_at = begin + rng.randint(30, 90) * MINUTE
    pause = Break(
        BreakId(f"{name}-1"), place, TimeWindow(ServiceTime(pause_at), ServiceTime(pause_at + 60 * MINUTE)), 15 * MINUTE
    )
    window = TimeWindow(ServiceTime(begin), ServiceTime(begin + 4 * 60 * MINUTE))
    return Shift(ShiftId(name), Vehicle(name, layouts), place, place, window, (pause,))


def _wish(name: str, places: list[Point], rng: Random, travel: TravelMatrix) -> Request:
    at = (8 * 60 + rng.randint(10, 150)) * MINUTE
    ride_s = travel(*places) * 3 // 2 + 10 * MINUTE
    load = rng.choice((Load(1), Load(1), Load(2), Load(0, 1)))
    return Request(
        RequestId(name), *places, TimeWindow(ServiceTime(at), ServiceTime(at + 20 * MINUTE)),
        TimeWindow(ServiceTime(at), ServiceTime(at + 20 * MINUTE + ride_s)), load, ride_s, MINUTE, MINUTE // 2,
    )  # fmt: skip
