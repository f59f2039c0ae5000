"""Solutions as files: JSON with what was asked, what came of it, and the nodes of each route."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from routing.formats.instance import Instance


class BadSolution(ValueError):
    """A file that can't be read as a solution; the message names the file, the place in it and what is expected there."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The routes are lists of nodes as in the instance's file, without the depot; limits that were not set are None."""

    instance: str
    optimiser: str
    seed: int
    seconds: float | None
    iterations: int | None
    objective: float
    vehicles: int
    distance: float
    routes: list[list[int]]

    def write(self, path: Path) -> None:
        """Raises OSError."""
        values = asdict(self)
        routes = ",\n".join(f"  {route}" for route in values.pop("routes"))
        lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in values.items()]
        path.write_text(",\n".join(["{\n" + lines[0], *lines[1:], f' "routes": [\n{routes}\n ]\n}}\n']), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Claim:
    """The routes of a solution file, and what it says of them; only the routes have to be there."""

    routes: list[list[int]]
    instance: str | None
    values: dict[str, Decimal]

    def false_values(self, instance: Instance) -> Iterator[tuple[str, Decimal, float]]:
        """Each value that the routes don't have: its name, what is claimed, what it is."""
        for name, claimed in self.values.items():
            measure = {"objective": instance.objective_value, "distance": instance.distance, "vehicles": instance.vehicles}[name]
            real = float(measure(self.routes))
            if abs(float(claimed) - real) > _rounding(claimed):
                yield name, claimed, real


def read_claim(path: Path) -> Claim:
    """The claim that a solution file makes. Raises BadSolution."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as problem:
        raise BadSolution(f"{path}: can't be read ({problem.strerror}): give the path of a solution.") from None
    except UnicodeDecodeError:
        raise BadSolution(f"{path}: is not text: give a solution as JSON.") from None
    except json.JSONDecodeError as problem:
        raise BadSolution(
            f"{path}, line {problem.lineno}: is not JSON ({problem.msg}): write it as `solve --output` does."
        ) from None
    if not isinstance(found, dict) or "routes" not in found:
        raise BadSolution(f'{path}: an object with "routes" is expected, such as {{"routes": [[1, 3, 2, 4]]}}.')
    values = {
        name: _number(path, name, found[name]) for name in ("objective", "vehicles", "distance") if found.get(name) is not None
    }
    name = found.get("instance")
    return Claim(_routes(path, found["routes"]), name if isinstance(name, str) else None, values)


def _routes(path: Path, found: Any) -> list[list[int]]:
    if not isinstance(found, list):
        raise BadSolution(f'{path}: "routes" has to be a list of lists of nodes, not {found!r}.')
    for number, route in enumerate(found, 1):
        if not isinstance(route, list):
            raise BadSolution(f"{path}: route {number} has to be a list of nodes, not {route!r}.")
        for node in route:
            if not isinstance(node, int) or isinstance(node, bool):
                raise BadSolution(f"{path}: route {number} has {node!r} where the number of a node is expected.")
    return found


def _number(path: Path, name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise BadSolution(f'{path}: "{name}" has to be a number, not {value!r}.')
    return Decimal(value)


def _rounding(claimed: Decimal) -> float:
    """By how much a value written with so many decimals may be off; the literature gives two, and writers drop zeros."""
    exponent = claimed.as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 0)
    return max(1e-6, 0.5000001 * 10.0**-places)
