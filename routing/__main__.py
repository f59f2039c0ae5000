"""`python -m routing`: solve published instances, check solutions, compare optimisers, replay days, compile what is compiled."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "solve": ("routing.command.solve", "look for a good solution of an instance, and write it as JSON"),
    "check": ("routing.command.check", "say what is wrong with a solution, in the numbers of the instance's file"),
    "bench": ("routing.bench.command", "compare optimisers, limits and peers on many instances"),
    "replay": ("routing.command.replay", "a day of wishes under a fake clock, and what it comes to"),
    "compile": ("routing.command.compile", "compile ahead what would else be compiled when it is first used"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 where all is well, 1 where a solution is not, 2 where something can't be read or was asked wrongly."""
    described = "\n".join(f"  {name:9}{what}" for name, (_, what) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m routing",
        description=__doc__,
        epilog=f"commands:\n{described}\n\n'python -m routing COMMAND --help' tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="what the command is about")
    asked = parser.parse_args(argv)
    # Each is imported only where it is asked for: most need libraries that take a while to load.
    return int(import_module(COMMANDS[asked.command][0]).main(asked.rest))


if __name__ == "__main__":
    sys.exit(main())
