"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """`wishes` of the busiest day are booked beforehand; each figure of the API then comes from so many rounds over a day's
    wishes. The others are what the benchmarks vary.
    """

    wishes: int = 78
    rounds: int = 3
    reads: int = 8
    clients: tuple[int, ...] = (1, 2, 8)
    shifts: tuple[int, ...] = (10, 100, 500, 2000)
    carried: int = 20
    """Requests per shift: 40 visits."""
    requests: int = 500
    streams: tuple[tuple[int, int], ...] = ((10, 4000), (100, 6000), (1000, 8000))
    """Vehicles and requests on demand."""
    limits_s: tuple[float, ...] = (0.5, 1, 2, 5, 10)
    solutions: tuple[int, ...] = (100, 400, 1600)
    seeds: tuple[int, ...] = (1, 2, 3)
    searched: int = 3000
    """Solutions of each re-optimisation in a replay,"""
    replay_rounds: int = 300
    """rounds of looking for the clairvoyant plan,"""
    replay_starts: int = 3
    """from so many beginnings for the two days of the fixture, from one for others,"""
    replayed: int = 20
    """other days in Ripon,"""
    towns: tuple[tuple[int, float], ...] = ((100, 12), (500, 4), (2000, 2))
    """vans and hours in a plain town, and how long its re-optimisations are."""
    town_searched: int = 500
    networks: tuple[str, ...] = ("ripon", "andorra", "rutland")
    """whose roads are loaded,"""
    stops: tuple[int, ...] = (50, 200, 800)
    """and stops on them."""
    places: int = 100_000
    """Places in a county, and how often somebody looks for one."""
    searches: int = 400
    pairs: int = 200
    """Ways compared with those of another engine."""


FULL = Size()
TINY = Size(2, 1, 1, (1,), (2,), 2, 3, ((2, 20),), (0.05,), (5,), (1,), 5, 2, 1, 1, ((2, 2),), 5, ("ripon",), (5,), 60, 12)
