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
    limits_s: tuple[float, ...] = (0.5, 1, 2, 5, 10)
    solutions: tuple[int, ...] = (100, 400, 1600)
    seeds: tuple[int, ...] = (1, 2, 3)


FULL = Size()
TINY = Size(2, 1, 1, (1,), (2,), 2, 3, (0.05,), (5,), (1,))
