from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True)
class Breaker:
    """Leaves those in peace for a while who have failed several times in a row. Of one process, and forgotten with it."""

    failures: int = 3
    pause: timedelta = timedelta(seconds=60)
    _failed: Counter[str] = field(default_factory=Counter)
    _until: dict[str, datetime] = field(default_factory=dict)

    def paused(self, now: datetime) -> list[str]:
        """Who is left in peace."""
        return [name for name in self._until if not self.lets(name, now)]

    def lets(self, name: str, now: datetime) -> bool:
        return name not in self._until or self._until[name] <= now

    def note(self, name: str, *, worked: bool, now: datetime) -> None:
        self._failed[name] = 0 if worked else self._failed[name] + 1
        if worked:
            self._until.pop(name, None)
        elif self._failed[name] >= self.failures:
            self._until[name] = now + self.pause
