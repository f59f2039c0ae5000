"""One run: a contender in a process of its own, and what came of it, judged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import perf_counter, sleep
from typing import Any

from routing.bench.asking import CantAsk, nodes_of, task_of
from routing.bench.contenders import Contender, environment
from routing.formats.instance import Instance
from routing.formats.solution import BadSolution, read_claim
from routing.formats.verdict import faults

GRACE_S = 60.0
"""How long beyond its limit a contender may take to start, compile, build its model and write, before it is ended."""

POLL_S = 0.01
"""How often it is looked whether a contender has ended."""


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


def perform(case: Case, contender: Contender, path: Path, instance: Instance, stop: Event) -> Run:
    """Run a case and judge its plan. Whatever goes wrong in the contender's process is told in the run, never raised.

    `stop` ends it from outside.
    """
    with TemporaryDirectory(prefix="bench-") as folder:
        task, solution, told = (Path(folder) / name for name in ("task.json", "solution.json", "told.txt"))
        if contender.peer is not None:
            try:
                task.write_text(task_of(instance, case.seconds, case.seed).as_json(), encoding="utf-8")
            except CantAsk as problem:
                return Run(case, error=str(problem))
        command = contender.command(path.resolve(), task, solution, case.seconds, case.seed)
        ended, wall_s, cpu_s = _watch(command, told, 1.5 * case.seconds + GRACE_S, stop)
        if isinstance(ended, str):
            run = Run(case, error=ended)
        elif ended and not solution.exists():  # `solve` exits with 1 where somebody is left over, and has a plan to judge
            run = Run(case, error=f"exit {ended}: {_last_line(told)}")
        else:
            run = _judged(case, contender, solution, instance)
    return replace(run, wall_s=wall_s, cpu_s=cpu_s)


def _watch(command: list[str], told: Path, longest_s: float, stop: Event) -> tuple[int | str, float, float]:
    """The exit code, or why there is none; how long it took; the seconds of processor it used, its own children's included."""
    with told.open("wb") as output:
        begun, why = perf_counter(), ""
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment(),
                cwd=told.parent,
                start_new_session=True,  # Ctrl-C is for the bench: a solver that hears it would give what it has as its plan
            )
        except OSError as error:
            return f"can't be started: {error}", 0.0, 0.0
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            if not why and (stop.is_set() or perf_counter() - begun > longest_s):
                why = "stopped" if stop.is_set() else f"still running after {longest_s:.0f} s, and ended"
                os.killpg(process.pid, signal.SIGKILL)
            sleep(POLL_S)
        wall_s = perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(ended[1])
    return why or process.returncode, wall_s, ended[2].ru_utime + ended[2].ru_stime


def _last_line(told: Path) -> str:
    said = [line for line in told.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return said[-1][:300] if said else "it said nothing"


def _judged(case: Case, contender: Contender, solution: Path, instance: Instance) -> Run:
    try:
        claim = read_claim(solution)
        routes = nodes_of(claim.routes, instance) if contender.peer is not None else claim.routes
        found = Counter(fault.kind.name.lower() for fault in faults(instance, routes))
        false = "; ".join(f"claims {name} {said}, and it is {real:.10g}" for name, said, real in claim.false_values(instance))
        return Run(case, instance.vehicles(routes), instance.distance(routes), dict(found), error=false, routes=routes)
    except (BadSolution, IndexError, ArithmeticError) as problem:
        return Run(case, error=f"its answer is no plan: {str(problem).replace(f'{solution}: ', '')}")
