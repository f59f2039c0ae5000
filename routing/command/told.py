"""What the commands have in common: errors as sentences, and results as a line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path

from routing.bench.best_known import BadBestKnown, read_best_known
from routing.formats.instance import Instance, Routes
from routing.formats.lines import BadInstance
from routing.formats.solution import BadSolution
from routing.formats.stated import Objective

BAD_INPUT = 2
INTERRUPTED = 130


class BadRequest(ValueError):
    """Something that can't be done; the message says what to ask instead."""


def plainly(command: Callable[[Sequence[str] | None], int]) -> Callable[[Sequence[str] | None], int]:
    """The command, with what is wrong about its input told in a line and not as a traceback."""

    @wraps(command)
    def told(argv: Sequence[str] | None = None) -> int:
        try:
            return command(argv)
        except (BadRequest, BadInstance, BadSolution, BadBestKnown) as problem:
            print(problem, file=sys.stderr)
            return BAD_INPUT
        except KeyboardInterrupt:
            print("Stopped.", file=sys.stderr)
            return INTERRUPTED

    return told


def figures(instance: Instance, routes: Routes) -> str:
    """`45 of 48 requests served, 4 vehicles, distance 668.82`."""
    wanted = {pair.pickup for pair in instance.stated.pairs}
    served = len(wanted & {node for route in routes for node in route})
    vehicles = instance.vehicles(routes)
    return (
        f"{served} of {len(wanted)} requests served, {vehicles} vehicle{'' if vehicles == 1 else 's'}, "
        f"distance {instance.distance(routes):.2f}"
    )


def gap(instance: Instance, routes: Routes, best_known: Path | None) -> str:
    """How far routes are from the best known ones, as a part of a line; nothing where no file is asked. Raises BadBestKnown."""
    if best_known is None:
        return ""
    counts = instance.objective is Objective.VEHICLES_FIRST
    best = read_best_known(best_known, {instance.name: counts}).get(instance.name)
    if best is None:
        return f"; {best_known.name} has no {instance.name}"
    said = f"{round(100 * best.gap(instance.distance(routes)), 2) or 0:+.2f} % on {best.distance:g}"
    if counts:
        said = f"{best.extra(instance.vehicles(routes)):+d} vehicles on {best.vehicles}, " + said
    return f"; best known: {said}"
