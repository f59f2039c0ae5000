"""The runs of a bench as a file that grows by a line a run, so that one that was interrupted can be gone on with."""

from __future__ import annotations

import threading
from pathlib import Path

from routing.bench.runs import Case, Run


class Store:
    """Runs in `folder`/runs.jsonl. Several threads may add to it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "runs.jsonl"
        self._lock = threading.Lock()

    def add(self, run: Run) -> None:
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(run.as_json() + "\n")

    def runs(self) -> dict[Case, Run]:
        """The last run of each case. A line that was cut off counts for nothing."""
        found: dict[Case, Run] = {}
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            try:
                run = Run.from_json(line)
            except ValueError:
                continue
            found[run.case] = run
        return found

    def mend(self) -> None:
        """End a line that was cut off, so that the next run has one of its own."""
        if self.path.exists() and not (text := self.path.read_bytes()).endswith(b"\n") and text:
            with self.path.open("ab") as file:
                file.write(b"\n")
