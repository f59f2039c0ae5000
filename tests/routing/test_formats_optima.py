"""Instances whose optimum is proved: what is read, solved and judged comes out as published, and nothing is better.

Values of Cordeau (2006) and Ropke, Cordeau & Laporte (2007), "Models and branch-and-cut algorithms for pickup and delivery
problems with time windows"; those of Li & Lim (2001) with 100 tasks as SINTEF lists them, vehicles before distance.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.formats.reading import read_instance
from routing.formats.verdict import faults
from routing.optimise.protocol import Limit
from routing.solvers import SOLVERS


@pytest.mark.parametrize(
    ("name", "optimum"),
    [
        ("darp/a2-16", (0, 294.25)),
        ("darp/a3-18", (0, 300.48)),
        ("darp/a4-16", (0, 282.68)),
        ("lilim/lc101", (10, 828.94)),
        ("lilim/lr101", (19, 1650.80)),
        ("darp/a2-20", (0, 344.83)),
        ("darp/a2-24", (0, 431.12)),
        ("darp/a3-24", (0, 344.83)),
        ("darp/a3-30", (0, 494.85)),
        ("darp/a4-24", (0, 375.02)),
    ],
)
def test_a_published_optimum_is_found_again(shared_data: Path, name: str, optimum: tuple[int, float]) -> None:
    instance = read_instance(shared_data / f"{name}.txt")
    solver = SOLVERS["lns"](instance.weights, 1)

    plan = solver.improve(instance.opening_plan(), instance.problem, Limit(600, 10_000))

    routes = instance.routes(plan)
    assert faults(instance, routes) == []
    vehicles, distance = instance.rank(routes)
    assert (vehicles, round(distance, 2)) == optimum
