"""Background work inside this process: a Celery worker and beat in threads, on the memory broker.

For the demo and for trying things out. Messages live in this process and end with it; what has to happen in spite of that is in
the database, where beat finds it after a restart.
"""

from __future__ import annotations

import threading

from celery.beat import Scheduler, Service
from celery.signals import task_postrun
from celery.worker import WorkController, state
from django.db import close_old_connections

from backend.celery import app

QUEUES = ("quick", "solve", "messages")
_SETTLE_S = 20


class EmbeddedWorkers:
    """One worker thread that does task after task, and beat beside it. Start once per process."""

    def __init__(self) -> None:
        app.finalize()
        self._ready = threading.Event()
        self._worker = WorkController(
            app=app,
            pool_cls="solo",
            concurrency=1,
            queues=QUEUES,
            ready_callback=lambda _consumer: self._ready.set(),
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        self._beat = Service(app, max_interval=1, scheduler_cls=Scheduler)
        self._threads = [
            threading.Thread(target=self._worker.start, name="worker", daemon=True),
            threading.Thread(target=self._beat.start, name="beat", daemon=True),
        ]

    def start(self) -> None:
        """Return once the worker takes tasks. Raises RuntimeError where it doesn't come up."""
        task_postrun.connect(_close_connections)
        for thread in self._threads:
            thread.start()
        if not self._ready.wait(_SETTLE_S):
            raise RuntimeError("the background worker did not start; the log says why")

    def stop(self) -> None:
        """Finish the task in hand and stop."""
        self._beat.stop()
        state.should_stop = 0  # type: ignore[assignment]  # the stubs know only its first value
        for thread in self._threads:
            thread.join(_SETTLE_S)
        state.should_stop = None
        task_postrun.disconnect(_close_connections)


def _close_connections(**_: object) -> None:
    close_old_connections()
