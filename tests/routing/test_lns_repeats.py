"""The same search gives the same plan: in another process, and with its kernels run as the plain Python that they are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from routing.check import violations
from tests.routing import lns_days
from tests.routing.lns import driver_of
from tests.routing.optimising import search, varied_day

ROOT = Path(__file__).resolve().parent.parent.parent
STEPS = 40


@cache
def here() -> list[dict[str, list[str]]]:
    return lns_days.found(STEPS)


def in_another_process(**environment: str) -> dict[str, object]:
    made = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.routing.lns_days", str(STEPS)],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    answer: dict[str, object] = json.loads(made.stdout)
    return answer


def test_the_days_are_worth_the_name() -> None:
    limited, plain, under_way = ((*day(), plans) for day, plans in zip(lns_days.DAYS, here(), strict=True))

    for plan, problem, weights, found in (limited, plain, under_way):
        driver = driver_of(plan, problem, weights)
        assert driver is not None
        assert driver.net.plain == (plan is plain[0])
        assert found != {shift: ["".join(visit) for visit in route.visits] for shift, route in plan.routes.items()}
    assert any(shift.vehicle.last_in_first_out for shift in under_way[1].shifts.values())
    assert sum(len(shift.breaks) for shift in under_way[1].shifts.values())
    assert [found.kind.name for found in violations(under_way[0], under_way[1])] == ["UNSERVED"]


def test_uncompiled_it_takes_the_same_steps() -> None:
    assert in_another_process(NUMBA_DISABLE_JIT="1") == {"compiled": False, "plans": here()}


def test_the_order_of_sets_makes_no_difference() -> None:
    other = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"

    assert in_another_process(PYTHONHASHSEED=other) == {"compiled": True, "plans": here()}


def test_the_same_seed_gives_the_same_plan_and_another_may_not() -> None:
    plan, problem = varied_day(10, wishes=40, vans=3)

    first, second = search(plan, problem, solutions=40), search(plan, problem, solutions=40)
    others = [search(plan, problem, solutions=40, seed=seed) for seed in (2, 3, 4)]

    assert first == second
    assert any(other != first for other in others)
