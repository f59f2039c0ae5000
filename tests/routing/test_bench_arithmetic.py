"""From runs to figures, each worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.bench.best_known import BadBestKnown, Best, read_best_known
from routing.bench.runs import Run
from routing.bench.summary import Cell, beaten, cells_of, summarise
from routing.bench.tables import set_table, show, wrongs
from tests.routing.benching import run_of

BEST = Best(100.0)
BEST_WITH_TWO = Best(100.0, 2)


def cell(*runs: Run, best: Best | None = BEST) -> Cell:
    return Cell("x1", "lns", 1, runs, best, vehicles_first=best is not None and best.vehicles is not None)


def test_the_median_of_three_seeds() -> None:
    made = cell(*(run_of("lns", seed=seed, distance=distance) for seed, distance in enumerate([104.0, 101.0, 102.0])))

    assert made.median.distance == 102.0
    assert made.gap == pytest.approx(0.02)


def test_of_two_in_the_middle_the_worse() -> None:
    made = cell(*(run_of("lns", seed=seed, distance=distance) for seed, distance in enumerate([104.0, 101.0, 102.0, 109.0])))

    assert made.median.distance == 104.0


def test_a_plan_that_breaks_rules_is_worse_than_any_that_keeps_them() -> None:
    made = cell(run_of("lns", distance=60.0, faults={"late": 1}), run_of("lns", seed=2, distance=130.0))

    assert show(made) == "breaks late"
    assert made.gap is None


def test_fewer_vehicles_come_before_shorter_ways() -> None:
    long, short = run_of("lns", vehicles=2, distance=150.0), run_of("lns", seed=2, vehicles=3, distance=90.0)
    made = cell(long, short, run_of("lns", seed=3, vehicles=2, distance=140.0), best=BEST_WITH_TWO)

    assert made.median is long
    assert show(made) == "+50.00 % (2)"


def test_what_a_set_comes_to() -> None:
    cells = [
        cell(run_of("lns", distance=100.0), run_of("lns", distance=100.004), run_of("lns", distance=103.0)),  # +0.004 %
        cell(run_of("lns", distance=102.0)),  # +2 %
        cell(run_of("lns", distance=50.0, faults={"ride": 2})),
        cell(run_of("lns", error="exit 1")),
    ]

    figures = summarise(cells)

    assert (figures.cells, figures.sound, figures.compared) == (4, 2, 2)
    assert figures.mean_gap == pytest.approx(0.01002)
    assert figures.worst_gap == pytest.approx(0.02)
    assert figures.reached == pytest.approx(2 / 6)  # two of six runs, to two decimals of the best known value
    assert (figures.broken_runs, figures.failed_runs, figures.runs) == (1, 1, 6)


def test_where_vehicles_count_the_gap_is_over_those_with_as_many() -> None:
    cells = [
        cell(run_of("lns", vehicles=2, distance=101.0), best=BEST_WITH_TWO),
        cell(run_of("lns", vehicles=3, distance=80.0), best=BEST_WITH_TWO),
        cell(run_of("lns", vehicles=4, distance=70.0), best=BEST_WITH_TWO),
        cell(run_of("lns", vehicles=2, distance=103.0), best=BEST_WITH_TWO),
    ]

    figures = summarise(cells)

    assert figures.mean_gap == pytest.approx(0.02)  # of 1 % and 3 %
    assert (figures.at_best_vehicles, figures.mean_extra, figures.worst_extra) == (0.5, 0.75, 2)
    line = set_table("A set", [figures], vehicles_first=True).splitlines()[-1]
    assert line == "| 1 s | lns | 4 of 4 | +2.00 % (of 2) | +3.00 % | 50 % | +0.75 | +2 | 0 % | 0 / 0 / 4 | 1.0 | 1.00 |"


def test_a_set_without_best_known_values_has_distances() -> None:
    figures = summarise([cell(run_of("lns", distance=102.0), best=None)])

    assert (figures.mean_gap, figures.reached, figures.at_best_vehicles) == (None, None, None)
    assert show(cell(run_of("lns", distance=102.0), best=None)) == "102.00"


def test_better_than_the_best_known_is_told() -> None:
    made = [
        cell(run_of("lns", distance=99.5)),
        cell(run_of("lns", distance=99.999)),
        cell(run_of("lns", distance=9.0, faults={"late": 1})),
    ]

    assert [run.distance for run in beaten(made)] == [99.5]
    assert "lns is better than the best known of x1: 99.5000 with 1 vehicles. Check that value first." in wrongs(made)


def test_figures_from_a_busy_machine_say_so() -> None:
    halved = run_of("lns", distance=100.0)
    halved = Run(halved.case, halved.vehicles, halved.distance, wall_s=10.0, cpu_s=5.0)

    assert "the runs had 50 % of a processor (median)" in wrongs([cell(halved)])
    assert "Nothing." in wrongs([cell(run_of("lns", distance=100.0))])


def test_who_computes_longer_than_the_limit_is_told() -> None:
    runs = [Run(run_of("lns", seconds=5, seed=s).case, 1, 100.0, wall_s=40.0, cpu_s=spent) for s, spent in ((1, 6.9), (2, 36.0))]

    assert "- lns computed longer than its limit in 1 of 2 runs, up to 36.0 s on x1 at 5 s" in wrongs([cell(*runs)])


def test_runs_are_told_apart_by_instance_optimiser_and_limit() -> None:
    runs = [run_of(name, instance, seconds=s, seed=seed) for name in "ab" for instance in "xy" for s in (1, 5) for seed in (1, 2)]

    cells = cells_of(runs, {"x": BEST}, {"x": False, "y": True})

    assert len(cells) == 8
    assert {len(each.runs) for each in cells} == {2}
    assert {each.instance: (each.best, each.vehicles_first) for each in cells} == {"x": (BEST, False), "y": (None, True)}


def test_a_run_is_the_same_after_being_written() -> None:
    run = Run(run_of("lns").case, 2, 10.5, {"late": 1}, "", 1.5, 1.25, [[1, 2], [3, 4]])

    assert Run.from_json(run.as_json()) == run
    with pytest.raises(ValueError, match="not a run"):
        Run.from_json('{"contender": "lns"}')


@pytest.mark.parametrize("text", ["[1]", '{"x1": 8.0}', '{"x1": {"best": "far"}}', '{"x1": {"vehicles": 2}}', "{"])
def test_best_known_values_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "best.json").write_text(text)

    with pytest.raises(BadBestKnown, match="expected is"):
        read_best_known(tmp_path / "best.json", {"x1": False})
