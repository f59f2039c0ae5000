"""`python -m routing` as somebody at a terminal meets it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from routing.__main__ import main
from routing.cost import Weights
from routing.formats.reading import read_instance
from routing.formats.verdict import faults
from routing.optimise.protocol import Limit
from routing.solvers import SOLVERS
from tests.routing.instances import DARP, LI_LIM, written

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("darp", "lilim", "roads"):
        written(tmp_path, name)


def run(*argv: str) -> int:
    return main(list(argv))


def solved(name: str, *argv: str) -> dict[str, object]:
    assert run("solve", f"{name}.txt", "--iterations", "50", "--output", "out.json", *argv) == 0
    found: dict[str, object] = json.loads(Path("out.json").read_text())
    return found


@pytest.mark.parametrize("optimiser", SOLVERS)
def test_solve_writes_what_check_agrees_with(optimiser: str, capsys: pytest.CaptureFixture[str]) -> None:
    # The only good way: 1 before 2, as 2 before 1 makes a ride too long. 3 + 1 + 3 + 2 + 9 is 18.
    found = solved("darp", "--optimiser", optimiser, "--seed", "7", "--seconds", "2.5")

    assert found == {
        "instance": "darp",
        "optimiser": optimiser,
        "seed": 7,
        "seconds": 2.5,
        "iterations": 50,
        "objective": 18.0,
        "vehicles": 1,
        "distance": 18.0,
        "routes": [[1, 2, 3, 4]],
    }
    said = capsys.readouterr()
    assert said.out == f"darp: 2 of 2 requests served, 1 vehicle, distance 18.00 ({optimiser})\n"
    assert "iterations: darp: distance 18.00" in said.err
    assert run("check", "darp.txt", "out.json") == 0
    assert capsys.readouterr().out == "darp: nothing wrong: 2 of 2 requests served, 1 vehicle, distance 18.00\n"


@pytest.mark.parametrize("optimiser", SOLVERS)
def test_fewer_vehicles_come_before_less_distance(optimiser: str) -> None:
    # One request after the other is 3 + 4 + 3 + 3 + 5 = 18 for a single vehicle.
    found = solved("lilim", "--optimiser", optimiser)

    assert (found["vehicles"], found["distance"]) == (1, 18)
    assert found["seconds"] is None  # no limit was asked


def test_the_same_seed_and_iterations_give_the_same_file() -> None:
    assert solved("lilim", "--seed", "3") == solved("lilim", "--seed", "3")


def test_the_gap_to_best_known_values(capsys: pytest.CaptureFixture[str]) -> None:
    Path("best.json").write_text(json.dumps({"darp": {"best": 17.5}, "lilim": {"best": 18, "vehicles": 2}}))
    Path("mine.json").write_text(json.dumps({"routes": [[1, 2, 3, 4]]}))

    assert run("check", "darp.txt", "mine.json", "--best-known", "best.json") == 0
    assert "; best known: +2.86 % on 17.5" in capsys.readouterr().out
    assert run("solve", "lilim.txt", "--iterations", "20", "--best-known", "best.json") == 0
    assert "; best known: -1 vehicles on 2, +0.00 % on 18" in capsys.readouterr().out
    assert run("solve", "roads.txt", "--iterations", "20", "--best-known", "best.json") == 0
    assert "; best.json has no roads" in capsys.readouterr().out


def test_check_says_all_that_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    claims = {"instance": "other", "objective": 17.99, "vehicles": 2, "distance": 24.004}
    Path("wrong.json").write_text(json.dumps({**claims, "routes": [[4, 1], [3, 2]]}))

    assert run("check", "lilim.txt", "wrong.json") == 1

    said = capsys.readouterr()
    assert said.err == "Note: the solution says that it is of other, not of lilim.\n"
    assert said.out.splitlines() == [
        "route 1, node 4: is delivered before it is picked up (requests): 1",
        # 0 -> 4 -> 1 -> 0 and 0 -> 3 -> 2 -> 0 are 12 each; 24.004 may be 24 rounded by somebody, but has three decimals.
        "all: objective is claimed to be 17.99, and is 24",
        "all: distance is claimed to be 24.004, and is 24",
        "lilim: 3 wrong: 2 of 2 requests served, 2 vehicles, distance 24.00",
    ]


def test_a_claim_with_two_decimals_is_not_false() -> None:
    text = DARP.replace("9.0 0.0", "9.0 0.5").replace("40 2 6", "40 2 7")
    written(Path(), "decimals", text)
    exact = read_instance("decimals.txt").distance([[1, 2, 3, 4]])
    for claimed, code in ((round(exact, 2), 0), (round(exact, 2) + 0.01, 1), (exact, 0), (round(exact, 6) + 0.00001, 1)):
        Path("claim.json").write_text(json.dumps({"routes": [[1, 2, 3, 4]], "distance": claimed}))

        assert run("check", "decimals.txt", "claim.json") == code, claimed


def test_check_of_nodes_that_do_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.json").write_text(json.dumps({"routes": [[1, 4], [3, 2, 99]], "distance": 24}))

    assert run("check", "lilim.txt", "wrong.json") == 1

    assert capsys.readouterr().out.splitlines() == [
        "route 2, node 99: is no pickup or delivery of this instance (nodes): 1",
        "lilim: 1 wrong: no distance, with nodes that the instance lacks",
    ]


def test_whom_nobody_can_serve_is_left_out_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    written(Path(), "crowded", LI_LIM.replace("3 4 -5 0 60", "3 4 -5 0 6"))  # who boards node 3 at 10 can't be there by 6

    assert run("solve", "crowded.txt", "--iterations", "20", "--output", "out.json") == 1

    said = capsys.readouterr()
    assert said.out == "crowded: 1 of 2 requests served, 1 vehicle, distance 12.00 (lns)\n"
    assert "node 3: is picked up nowhere (requests): 1" in said.err
    assert json.loads(Path("out.json").read_text())["routes"] == [[1, 4]]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["solve", "nowhere.txt"], "nowhere.txt: can't be read (No such file or directory): give the path of an instance file."),
        (["solve", "cut.txt"], "cut.txt, line 4: the file ends after 3 nodes"),
        (["check", "darp.txt", "nowhere.json"], "nowhere.json: can't be read"),
        (["check", "darp.txt", "darp.txt"], "darp.txt, line 1: is not JSON"),
        (["check", "darp.txt", "list.json"], 'an object with "routes" is expected'),
        (["check", "darp.txt", "flat.json"], "route 1 has to be a list of nodes, not 1"),
        (["check", "darp.txt", "words.json"], "route 1 has 'one' where the number of a node is expected"),
        (["check", "darp.txt", "claim.json"], "\"distance\" has to be a number, not 'short'"),
        (["solve", "darp.txt", "--output", "no/where.json"], "as there is no folder no"),
        (["solve", "darp.txt", "--output", "."], ". is a folder"),
        (["solve", "darp.txt", "--best-known", "nowhere.json"], "nowhere.json: can't be read"),
    ],
)
def test_bad_input_is_told_in_a_line(argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cut.txt").write_text("".join(DARP.splitlines(keepends=True)[:4]))
    Path("list.json").write_text("[[1, 2, 3, 4]]")
    Path("flat.json").write_text('{"routes": [1, 2, 3, 4]}')
    Path("words.json").write_text('{"routes": [["one"]]}')
    Path("claim.json").write_text('{"routes": [], "distance": "short"}')

    assert run(*argv) == 2

    said = capsys.readouterr()
    assert says in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["solve"], "INSTANCE"),
        (["solve", "darp.txt", "--seconds", "0"], "invalid number of seconds value: '0'"),
        (["solve", "darp.txt", "--seconds", "nan"], "invalid number of seconds value: 'nan'"),
        (["solve", "darp.txt", "--iterations", "1.5"], "invalid number of iterations value: '1.5'"),
        (["solve", "darp.txt", "--seed", "-1"], "invalid seed value: '-1'"),
        (["solve", "darp.txt", "--optimiser", "luck"], "invalid choice: 'luck'"),
    ],
)
def test_bad_arguments_show_the_usage(argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*argv)

    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("--help")
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in ("solve", "check", "bench", "replay", "compile"))
    with pytest.raises(SystemExit):
        run("check", "--help")
    assert "SOLUTION.json" in capsys.readouterr().out


@pytest.mark.parametrize("optimiser", SOLVERS)
def test_interrupted_it_keeps_the_best_so_far(optimiser: str) -> None:
    # 20 requests across a square of 10 by 10 for 3 vehicles: no optimiser is through with them in ten minutes.
    ends = [(i * 7 % 11, i * 5 % 11) for i in range(41)]
    rows = [f"{i} {x} {y} {int(i > 0)} {(i > 0) - 2 * (i > 20)} 0 400" for i, (x, y) in enumerate(ends)]
    written(Path(), "square", "3 40 400 4 40\n" + "\n".join(rows))
    command = [sys.executable, "-m", "routing", "solve", "square.txt", "--seconds", "600", "--optimiser", optimiser]
    process = subprocess.Popen(
        [*command, "--output", "out.json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    first = process.stderr.readline()

    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=60)

    assert "iterations: square: distance" in first
    assert process.returncode == 0, rest
    assert out.startswith("square: 20 of 20 requests served")
    assert run("check", "square.txt", "out.json") == 0


@pytest.mark.parametrize("optimiser", SOLVERS)
def test_whoever_fits_is_served_and_who_is_on_a_route_stays_served(optimiser: str) -> None:
    instance = read_instance("lilim.txt")
    begun = instance.plan([[3, 2]])

    plan = SOLVERS[optimiser](Weights(driving=1, riding=0, lateness=0), 1).improve(begun, instance.problem, Limit(60, 1))

    assert faults(instance, instance.routes(plan)) == []
    assert plan.requests() == instance.problem.requests.keys()


def test_compiling_ahead_says_how_long_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compile") == 0

    assert re.fullmatch(r"Compiled in \d+\.\d s\.\n", capsys.readouterr().out)
