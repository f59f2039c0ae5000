"""A task for a worker that gets killed: it notes in Redis that it began, waits until told to go on, and notes the end."""

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
