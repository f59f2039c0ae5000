"""The bench: what it runs, what it tells of those who fail, and how it goes on after it was stopped."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from threading import Timer
from time import monotonic

import pytest

from routing.bench import command, runs
from tests.routing.benching import Bench


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench(tmp_path, capsys)
    monkeypatch.setattr(command, "ours", made.contenders)
    monkeypatch.setattr(command, "SOLVERS", made.solvers)
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # drawing takes longer than all the rest
    return made


def test_two_optimisers_side_by_side(bench: Bench) -> None:
    assert bench.run("--optimisers", "short,long", "--seeds", "2", instances=("x1.txt", "y1.txt")) == 0

    # 10 / 8 - 1 = 25 %, judged from the routes; where vehicles count they are in brackets.
    assert "| x1 | 8.00 | +0.00 % | +25.00 % |" in bench.said
    assert "| y1 | 8.00 (1) | +0.00 % (1) | +25.00 % (1) |" in bench.said
    assert sorted(bench.calls) == sorted(
        f"{name} 1 {seed}" for name in ("short", "long") for seed in (1, 2) for _ in ("x1", "y1")
    )
    found = json.loads((bench.out / "bench.json").read_text())
    assert found["sets"]["DARP x"][1]["mean_gap"] == pytest.approx(0.25)
    assert [row["reached"] for row in found["sets"]["Li & Lim, 100 tasks"]] == [1.0, 0.0]
    assert (bench.out / "bench.md").read_text() in bench.said


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("crashing", "exit 1: out of patience"),
        ("silent", "its answer is no plan: can't be read"),
        ("garbled", "its answer is no plan"),
        ("foreign", "its answer is no plan"),
        ("liar", "claims distance 1.0, and it is 10"),
    ],
)
def test_who_gives_no_plan_is_told_and_the_others_go_on(bench: Bench, name: str, told: str) -> None:
    assert bench.run("--optimisers", f"{name},short", "--seeds", "1") == 1

    assert f"failed: {name} on x1, 1 s, seed 1:" in bench.said
    wrong = bench.said.split("### What went wrong")[1].split("###")[0]
    assert f"- {name} failed in 1 of 1 runs, as on x1 at 1 s:" in wrong
    assert told in wrong
    assert "| x1 | 8.00 | failed | +0.00 % |" in bench.said


def test_who_does_not_end_is_ended(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "GRACE_S", -1.0)  # 1.5 times the limit of 1 s, less a second

    assert bench.run("--optimisers", "endless", "--seeds", "1") == 1

    assert "still running after 0 s, and ended" in bench.said


def test_a_plan_that_breaks_a_rule_counts_for_no_gap(bench: Bench) -> None:
    assert bench.run("--optimisers", "forgetful", "--seeds", "1") == 0

    assert "| x1 | 8.00 | breaks unserved |" in bench.said
    assert "- forgetful breaks rules in 1 of 1 runs: unserved in 1" in bench.said
    row = json.loads((bench.out / "bench.json").read_text())["sets"]["DARP x"][0]
    assert (row["sound"], row["mean_gap"], row["broken_runs"], row["reached"]) == (0, None, 1, 0.0)


def test_an_optimiser_that_says_it_left_somebody_over_is_judged(bench: Bench) -> None:
    assert bench.run("--optimisers", "leftover", "--seeds", "1") == 0

    assert "| x1 | 8.00 | breaks unserved |" in bench.said


def test_a_bench_that_was_stopped_goes_on(bench: Bench) -> None:
    bench.run("--optimisers", "short,crashing", "--seeds", "1")
    lines = (bench.out / "runs.jsonl").read_text().splitlines()
    (bench.out / "runs.jsonl").write_text("\n".join(lines) + '\n{"contender": "short", "ins')  # stopped in the middle of a line

    bench.run("--optimisers", "short,crashing", "--seeds", "2", "--resume")

    # What was there is not run again; what failed is, and what is new.
    assert sorted(bench.calls) == ["crashing 1 1", "crashing 1 1", "crashing 1 2", "short 1 1", "short 1 2"]
    assert "- crashing failed in 2 of 2 runs" in bench.said
    assert json.loads((bench.out / "bench.json").read_text())["sets"]["DARP x"][0]["runs"] == 2


def test_ctrl_c_ends_what_runs_and_keeps_what_is_there(bench: Bench) -> None:
    bench.run("--optimisers", "short", "--seeds", "1")
    begun = monotonic()
    Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()

    assert bench.run("--optimisers", "short,endless", "--seeds", "1", "--seconds", "1", "--resume") == 130

    assert monotonic() - begun < 20  # it would have been a minute
    assert "--resume goes on" in bench.said
    assert "| 1 s | short | 1 of 1 | +0.00 % |" in bench.said
    assert len((bench.out / "runs.jsonl").read_text().splitlines()) == 1


def test_results_are_not_mixed_unasked(bench: Bench) -> None:
    bench.run("--optimisers", "short", "--seeds", "1")

    assert bench.run("--optimisers", "long", "--seeds", "1") == 2

    assert "--resume goes on with it, --output takes another folder" in bench.said
    assert bench.calls == ["short 1 1"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--optimisers", "short", "--peers", "google"), "no peer is called google: there are ortools-ils"),
        (("--optimisers", "short,shrt"), "no optimiser is called shrt: there are short, long"),
        (("--optimisers", ","), "nobody takes part"),
        (("--optimisers", "short", "--best-known", "nowhere.json"), "nowhere.json: can't be read"),
    ],
)
def test_what_can_not_be_asked_is_told(bench: Bench, words: tuple[str, ...], told: str) -> None:
    assert bench.run(*words) == 2

    assert told in bench.said
    assert not bench.calls


def test_an_instance_that_is_not_there(bench: Bench) -> None:
    assert bench.run(instances=("x1.txt", "z*.txt")) == 2
    assert "no instance file is called" in bench.said


def test_peers_that_are_not_installed_are_named(bench: Bench, tmp_path: Path) -> None:
    words = ("--optimisers", "short", "--seeds", "1", "--peers", "vroom", "--peers-python", str(tmp_path / "python"))

    assert bench.run(*words) == 0

    assert "vroom is not installed and takes no part: `make bench-peers` installs it" in bench.said


def test_without_matplotlib_there_are_tables_and_a_word_about_it(bench: Bench) -> None:
    assert bench.run("--optimisers", "short", "--seeds", "1") == 0

    assert "matplotlib is not installed: `make dev` installs it" in bench.said
    assert (bench.out / "bench.md").exists()
    assert not (bench.out / "gap.svg").exists()


def test_the_plot_has_a_column_a_set_and_a_line_an_optimiser(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "matplotlib")
    mpl = pytest.importorskip("matplotlib")
    monkeypatch.setitem(mpl.rcParams, "svg.fonttype", "none")  # letters as letters, to find them

    assert bench.run("--optimisers", "short,long", "--seeds", "1", "--seconds", "1,5", instances=("x1.txt", "y1.txt")) == 0

    drawn = (bench.out / "gap.svg").read_text()
    for word in ("DARP x", "Li &amp; Lim, 100 tasks", "short", "long", "limit (s)", "vehicles over best known, mean"):
        assert word in drawn, word
