"""What a bench leaves in its folder: bench.md for people, bench.json for programs, gap.svg for both."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from routing.bench.best_known import Best
from routing.bench.contenders import Contender
from routing.bench.plot import NoMatplotlib, plot
from routing.bench.runs import Run
from routing.bench.summary import Cell, Summary, beaten, cells_of, summarise
from routing.bench.tables import document, facts, set_table, side_by_side, wrongs


def write_report(
    folder: Path,
    runs: Iterable[Run],
    *,
    sets: Mapping[str, str],
    vehicles_first: Mapping[str, bool],
    best: Mapping[str, Best],
    contenders: Sequence[Contender],
    about: Mapping[str, str],
) -> list[str]:
    """Write the three files into `folder`; `sets` and `vehicles_first` are by instance. Gives what could not be, and why."""
    cells = cells_of(runs, best, vehicles_first)
    by_set = {name: [cell for cell in cells if sets[cell.instance] == name] for name in dict.fromkeys(sets.values())}
    summaries = {name: _summaries(found, contenders) for name, found in by_set.items() if found}
    counts = {name: by_set[name][0].vehicles_first for name in summaries}
    names = [each.name for each in contenders]
    limits = sorted({cell.seconds for cell in cells})
    machine = {**about, **{each.name: each.version for each in contenders}}
    parts = [
        facts(machine),
        wrongs(cells),
        *(set_table(name, rows, counts[name]) for name, rows in summaries.items()),
        *(side_by_side(seconds, cells, names) for seconds in limits),
    ]
    (folder / "bench.md").write_text(document("Benchmark", parts), encoding="utf-8")
    (folder / "bench.json").write_text(json.dumps(_as_json(machine, summaries, cells), indent=1) + "\n", encoding="utf-8")
    try:
        plot(summaries, counts, folder / "gap.svg")
    except NoMatplotlib as error:
        return [str(error)]
    return []


def machine() -> dict[str, str]:
    """What the figures are measured on, and how busy that is now."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "machine": f"{cores} cores, {_processor()} ({platform.machine()}), Python {platform.python_version()}",
        "load when begun": ", ".join(f"{each:.1f}" for each in os.getloadavg()),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def _summaries(cells: Sequence[Cell], contenders: Sequence[Contender]) -> list[Summary]:
    """By limit, then in the order of the contenders."""
    return [
        summarise(found)
        for seconds in sorted({cell.seconds for cell in cells})
        for each in contenders
        if (found := [cell for cell in cells if cell.seconds == seconds and cell.contender == each.name])
    ]


def _as_json(machine: Mapping[str, str], summaries: Mapping[str, Sequence[Summary]], cells: Sequence[Cell]) -> dict[str, Any]:
    return {
        "about": dict(machine),
        "sets": {name: [asdict(row) for row in rows] for name, rows in summaries.items()},
        "instances": [_cell_as_json(cell) for cell in cells],
        "better_than_best_known": [asdict(run.case) for run in beaten(cells)],
    }


def _cell_as_json(cell: Cell) -> dict[str, Any]:
    run = cell.median
    return {
        "instance": cell.instance,
        "optimiser": cell.contender,
        "seconds": cell.seconds,
        "best_known": None if cell.best is None else asdict(cell.best),
        "median": None if run.error else {"vehicles": run.vehicles, "distance": run.distance, "broken": run.faults},
        "gap": cell.gap,
        "vehicles_over": cell.extra,
        "seeds": [
            {"seed": each.case.seed, "vehicles": each.vehicles, "distance": each.distance, "broken": each.faults,
             "error": each.error, "wall_s": round(each.wall_s, 2), "cpu_s": round(each.cpu_s, 2)}
            for each in cell.runs
        ],
    }  # fmt: skip
