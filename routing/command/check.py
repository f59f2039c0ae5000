"""`python -m routing check`: a solution against the file of its instance."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from routing.command.told import figures, gap, plainly
from routing.formats.reading import read_instance
from routing.formats.solution import read_claim
from routing.formats.verdict import faults

DESCRIPTION = """Say what is wrong with a solution: every rule that it breaks, with the route, the node and by how much, and every
value that it claims and doesn't have. Times and distances are those of the instance's file in double precision; 1e-6 is let
pass. Exit code 0 where nothing is wrong, 1 where something is, 2 for files that can't be read."""


@plainly
def main(argv: Sequence[str] | None = None) -> int:
    """0 where nothing is wrong, 1 where something is, 2 for bad input."""
    asked = _parser().parse_args(argv)
    instance, claim = read_instance(asked.instance), read_claim(asked.solution)
    if claim.instance not in (None, instance.name):
        print(f"Note: the solution says that it is of {claim.instance}, not of {instance.name}.", file=sys.stderr)
    found = [str(fault) for fault in faults(instance, claim.routes)]
    known = all(0 <= node < len(instance.stated.nodes) for route in claim.routes for node in route)
    if known:  # a node that the file lacks has no distance
        false = claim.false_values(instance)
        found += [f"all: {name} is claimed to be {claimed}, and is {real:.10g}" for name, claimed, real in false]
        result = f"{figures(instance, claim.routes)}{gap(instance, claim.routes, asked.best_known)}"
    else:
        result = "no distance, with nodes that the instance lacks"
    for line in found:
        print(line)
    print(f"{instance.name}: {f'{len(found)} wrong' if found else 'nothing wrong'}: {result}")
    return int(bool(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m routing check", description=DESCRIPTION)
    parser.add_argument("instance", type=Path, metavar="INSTANCE", help="a file by Cordeau, Li & Lim or Sartori & Buriol")
    parser.add_argument("solution", type=Path, metavar="SOLUTION.json", help='as `solve --output` writes it; "routes" is enough')
    parser.add_argument("--best-known", type=Path, metavar="FILE", help="best known values as JSON, to print the gap")
    return parser
