"""Tables of figures, as Markdown for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from statistics import median, quantiles
from time import perf_counter
from typing import Any

Cell = str | int | float
SPREAD = ("n", "p50", "p95", "IQR", "p50 by round")
PACKAGES = ("django", "djangorestframework", "psycopg", "ortools", "numpy", "scipy", "uvicorn")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures under `columns`; the first cell of a row says what it is."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)
    note: str = ""

    def markdown(self) -> str:
        lines = [self.columns, ["---"] + ["--:"] * (len(self.columns) - 1), *self.rows]
        table = "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)
        return f"### {self.title}\n\n{table}\n" + (f"\n{self.note}\n" if self.note else "")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _cell(cell: Cell) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def ms(seconds: float) -> str:
    """Milliseconds to three figures."""
    value = seconds * 1000
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3}f}"


def percentile(values: Sequence[float], percent: int) -> float:
    """By linear interpolation; of a single value, that."""
    return values[0] if len(values) == 1 else quantiles(values, n=100, method="inclusive")[percent - 1]


def iqr(values: Sequence[float]) -> float:
    """From the first to the third quartile: how far apart the middle half is."""
    return percentile(values, 75) - percentile(values, 25)


def spread(rounds: Sequence[Sequence[float]]) -> list[Cell]:
    """The cells of `SPREAD`, in ms: over all rounds, and from the least to the greatest median of a round."""
    values = [value for each in rounds for value in each]
    middles = [median(each) for each in rounds if each]
    shown = [percentile(values, 50), percentile(values, 95), iqr(values)]
    return [len(values), *map(ms, shown), f"{ms(min(middles))}–{ms(max(middles))}"]


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "processor": f"{_processor()} ({platform.machine()})",
        "load before": ", ".join(f"{each:.1f}" for each in os.getloadavg()),
        "Python": sys.version.split()[0],
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def noise(repeats: int = 40) -> list[float]:
    """Seconds that one and the same piece of work takes, again and again: what differs is the machine's doing."""
    taken = []
    for _ in range(repeats):
        begun = perf_counter()
        sum(number * number % 7 for number in range(60_000))
        taken.append(perf_counter() - begun)
    return taken
