"""Answering requests at once beside ridepy, on one stream, by ridepy's rules (`ridepy_rules/README.md`)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from math import hypot
from pathlib import Path
from random import Random
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from tests.bench.ground import Ground
from tests.bench.report import Table, ms, percentile
from tests.bench.ridepy_rules import ours

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
SEATS, EAGER, PATIENCE, DETOUR = 8, 4.0, 0.8, 1.2
"""Seats of a vehicle, requests per vehicle and time unit, the latest pick-up, the detour as a share of the direct way."""


def tables(ground: Ground) -> Iterator[Table]:
    """Requests on demand in a square of side 1, at speed 1."""
    table = Table(
        "Answers on demand beside ridepy, one thread each",
        (
            *("vehicles", "requests", "stops ahead", "ours, ms (mean)", "p50", "p95", "accepted"),
            *("ridepy, ms (mean)", "p50", "p95", "accepted", "times faster (mean)", "p50"),
        ),
        note="Ours includes driving on to the time of the request, ridepy's does not. Empty without ridepy: `make bench-peers`.",
    )
    for vehicles, requests in ground.size.streams:
        table.rows.append(_row(_stream(vehicles, requests)))
    yield table


def _stream(vehicles: int, requests: int) -> dict[str, Any]:
    random = Random(vehicles)
    at, asked = 0.0, []
    for _ in range(requests):
        at += random.expovariate(EAGER * vehicles)
        x, y, u, v = (random.random() for _ in range(4))
        asked.append((at, x, y, u, v, at + PATIENCE, at + hypot(x - u, y - v) * (1 + DETOUR)))
    return {"seats": SEATS, "vehicles": [(random.random(), random.random()) for _ in range(vehicles)], "requests": asked}


def _row(stream: dict[str, Any]) -> list[str]:
    taken, accepted, ahead = _ours(stream)
    row = [str(len(stream["vehicles"])), str(len(taken)), f"{ahead:.1f}", *_spread(taken), f"{len(accepted) / len(taken):.4f}"]
    if not has_ridepy():
        return [*row, *[""] * 6]
    found = _theirs(stream)
    times = [f"{of(found['taken']) / of(taken):.1f}" for of in (mean, median)]
    return [*row, *_spread(found["taken"]), f"{len(found['accepted']) / len(taken):.4f}", *times]


def _spread(taken: list[float]) -> list[str]:
    return [ms(mean(taken)), ms(median(taken)), ms(percentile(taken, 95))]


def _ours(stream: dict[str, Any]) -> tuple[list[float], list[int], float]:
    """Seconds for each answer, the requests accepted, and how many stops vehicles have ahead in the end."""
    vehicles, counts = ours.fleet(stream["vehicles"])
    asks = np.array(stream["requests"])
    ours.answer(vehicles.copy(), counts.copy(), SEATS, asks[0])
    taken, accepted = [], []
    for number, ask in enumerate(asks):
        begun = perf_counter()
        chosen = ours.answer(vehicles, counts, SEATS, ask)
        taken.append(perf_counter() - begun)
        if chosen >= 0:
            accepted.append(number)
    return taken, accepted, float(counts.mean() - 1)


def has_ridepy() -> bool:
    """Whether ridepy can be asked."""
    return PEERS.exists() and not subprocess.run([PEERS, "-c", "import ridepy"], capture_output=True).returncode


def _theirs(stream: dict[str, Any]) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stream.json"
        path.write_text(json.dumps(stream))
        run = subprocess.run(
            [PEERS, ROOT / "tests/bench/ridepy_rules/theirs.py", path], capture_output=True, text=True, check=True
        )
    return json.loads(run.stdout)  # type: ignore[no-any-return]
