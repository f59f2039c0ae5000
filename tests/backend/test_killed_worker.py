"""A worker that is killed in the middle of a task loses nothing: another does the task again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from tests.servers.workers import kill, workers

ROOT = Path(__file__).resolve().parent.parent.parent
SEND = "import sys; from tests.backend import killed_tasks; [getattr(killed_tasks, name).delay(name) for name in sys.argv[1:]]"
LOCKED_S = """
from backend.celery import app
print(app.conf.broker_transport_options.get("unacked_mutex_expire", 300))
"""

pytestmark = [pytest.mark.redis, pytest.mark.xdist_group("killed worker")]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """A Redis database of its own, where messages come back after 2 s instead of 10 min."""
    address = os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/9"
    redis.Redis.from_url(address).flushdb()
    here = {"REDIS_URL": address, "CELERY_BROKER_URL": address, "VISIBILITY_TIMEOUT_S": "2"}
    return {**os.environ, **here, "DATABASE_URL": "", "DROVER_DATA": str(tmp_path)}


@pytest.fixture
def start_worker(surroundings: dict[str, str]) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    with workers(surroundings, "--include=tests.backend.killed_tasks", "--queues=quick,solve", "--concurrency=2") as start:
        yield start


def wait_until(holds: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + 90
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def wait_for(client: redis.Redis, key: str, times: int) -> bool:
    return wait_until(lambda: int(client.get(key) or 0) >= times)


def test_another_worker_does_the_task_again(
    surroundings: dict[str, str], start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    surroundings["VISIBILITY_TIMEOUT_S"] = "10"  # or a slow machine gives them back while they wait for their turn
    client = redis.Redis.from_url(surroundings["REDIS_URL"])
    first = start_worker()
    subprocess.run([sys.executable, "-c", SEND, "kept", "lost"], cwd=ROOT, env=surroundings, check=True)
    assert wait_for(client, "kept-began", 1)
    assert wait_for(client, "lost-began", 1)
    assert wait_until(lambda: client.hlen("unacked") == 1), "the control is acknowledged a moment after it began"

    kill(first)
    client.set("go-on", 1)
    start_worker()

    assert wait_for(client, "kept-ended", 1)
    # The control: acknowledged when it began, this one is gone for good.
    assert client.get("lost-ended") is None
    assert int(client.get("lost-began") or 0) == 1


def test_a_worker_killed_while_it_gives_back_what_others_left_keeps_nobody_from_it(
    surroundings: dict[str, str], start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    surroundings["VISIBILITY_TIMEOUT_S"] = "6"  # workers look each 3 s
    client = redis.Redis.from_url(surroundings["REDIS_URL"])
    first = start_worker()
    subprocess.run([sys.executable, "-c", SEND, "kept"], cwd=ROOT, env=surroundings, check=True)
    assert wait_for(client, "kept-began", 1)

    kill(first)
    # What a worker leaves that is killed while it looks: a lock for as long as the settings say, kombu's own 300 s without them.
    found = subprocess.run(
        [sys.executable, "-c", LOCKED_S], cwd=ROOT, env=surroundings, check=True, capture_output=True, text=True
    )
    client.set("unacked_mutex", "killed", ex=int(found.stdout))
    client.set("go-on", 1)
    start_worker()

    assert wait_for(client, "kept-ended", 1)
