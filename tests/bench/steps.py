"""Where the time goes: functions of the product are wrapped from outside; each step leaves out what is timed inside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pkgutil import resolve_name
from statistics import mean
from time import perf_counter
from typing import Any
from unittest import mock

from django.db import connection

from tests.bench.report import Cell, Table, ms, percentile

REST = "the rest: Django, DRF, middleware"


@dataclass(slots=True)
class Lap:
    """What one call took, by step: seconds, queries, and seconds of those that the database had."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    queries: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    database: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


class Steps:
    """A stopwatch for the functions in `timed`: by dotted name where they are looked up, the step that they are."""

    def __init__(self, timed: Mapping[str, str]) -> None:
        self.timed = timed
        self.laps: list[Lap] = []
        self._stack: list[str] = []
        self._since = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """With the functions wrapped."""
        with ExitStack() as stack:
            for name, step in self.timed.items():
                stack.enter_context(mock.patch(name, self._wrapped(resolve_name(name), step)))
            stack.enter_context(connection.execute_wrapper(self._query))
            yield

    def lap(self, call: Callable[[], Any]) -> Any:
        """Do a call whose steps are timed; gives what it gives."""
        self.laps.append(Lap())
        with self._within(REST):
            return call()

    def table(self, title: str, note: str = "") -> Table:
        """The steps, those that take most first."""
        table = Table(title, ("step", "mean ms", "share", "p50 ms", "p95 ms", "queries", "of it in the database, ms"), note=note)
        totals = [sum(lap.seconds.values()) for lap in self.laps]
        names = {name for lap in self.laps for name in lap.seconds}
        for name in sorted(names, key=lambda name: -sum(lap.seconds[name] for lap in self.laps)):
            table.rows.append(self._row(name, [[each[name] for each in kind] for kind in self._kinds()], mean(totals)))
        table.rows.append(self._row("**all**", [[sum(each.values()) for each in kind] for kind in self._kinds()], mean(totals)))
        return table

    def _kinds(self) -> list[list[defaultdict[str, float]]]:
        return [[getattr(lap, kind) for lap in self.laps] for kind in ("seconds", "queries", "database")]

    def _row(self, name: str, kinds: list[list[float]], total: float) -> Sequence[Cell]:
        seconds, queries, database = kinds
        share = f"{100 * mean(seconds) / total:.0f} %"
        middle, high = percentile(seconds, 50), percentile(seconds, 95)
        return name, ms(mean(seconds)), share, ms(middle), ms(high), f"{mean(queries):.1f}", ms(mean(database))

    def _wrapped(self, function: Callable[..., Any], step: str) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if not self._stack:
                return function(*args, **kwargs)
            with self._within(step):
                return function(*args, **kwargs)

        return timed

    @contextmanager
    def _within(self, step: str) -> Iterator[None]:
        self._switch()
        self._stack.append(step)
        try:
            yield
        finally:
            self._switch()
            self._stack.pop()

    def _switch(self) -> None:
        now = perf_counter()
        if self._stack:
            self.laps[-1].seconds[self._stack[-1]] += now - self._since
        self._since = now

    def _query(self, execute: Callable[..., Any], *args: Any) -> Any:
        if not self._stack:
            return execute(*args)
        begun, step = perf_counter(), self._stack[-1]
        try:
            return execute(*args)
        finally:
            self.laps[-1].queries[step] += 1
            self.laps[-1].database[step] += perf_counter() - begun
