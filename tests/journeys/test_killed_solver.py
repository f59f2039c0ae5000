"""The worker is killed while it solves: nothing is lost, nobody waits for it, and another one brings the answer."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import redis
from django.db import connection

from backend import tasks
from backend.celery import app
from bookings import asked
from tests.backend.api_world import World
from tests.journeys import judge
from tests.journeys.callers import ask, wishes
from tests.servers.workers import kill, workers

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.xdist_group("killed worker")]

SOLVES_S = 6


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
def broker(surroundings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """Its Redis, to which this process sends its tasks as well."""
    with app.connection_for_write(surroundings["CELERY_BROKER_URL"]) as connected:
        monkeypatch.setattr(app, "send_task", partial(app.send_task, connection=connected))
        yield redis.Redis.from_url(surroundings["REDIS_URL"])


@pytest.fixture
def start_worker(surroundings: dict[str, str]) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    with workers(surroundings, "--queues=solve", "--concurrency=1") as start:
        yield start


def book(ripon: World, wish: dict[str, Any]) -> str | None:
    offer = ask(ripon, wish)
    return offer and str(ripon.post("agent", "bookings", {"offer": offer}).json()["reference"])


def ask_for_a_better_plan(ripon: World, day: date) -> str:
    response = ripon.post("dispatcher", f"services/ripon/days/{day.isoformat()}/reoptimise")
    assert response.status_code == 202
    return str(response.json()["request"])


def outcomes(ripon: World, day: date) -> list[str]:
    """The requests that re-optimisations of the day have answered."""
    return [event.data["request"] for event in asked.answers(ripon.service, day)]


def wait_until(holds: Callable[[], bool], patience_s: float = 90) -> bool:
    give_up = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def test_a_worker_killed_while_solving_loses_nothing(
    ripon: World, broker: redis.Redis, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    day = (ripon.now + timedelta(days=1)).date()
    *first, last = [wish for wish in wishes("usual") if wish["return_of"] is None]
    before = {reference for wish in first if (reference := book(ripon, wish))}
    assert len(before) > 15, "a problem that takes some time"
    promised = judge.promises(ripon.service, day)

    worker = start_worker()
    request = ask_for_a_better_plan(ripon, day)
    assert wait_until(lambda: broker.hlen("unacked") == 1), "no worker took the task"
    time.sleep(1)
    kill(worker)
    assert outcomes(ripon, day) == [], "killed too late: it had solved already"

    after = book(ripon, last)
    assert after, "it has left no lock behind"
    assert judge.seated(ripon.service, day) == judge.expected(ripon.service, day)

    start_worker()
    assert wait_until(lambda: bool(outcomes(ripon, day))), "nobody did the task again"
    assert outcomes(ripon, day) == [request]
    assert judge.seated(ripon.service, day) == judge.expected(ripon.service, day)
    assert judge.faults(ripon.service, day) == []
    now = judge.promises(ripon.service, day)
    assert set(now) == before | {after}
    assert {reference: now[reference] for reference in before} == promised


def test_redis_that_forgets_everything_costs_only_time(
    ripon: World,
    surroundings: dict[str, str],
    broker: redis.Redis,
    start_worker: Callable[[], subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    surroundings["REOPTIMISE_S"] = "1"
    day = (ripon.now + timedelta(days=1)).date()
    booked = [book(ripon, wish) for wish in wishes("usual")[:4]]
    assert any(booked)

    one, other = ask_for_a_better_plan(ripon, day), ask_for_a_better_plan(ripon, day)
    assert broker.llen("solve") == 2
    broker.flushdb()

    # The control: of itself nothing happens. A worker does what it's told from now on, and that isn't either of these.
    start_worker()
    later = ask_for_a_better_plan(ripon, day)
    assert wait_until(lambda: later in outcomes(ripon, day)), "the worker works"
    assert outcomes(ripon, day) == [later]

    monkeypatch.setattr(tasks, "database_now", lambda: ripon.now + timedelta(minutes=10))
    tasks.chase()
    assert wait_until(lambda: len(outcomes(ripon, day)) == 3), "nobody asked again"
    assert outcomes(ripon, day) == [later, one, other]
