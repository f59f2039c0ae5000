"""A made-up town with as many vans as one wants, for what no demo service is large enough for. Seeded: the same town each time.

Stops lie at random in a square and are driven between along streets to the four winds (Manhattan distance) at one speed. Wishes
come in all day long at a steady rate, from a stop to another, both drawn evenly: no centre, no peaks, no neighbours who travel
together, so this is a hard place to share rides in. Most people ask for soon, some long before; one in four says when to be
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from zoneinfo import ZoneInfo

from routing.cost import Weights
from routing.model import Load, Point, RequestId, Shift, ShiftId, TimeWindow, Vehicle
from routing.replay.values import Asked, Demand
from routing.travel.matrix import matrix_of
from routing.units import ServiceDay, ServiceTime
from routing.wishes import Access, OfferRules, Wish

DAY = ServiceDay(date(2027, 6, 2), ZoneInfo("Europe/London"))
LAYOUTS = (Load(8, 0), Load(5, 1))
SPEED_M_S = 8
OPENS = ServiceTime(7 * 3600)
RULES = OfferRules(
    notice_s=5 * 60, search_before_s=20 * 60, search_after_s=20 * 60, max_offers=1, max_stops=1, max_detour_s=15 * 60
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlainTown:
    """What kind of town, and how much of a day in it."""

    vehicles: int
    hours: float = 12.0
    asked_per_vehicle_hour: float = 5.0
    """Wishes; a little more than the vans can carry."""
    stops: int = 300
    across_s: int = 25 * 60
    """Driving from one side of the square to the other."""
    seed: int = 1


def town_day(town: PlainTown) -> Demand:
    """The day of a town."""
    rng = Random(town.seed)
    places = [(rng.randrange(town.across_s), rng.randrange(town.across_s)) for _ in range(town.stops)]
    points = [Point(round(-1.5 + x / 1e5, 6), round(54 + y / 1e5, 6)) for x, y in places]
    seconds = [[abs(x - u) + abs(y - v) for u, v in places] for x, y in places]
    travel = matrix_of(points, seconds, [[SPEED_M_S * each for each in row] for row in seconds])
    window = TimeWindow(OPENS, ServiceTime(OPENS + round(town.hours * 3600)))
    return Demand(
        service="plain town",
        day=DAY,
        shifts=tuple(_shifts(town, window, points, rng)),
        travel=travel,
        hours=window,
        rules=RULES,
        weights=Weights(),
        asked=tuple(sorted(_asked(town, window, points, rng), key=lambda each: each.at)),
    )


def _shifts(town: PlainTown, window: TimeWindow, points: list[Point], rng: Random) -> Iterator[Shift]:
    for number in range(town.vehicles):
        depot = rng.choice(points)
        yield Shift(ShiftId(f"van{number + 1}"), Vehicle(f"van{number + 1}", LAYOUTS), depot, depot, window)


def _asked(town: PlainTown, window: TimeWindow, points: list[Point], rng: Random) -> Iterator[Asked]:
    """Times to travel spread evenly from a quarter of an hour after opening to three quarters before closing."""
    first, last = window.earliest + 15 * 60, window.latest - 45 * 60
    for number in range(round(town.vehicles * town.hours * town.asked_per_vehicle_hour)):
        origin, destination = rng.sample(points, 2)
        begin = rng.randrange(first, last)
        ahead_s = rng.randrange(10 * 60, 60 * 60) if rng.random() < 0.8 else rng.randrange(60 * 60, 16 * 3600)
        load = Load(0, 1) if rng.random() < 0.04 else Load(rng.choice((1, 1, 1, 1, 2, 3)))
        yield Asked(RequestId(f"r{number + 1}"), ServiceTime(begin - ahead_s), _wish(origin, destination, begin, load, rng))


def _wish(origin: Point, destination: Point, begin: int, load: Load, rng: Random) -> Wish:
    origins, destinations = (
        (Access(point, walk_s, walk_s * 5 // 6, f"{point.lon},{point.lat}"),)
        for point, walk_s in ((origin, rng.randrange(240)), (destination, rng.randrange(240)))
    )
    slow = load.wheelchairs > 0
    by_arrival = rng.random() < 0.25
    return Wish(
        origins,
        destinations,
        load,
        leave_at=None if by_arrival else ServiceTime(begin),
        arrive_by=ServiceTime(begin + 30 * 60) if by_arrival else None,
        boarding_s=180 if slow else 40,
        alighting_s=120 if slow else 20,
    )
