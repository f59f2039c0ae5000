"""Small instances and a solver that does as its name says, for the tests of `routing bench`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from routing.bench import command
from routing.bench.contenders import Contender
from routing.bench.runs import Case, Run

# One bus, two riders, on a line: 1 -> 3 and 2 -> 4. Out and home over 1, 2, 3, 4 is 8 long, over 1, 3, 2, 4 it is 10.
LINE = """\
1 4 480 3 30
0 0 0 0  0 0 1440
1 1 0 0  1 0 1440
2 2 0 0  1 0 1440
3 3 0 0 -1 0 1440
4 4 0 0 -1 0 1440
"""

# The same as Li & Lim have it: ten buses of which one is enough.
LINE_PDPTW = """\
10 3 1
0 0 0  0 0 1440 0 0 0
1 1 0  1 0 1440 0 0 3
2 2 0  1 0 1440 0 0 4
3 3 0 -1 0 1440 0 1 0
4 4 0 -1 0 1440 0 2 0
"""

BEST = '{"x1": {"best": 8.0}, "y1": {"best": 8.0, "vehicles": 1}}'

SOLVER = """\
#!{python}
import json, sys, time
from pathlib import Path
after = dict(zip(sys.argv, sys.argv[1:]))
name, target = after["--optimiser"], Path(after["--output"])
with Path({log!r}).open("a") as log:
    log.write(f"{{name}} {{after['--seconds']}} {{after['--seed']}}\\n")
routes = {{"short": [[1, 2, 3, 4]], "long": [[1, 3, 2, 4]], "forgetful": [[1, 3]], "foreign": [[1, 99]], "liar": [[1, 3, 2, 4]]}}
if name == "crashing":
    print("reading ...")
    sys.exit("out of patience")
if name == "endless":
    time.sleep(60)
if name == "leftover":
    target.write_text('{{"routes": [[1, 3]]}}')
    sys.exit(1)
if name == "garbled":
    target.write_text("{{")
elif name != "silent":
    target.write_text(json.dumps({{"routes": routes[name], **({{"distance": 1.0}} if name == "liar" else {{}})}}))
"""


class Bench:
    """A folder with instances, best known values, and solvers that each do what their name says; `said` is what was printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.said = folder, capsys, ""
        for name, text in (("x1.txt", LINE), ("y1.txt", LINE_PDPTW), ("best.json", BEST)):
            (folder / name).write_text(text)
        self.log, self.solver = folder / "calls", folder / "solver"
        self.solver.write_text(SOLVER.format(python=sys.executable, log=str(self.log)))
        self.solver.chmod(0o755)

    def run(self, *words: str, instances: tuple[str, ...] = ("x1.txt",)) -> int:
        given = [*(str(self.folder / name) for name in instances), "--best-known", str(self.folder / "best.json")]
        code = command.main([*given, "--seconds", "1", "--peers", "none", "--output", str(self.out), *words])
        printed = self.capsys.readouterr()
        self.said = printed.out + printed.err
        return code

    @property
    def solvers(self) -> list[str]:
        return ["short", "long", "forgetful", "foreign", "liar", "crashing", "endless", "garbled", "silent", "leftover"]

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def calls(self) -> list[str]:
        """Optimiser, limit and seed of every time that a solver was started."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def contenders(self, names: list[str]) -> list[Contender]:
        return [Contender(name, "of the test", self.solver) for name in names]


def run_of(
    contender: str,
    instance: str = "x1",
    *,
    seconds: float = 1,
    seed: int = 1,
    vehicles: int = 1,
    distance: float = 8.0,
    faults: dict[str, int] | None = None,
    error: str = "",
) -> Run:
    case = Case(contender, instance, seconds, seed)
    return Run(case, vehicles, distance, faults or {}, error, wall_s=seconds, cpu_s=seconds)
