"""Celery workers in processes of their own, that a test may kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def workers(environment: dict[str, str], *options: str) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """A function that starts one; those that live when the block ends are killed, with their children."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "--app=backend.celery", "worker", "--loglevel=warning", *options]
        null = subprocess.DEVNULL
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=null, stderr=null, start_new_session=True))
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """End a worker and its children at once, without a word."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
