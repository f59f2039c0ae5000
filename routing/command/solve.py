"""`python -m routing solve`: a good solution of a published instance."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from routing.command.numbers import positive, seed, whole
from routing.command.progress import Shown
from routing.command.told import BadRequest, figures, gap, plainly
from routing.formats.instance import Instance
from routing.formats.reading import read_instance
from routing.formats.scaled import request_id
from routing.formats.solution import Solution
from routing.formats.verdict import faults
from routing.optimise.protocol import Limit
from routing.solvers import SOLVERS

DESCRIPTION = """Look for a good solution of an instance: for dial-a-ride the shortest, for Li & Lim and Sartori & Buriol with the
fewest vehicles, and of those the shortest. Ctrl-C ends the search and keeps the best so far. Exit code 0 where everybody is
served, 1 where somebody is not, 2 for bad input."""

USUAL_S = 10.0
"""The time limit where none is asked."""

WORTH_SAYING_S = 3.0

FEW = 10
"""So many requests that are not served are listed."""

LONGEST_S = 1e6
"""The time limit where iterations are asked and no time."""


@plainly
def main(argv: Sequence[str] | None = None) -> int:
    """0 where everybody is served, 1 where somebody is not, 2 for bad input."""
    asked = _parser().parse_args(argv)
    if asked.seconds is None and asked.iterations is None:
        asked.seconds = USUAL_S
    instance = read_instance(asked.instance)
    _check_output(asked.output)
    gap(instance, [], asked.best_known)  # what can't be read is said before the search, not after it
    _make_ready(instance, asked.optimiser)
    begun = perf_counter()
    routes = _routes(instance, asked)
    taken = perf_counter() - begun

    if asked.output is not None:
        _write(_solution(instance, asked, routes), asked.output)
    found = faults(instance, routes)
    for fault in found[:FEW]:
        print(fault, file=sys.stderr)
    if len(found) > FEW:
        print(f"and {len(found) - FEW} more, which `python -m routing check` lists", file=sys.stderr)
    print(f"{taken:.2f} s", file=sys.stderr)
    print(f"{instance.name}: {figures(instance, routes)} ({asked.optimiser}){gap(instance, routes, asked.best_known)}")
    return int(bool(found))


def _routes(instance: Instance, asked: argparse.Namespace) -> list[list[int]]:
    solver = SOLVERS[asked.optimiser](instance.weights, asked.seed)
    limit = Limit(LONGEST_S if asked.seconds is None else asked.seconds, asked.iterations)
    with Shown(instance, asked.seconds, asked.iterations) as shown:
        return instance.routes(solver.improve(instance.opening_plan(), instance.problem, limit, shown.report))


def _make_ready(instance: Instance, optimiser: str) -> None:
    """Solve a small part, so that what has to be compiled or loaded is, and takes nothing from the time of the search.

    Two requests in a shift each and one in none: enough for every step that an optimiser knows.
    """
    begun, pairs = perf_counter(), instance.stated.pairs[:3]
    alone = pairs[: min(2, len(instance.problem.shifts))]
    requests = {request: instance.problem.requests[request] for request in map(request_id, pairs)}
    few = replace(instance.problem, requests=requests)
    SOLVERS[optimiser](instance.weights, 1).improve(instance.plan(alone), few, Limit(LONGEST_S, 30))
    if (taken := perf_counter() - begun) > WORTH_SAYING_S:
        print(f"Compiled in {taken:.1f} s; `python -m routing compile` does so ahead.", file=sys.stderr)


def _solution(instance: Instance, asked: argparse.Namespace, routes: list[list[int]]) -> Solution:
    return Solution(
        instance=instance.name,
        optimiser=asked.optimiser,
        seed=asked.seed,
        seconds=asked.seconds,
        iterations=asked.iterations,
        objective=instance.objective_value(routes),
        vehicles=instance.vehicles(routes),
        distance=instance.distance(routes),
        routes=routes,
    )


def _check_output(path: Path | None) -> None:
    """Raises BadRequest for what can't be a file: before the search, not after it."""
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        what = "is a folder" if path.is_dir() else f"can't be written, as there is no folder {path.parent}"
        raise BadRequest(f"{path} {what}: give the path of a file in a folder that exists.")


def _write(solution: Solution, path: Path) -> None:
    """Raises BadRequest."""
    try:
        solution.write(path)
    except OSError as problem:
        raise BadRequest(f"{path} can't be written: {problem.strerror}.") from None


_seconds, _iterations = positive("number of seconds"), whole("number of iterations", 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m routing solve", description=DESCRIPTION)
    add = parser.add_argument
    add("instance", type=Path, metavar="INSTANCE", help="a file by Cordeau, Li & Lim or Sartori & Buriol")
    add(
        "--seconds",
        type=_seconds,
        metavar="S",
        help=f"how long to look at most ({USUAL_S:g}, unless --iterations is given)",
    )
    add(
        "--iterations",
        type=_iterations,
        metavar="N",
        help="how many steps to look at most; makes a run repeatable",
    )
    add("--seed", type=seed, metavar="N", default=1, help="of the random numbers (1)")
    add(
        "--optimiser",
        choices=SOLVERS,
        default="lns",
        help="lns: large-neighbourhood search (default); or-tools: OR-Tools' routing",
    )
    add("--output", type=Path, metavar="FILE.json", help="where to write the solution")
    add("--best-known", type=Path, metavar="FILE", help="best known values as JSON, to print the gap")
    return parser
