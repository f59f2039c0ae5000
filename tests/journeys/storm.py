"""Many people doing something at the very same moment, each with a database connection of their own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

import pytest
from django.db import connections

T = TypeVar("T")


class Crowd:
    """So many people, who keep their thread and their connection until all leave.

    From the second round on nobody has to connect first, which takes longer than what the storm is about, and each another time.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._ready = threading.Barrier(size)
        self._threads = ThreadPoolExecutor(size)

    def all_at_once(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Do as many calls as there are people, each in a thread that waits until every other one is ready; answers in order."""
        assert len(calls) == self.size, "with fewer, those who are there would wait for ever"

        def one(call: Callable[[], T]) -> T:
            self._ready.wait(timeout=30)
            return call()

        return list(self._threads.map(one, calls))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.all_at_once([connections.close_all] * self.size)
        self._threads.shutdown()


def all_at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Do all calls, each in a thread that waits until every other one is ready; their answers in order."""
    with Crowd(len(calls)) as crowd:
        return crowd.all_at_once(calls)


class Meeting:
    """Where each thread waits at its first coming until all have come; a race that is staged and not hoped for."""

    def __init__(self, size: int) -> None:
        self._all, self._been = threading.Barrier(size), threading.local()

    def wait(self) -> None:
        if not hasattr(self._been, "here"):
            self._been.here = True
            self._all.wait(timeout=60)


def all_get_to(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, size: int, *, in_turn: bool = False) -> None:
    """Nobody calls a function for the first time before all are about to; `in_turn`: and only one at a time."""
    work, meeting = getattr(module, name), Meeting(size)
    turn = threading.Lock() if in_turn else contextlib.nullcontext()

    def slow(*args: Any, **kwargs: Any) -> Any:
        meeting.wait()
        with turn:
            return work(*args, **kwargs)

    monkeypatch.setattr(module, name, slow)
