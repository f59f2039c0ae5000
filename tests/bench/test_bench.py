"""The benchmarks run, at a size that says nothing about speed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.bench import bench_places, bench_road_times, bench_walks
from tests.bench.__main__ import BENCHES
from tests.bench.ground import Ground
from tests.bench.report import Table, machine
from tests.bench.size import TINY

NEED_A_SERVER = {"served"}
"""A server in another process can't see what a test has in the database."""


@pytest.mark.parametrize("name", sorted({"travel", "insertion", "ridepy", "reoptimise", "replay"}))
def test_what_needs_no_database(name: str) -> None:
    if name == "travel":
        pytest.importorskip("pyroutingkit", reason="no wheel of pyroutingkit for this Python")
    assert_figures(list(import_module(f"tests.bench.bench_{name}").tables(Ground(TINY))))


def test_another_engine_finds_the_same_ways(shared_data: Path) -> None:
    tables = list(bench_road_times.tables(Ground(replace(TINY, networks=("andorra",), pairs=10))))
    assert_figures(tables)
    if tables[0].columns == ("skipped",):
        pytest.skip(str(tables[0].rows[0][0]))
    medians = [float(row[6]) for row in tables[0].rows[:2]]
    assert medians == pytest.approx([1, 1], abs=0.1)


def test_walks_from_grounds(shared_data: Path) -> None:
    assert_figures(list(bench_walks.tables(Ground(replace(TINY, networks=("andorra",))))))
    assert next(bench_walks.tables(Ground(TINY))).columns == ("skipped",)


def test_without_another_engine_there_is_a_line_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "apt-get install" in str(next(bench_road_times.tables(Ground(TINY))).rows[0][0])


def test_what_asks_the_api(db: None) -> None:
    ground = Ground(TINY)

    found = [
        table for name in ("offers", "bookings", "reads") for table in import_module(f"tests.bench.bench_{name}").tables(ground)
    ]

    assert_figures(found)
    steps = {row[0] for table in found for row in table.rows}
    assert {"loading the plan", "insertions over windows × stop pairs", "insertion", "check", "publishing", "lock"} <= steps


@pytest.mark.slow
def test_the_search_box_answers_alike_on_both_databases(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    runs, answers = [], bench_places.answers

    def noted(*numbers: int) -> Iterator[dict[str, Any]]:
        for run in answers(*numbers):
            runs.append(run)
            yield run

    monkeypatch.setattr(bench_places, "answers", noted)
    assert_figures(list(bench_places.tables(Ground(replace(TINY, places=2000, searches=150)))))

    for run in runs:
        assert run["answers"] == runs[0]["answers"]
        assert sum(bool(codes) for _, _, codes in run["answers"]) > 140  # nearly everything typed finds something


def test_every_benchmark_is_here_or_needs_a_server() -> None:
    pure = {"travel", "road_times", "walks", "insertion", "ridepy", "reoptimise", "replay"}
    assert set(BENCHES) == pure | {"offers", "bookings", "reads", "places"} | NEED_A_SERVER
    for name in BENCHES:
        assert import_module(f"tests.bench.bench_{name}").tables.__doc__, name


def test_a_table_as_people_and_programs_read_it() -> None:
    table = Table("Vans", ("van", "ms"), [("one", 1.234)], note="On paper.")

    assert table.markdown() == "### Vans\n\n| van | ms |\n| --- | --: |\n| one | 1.23 |\n\nOn paper.\n"
    assert json.loads(json.dumps(table.as_json()))["rows"] == [["one", 1.234]]
    assert machine()["cores"]


def assert_figures(tables: list[Table]) -> None:
    assert tables
    for table in tables:
        assert table.rows, table.title
        assert {len(row) for row in table.rows} == {len(table.columns)}, table.title
