"""python -m tests.bench [names]: run the benchmarks, or those named, and print what they found."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from tests.bench.report import Table, iqr, machine, ms, noise, percentile
from tests.bench.size import FULL
from tests.servers import private

BENCHES = (
    "travel", "road_times", "walks", "insertion", "ridepy", "reoptimise", "replay", "places", "offers", "served", "reads",
    "bookings",
)  # fmt: skip
"""In this order: the last leaves the day fuller than it found it."""
FOLDER = Path(__file__).resolve().parents[2] / ".drover" / "bench"


def main(names: Sequence[str]) -> None:
    """Print the tables as they come, and keep them as JSON in .drover/bench/."""
    if unknown := set(names) - set(BENCHES):
        sys.exit(f"There is no benchmark called {', '.join(sorted(unknown))}: choose from {', '.join(BENCHES)}")
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ["RATE_LIMITS"] = "offers=1000000/s,offers-desk=1000000/s"  # counted as ever, but nobody asks as often as we do
    servers = private.for_this_run()
    assert servers is not None
    try:
        django.setup()
        servers.start()
        call_command("migrate", verbosity=0)
        _measure(names or BENCHES)
    finally:
        servers.stop()


def _measure(names: Sequence[str]) -> None:
    from tests.bench.ground import Ground  # its imports want the settings

    ground, begun, facts = Ground(FULL), datetime.now(UTC), machine() | {"database": os.environ["DATABASE_URL"].partition(":")[0]}
    print(f"## Benchmarks, {begun:%Y-%m-%d %H:%M} UTC\n")
    print(Table("Machine", tuple(facts), [tuple(facts.values())]).markdown())
    found, steady = [], Table("Noise: the same pure computation, 40 times each", ("before, ms", "p50", "p95", "IQR"))
    for name in names:
        idle = noise()
        steady.rows.append((name, *map(ms, (percentile(idle, 50), percentile(idle, 95), iqr(idle)))))
        for table in import_module(f"tests.bench.bench_{name}").tables(ground):
            print(table.markdown(), flush=True)
            found.append(table)
    print(steady.markdown())
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = {"at": begun.isoformat(), "machine": facts, "tables": [table.as_json() for table in [*found, steady]]}
    path = FOLDER / f"{begun:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    print(f"Kept in {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")


if __name__ == "__main__":
    main(sys.argv[1:])
