"""Two tasks for a worker that gets killed: they note in Redis that they began, wait until told to go on, and note the end."""

from __future__ import annotations

import os
import time

import redis

from backend.celery import app

REDIS = os.environ["REDIS_URL"]


def _work(name: str) -> None:
    client = redis.Redis.from_url(REDIS)
    client.incr(f"{name}-began")
    while not client.exists("go-on"):
        time.sleep(0.05)
    client.incr(f"{name}-ended")


@app.task
def kept(name: str) -> None:
    """A task as Drover sends them: its message is gone when it's done."""
    _work(name)


@app.task(acks_late=False)
def lost(name: str) -> None:
    """The control: its message is gone when it begins."""
    _work(name)
