"""`python -m routing compile`: fill the cache of compiled code, at installation or when an image is built."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from time import perf_counter

from routing.command.told import plainly
from routing.warm import warm_up

DESCRIPTION = """Compile whatever would else be compiled when it is first used, and keep it for later processes. Where it is there
already, this takes a second."""


@plainly
def main(argv: Sequence[str] | None = None) -> int:
    """0; an error of the compiler is a fault of Drover's and shows its traceback."""
    argparse.ArgumentParser(prog="python -m routing compile", description=DESCRIPTION).parse_args(argv)
    begun = perf_counter()
    warm_up()
    print(f"Compiled in {perf_counter() - begun:.1f} s.")
    return 0
