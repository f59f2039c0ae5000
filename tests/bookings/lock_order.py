"""Looks at the statements of transactions, and tells which rows they lock in another order than that of DECISIONS 52."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

ORDER = ("operator", "series", "waiting", "day", "passenger", "checkout", "booking", "promotion", "receiptcounter")
_LOCK = re.compile(r'FROM "bookings_(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)
_CHANGE = re.compile(r'^(?:UPDATE|DELETE FROM) "bookings_(\w+)"')


@dataclass
class Watch:
    """What one connection has locked since its transaction began; `wrong` is what came too late, as `passenger after booking`."""

    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """Kinds of rows that were locked at all: a watch that sees nothing finds nothing wrong."""
    _held: set[tuple[str, str]] = field(default_factory=set)
    _last: tuple[int, str] = (-1, "")

    def begin(self) -> None:
        self._held, self._last = set(), (-1, "")

    def look(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if connection.in_atomic_block:
            if found := _LOCK.search(sql):
                self._lock(found[1], list(params))
            elif found := _CHANGE.match(sql):
                self._change(found[1], list(params))
        return execute(sql, params, many, context)

    def _lock(self, kind: str, which: list[Any]) -> None:
        rows = {(kind, str(each)) for each in which}
        if kind not in ORDER or rows <= self._held:
            return
        self.seen.add(kind)
        self._held |= rows
        place = (ORDER.index(kind), max(map(str, which)) if kind == "day" else "")  # days by date
        if place < self._last:
            self.wrong.append(f"{kind} after {ORDER[self._last[0]]}")
        self._last = max(self._last, place)

    def _change(self, kind: str, which: list[Any]) -> None:
        """Whoever changes a row has it locked from then on; those that were locked before, or made just now, are none of it."""
        if kind in ("series", "waiting", "passenger") and not any(held == kind for held, _ in self._held):
            self._lock(kind, which)
        if kind == "booking":  # by its number, which comes last
            self._held.add((kind, str(which[-1])))
            self._last = max(self._last, (ORDER.index(kind), ""))


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Watch the transactions of this thread."""
    watch, begin = Watch(), connection.set_autocommit

    def set_autocommit(*args: Any, **more: Any) -> None:
        watch.begin()
        begin(*args, **more)

    with monkeypatch.context() as patched, connection.execute_wrapper(watch.look):
        patched.setattr(connection, "set_autocommit", set_autocommit)
        yield watch
