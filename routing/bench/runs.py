"""One run: a contender in a process of its own, and what came of it, judged."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from routing.bench.asking import CantAsk, nodes_of, task_of
from routing.bench.contenders import Contender, environment
from routing.formats.instance import Instance
from routing.formats.solution import BadSolution, read_claim
from routing.formats.verdict import faults

GRACE_S = 60.0
"""How long beyond its limit a contender may take to start, compile, build its model and write, before it is ended."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is run: `instance` is the name that the best known values have it under."""

    contender: str
    instance: str
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a case. `faults` counts what is wrong with the plan, by kind; `error` says why there is no plan."""

    case: Case
    vehicles: int = 0
    distance: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    error: str = ""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    routes: list[list[int]] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether there is a plan, and nothing wrong with it."""
        return not self.error and not self.faults

    def as_json(self) -> str:
        return json.dumps({**asdict(self.case), **{key: value for key, value in asdict(self).items() if key != "case"}})

    @classmethod
    def from_json(cls, line: str) -> Run:
        """Raises ValueError for a line that is no run, such as one that was cut off."""
        found: dict[str, Any] = json.loads(line)
        try:
            case = Case(**{name: found.pop(name) for name in ("contender", "instance", "seconds", "seed")})
            return cls(case, **found)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a run: {error}") from None


def perform(case: Case, contender: Contender, path: Path, instance: Instance) -> Run:
    """Run a case and judge its plan. Whatever goes wrong in the contender's process is told in the run, never raised."""
    with TemporaryDirectory(prefix="bench-") as folder:
        task, solution, told = (Path(folder) / name for name in ("task.json", "solution.json", "told.txt"))
        if contender.peer is not None:
            try:
                task.write_text(task_of(instance, case.seconds, case.seed).as_json(), encoding="utf-8")
            except CantAsk as problem:
                return Run(case, error=str(problem))
        command = contender.command(path.resolve(), task, solution, case.seconds, case.seed)
        error, wall_s, cpu_s = _watch(command, told, 1.5 * case.seconds + GRACE_S)
        if error:
            return Run(case, error=error, wall_s=wall_s, cpu_s=cpu_s)
        try:
            run = _judged(case, contender, solution, instance)
        except (BadSolution, IndexError, TypeError) as problem:
            run = Run(case, error=f"its answer is no plan: {str(problem).replace(f'{solution}: ', '')}")
    return Run(case, run.vehicles, run.distance, run.faults, run.error, wall_s, cpu_s, run.routes)


def _watch(command: list[str], told: Path, longest_s: float) -> tuple[str, float, float]:
    """What went wrong, if anything; how long it took; and the seconds of processor it used, its own children's included."""
    late = threading.Event()
    with told.open("wb") as output:
        begun = perf_counter()
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment(), cwd=told.parent
            )
        except OSError as error:
            return f"can't be started: {error}", 0.0, 0.0
        timer = threading.Timer(longest_s, _end, (process, late))
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # Ctrl-C: nothing is left running
            process.kill()
            raise
        finally:
            timer.cancel()
        wall_s = perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu_s = usage.ru_utime + usage.ru_stime
    if late.is_set():
        return f"still running after {longest_s:.0f} s, and ended", wall_s, cpu_s
    if process.returncode:
        said = [line for line in told.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        return f"exit {process.returncode}: {said[-1][:300] if said else 'it said nothing'}", wall_s, cpu_s
    return "", wall_s, cpu_s


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _judged(case: Case, contender: Contender, solution: Path, instance: Instance) -> Run:
    claim = read_claim(solution)
    routes = nodes_of(claim.routes, instance) if contender.peer is not None else claim.routes
    found = Counter(fault.kind.name.lower() for fault in faults(instance, routes))
    false = "; ".join(f"claims {name} {said}, and it is {real:.10g}" for name, said, real in claim.false_values(instance))
    return Run(case, instance.vehicles(routes), instance.distance(routes), dict(found), error=false, routes=routes)
