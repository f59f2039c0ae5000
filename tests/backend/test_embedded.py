"""Without Redis and without other processes, background work happens all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# Its own process, as the embedded worker is one per process and takes the memory broker.
STORY = """
import threading
import django
django.setup()
from datetime import timedelta
from django.contrib.auth.models import User
from django.core.management import call_command
from backend.celery import app
from backend.embedded import EmbeddedWorkers

call_command("migrate", "auth", verbosity=0)
asked, ticked = threading.Event(), threading.Event()

@app.task(name="tests.ask")
def ask(name):
    User.objects.create(username=name)
    asked.set()

@app.task(name="backend.tasks.reoptimise_for_the_test")  # routed to the other queue
def tick():
    ticked.set()

app.conf.beat_schedule = {"often": {"task": "backend.tasks.reoptimise_for_the_test", "schedule": timedelta(seconds=1)}}
workers = EmbeddedWorkers()
workers.start()
ask.delay("ann")
assert asked.wait(20), "the worker did not take the task"
assert ticked.wait(20), "beat did not send its task"
workers.stop()
assert User.objects.filter(username="ann").exists()
asked.clear()
ask.delay("bob")
assert not asked.wait(1), "a stopped worker took a task"
print("done")
"""


def test_a_task_and_a_periodic_task_run_in_this_process_until_it_is_stopped(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", STORY],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "", "CELERY_BROKER_URL": "memory://localhost/", "DROVER_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.strip().endswith("done")
