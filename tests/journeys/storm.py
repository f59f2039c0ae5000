"""Many people doing something at the very same moment, each with a database connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def all_at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Do all calls, each in a thread that waits until every other one is ready; their answers in order."""
    ready = threading.Barrier(len(calls))

    def one(call: Callable[[], T]) -> T:
        try:
            ready.wait(timeout=30)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(one, calls))
