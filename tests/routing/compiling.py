"""Compiles ahead and then searches, and prints as JSON which kernels were called, with how many kinds of arguments, and what was
compiled for it.

In a process of its own, where nothing else has called a kernel: `python -m tests.routing.compiling INSTANCE...`.
"""

from __future__ import annotations

import json
import sys

from numba.core.dispatcher import Dispatcher

from routing.__main__ import main
from routing.solvers import SOLVERS


def kernels() -> set[Dispatcher]:
    ours = [module for name, module in sys.modules.items() if name.startswith("routing.")]
    return {each for module in ours for each in vars(module).values() if isinstance(each, Dispatcher)}


def called() -> dict[str, int]:
    """Kinds of arguments by kernel, where there are any: each kind is compiled by itself, or read from where it is kept."""
    return {each.py_func.__qualname__: len(each.signatures) for each in kernels() if each.signatures}


def search(instance: str) -> None:
    for optimiser in SOLVERS:
        assert main(["solve", instance, "--iterations", "20", "--optimiser", optimiser]) == 0


if __name__ == "__main__":
    main(["compile"])
    ahead = called()
    for each in sys.argv[1:]:
        search(each)
    compiled = [each.py_func.__qualname__ for each in kernels() if each.stats.cache_misses]
    print(json.dumps({"ahead": ahead, "called": called(), "compiled": compiled}))
