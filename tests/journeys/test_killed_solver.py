"""The worker is killed while it solves: nothing is lost, nobody waits for it, and the day can be solved again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection

from backend.wiring import optimiser, planner_for
from bookings.actions.reoptimise import reoptimise
from bookings.models import Event
from routing.optimise.protocol import Limit
from tests.backend.api_world import World
from tests.journeys import judge
from tests.journeys.callers import ask, wishes
from tests.servers.workers import kill, workers

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.xdist_group("killed worker")]

ROOT = Path(__file__).resolve().parents[2]
SOLVES_S = 6
SEND = """
import sys
from backend.celery import app
print(app.send_task("backend.tasks.reoptimise", args=["ripon", sys.argv[1]]).id)
"""


@pytest.fixture
def surroundings(ripon: World) -> dict[str, str]:
    """The database of this test, and a broker of its own where messages come back after 2 s instead of 10 min."""
    database = connection.settings_dict
    broker = os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/8"
    redis.Redis.from_url(broker).flushdb()
    login = f"{database['USER']}:{database['PASSWORD']}@" if database["PASSWORD"] else f"{database['USER']}@"
    return {
        **os.environ,
        "DATABASE_URL": f"postgis://{login}{database['HOST']}:{database['PORT']}/{database['NAME']}",
        "REDIS_URL": broker,
        "CELERY_BROKER_URL": broker,
        "VISIBILITY_TIMEOUT_S": "2",
        "REOPTIMISE_S": str(SOLVES_S),
    }


@pytest.fixture
def start_worker(surroundings: dict[str, str]) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    with workers(surroundings, "--queues=solve", "--concurrency=1") as start:
        yield start


def outcomes(day: date) -> list[str]:
    """The requests that re-optimisations of the day have answered."""
    kinds = ["plan.reoptimised", "plan.kept"]
    return [event.data["request"] for event in Event.objects.filter(date=day, kind__in=kinds)]


def wait_until(holds: Callable[[], bool], patience_s: float = 60) -> bool:
    give_up = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def test_a_worker_killed_while_solving_loses_nothing(
    ripon: World, surroundings: dict[str, str], start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    day = (ripon.now + timedelta(days=1)).date()

    def book(wish: dict[str, Any]) -> str | None:
        offer = ask(ripon, wish)
        return offer and str(ripon.post("agent", "bookings", {"offer": offer}).json()["reference"])

    *first, last = [wish for wish in wishes("usual") if wish["return_of"] is None]
    before = {reference for wish in first if (reference := book(wish))}
    assert len(before) > 15, "a problem that takes some time"
    promised = judge.promises(ripon.service, day)

    broker = redis.Redis.from_url(surroundings["REDIS_URL"])
    worker = start_worker()
    send = [sys.executable, "-c", SEND, day.isoformat()]
    asked = subprocess.run(send, cwd=ROOT, env=surroundings, check=True, capture_output=True, text=True).stdout.strip()
    assert wait_until(lambda: broker.hlen("unacked") == 1), "no worker took the task"
    time.sleep(1)
    kill(worker)
    assert outcomes(day) == [], "killed too late: it had solved already"

    after = book(last)
    assert after, "it has left no lock behind"
    assert judge.seated(ripon.service, day) == judge.expected(ripon.service, day)

    # Another worker would do just this (that its message comes back is tested in tests/backend/test_killed_worker.py).
    planner = planner_for(ripon.service)
    reoptimise(
        ripon.service,
        day,
        optimiser=optimiser(),
        limit=Limit(seconds=2),
        planner=planner,
        clock=lambda: ripon.now,
        request=asked,
    )
    assert outcomes(day) == [asked]
    assert judge.seated(ripon.service, day) == judge.expected(ripon.service, day)
    assert judge.faults(ripon.service, day) == []
    now = judge.promises(ripon.service, day)
    assert set(now) == before | {after}
    assert {reference: now[reference] for reference in before} == promised
