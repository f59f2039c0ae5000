"""The search box: GET places in a county of made-up places, on PostgreSQL and on the embedded database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from tests.bench.ground import Ground
from tests.bench.report import SPREAD, Table, ms, percentile, spread
from tests.servers.embedded import put_database
from tests.servers.tables import create_database

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "bench_places"
PROCESSOR = "Processor: of the process of the API and that of PostgreSQL together, which is steadier on a busy machine."


def tables(ground: Ground) -> Iterator[Table]:
    """GET places by database, then by what was typed."""
    size = ground.size
    runs = list(answers(size.places, size.searches, size.rounds))
    title = f"GET places, in process: {size.places} places, {size.searches} searches"
    table = Table(title, ("database, ms", *SPREAD, "processor p50", "processor p95", "writing the places, s"), note=PROCESSOR)
    for run in runs:
        seconds, worked = ([each[column] for each in run["times"]] for column in (1, 2))
        rounds = [seconds[begin : begin + size.searches] for begin in range(0, len(seconds), size.searches)]
        of_processor = (ms(percentile(worked, percent)) for percent in (50, 95))
        table.rows.append([run["database"], *spread(rounds), *of_processor, float(run["put_s"])])
    yield table
    columns = [f"{run['database']}, {what}" for run in runs for what in ("p50", "p95")]
    by_how = Table("GET places, by what was typed, ms", ("typed", *columns))
    for how in sorted({each[0] for run in runs for each in run["times"]}):
        mine = [[taken for each, taken, _ in run["times"] if each == how] for run in runs]
        by_how.rows.append([how, *(ms(each) for seconds in mine for each in (median(seconds), percentile(seconds, 95)))])
    yield by_how


def answers(places: int, searches: int, rounds: int) -> Iterator[dict[str, Any]]:
    """What `places_run` prints, on the embedded database and, where there is one, on the PostgreSQL of this run."""
    with TemporaryDirectory() as folder:
        yield _run(places, searches, rounds, DATABASE_URL="", DROVER_DATA=str(put_database(Path(folder))))
    if address := os.environ.get("DATABASE_URL", ""):
        with psycopg.connect(address.replace("postgis://", "postgresql://"), autocommit=True) as server:
            create_database(server, DATABASE)
            try:
                yield _run(places, searches, rounds, DATABASE_URL=f"{address.rsplit('/', 1)[0]}/{DATABASE}")
            finally:
                server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _run(*numbers: int, **environment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.places_run", *map(str, numbers)]
    told = {**os.environ, "DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "ERROR", **environment}
    run = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found
