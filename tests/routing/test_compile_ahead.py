"""`python -m routing compile`: all that searches need, and kept for the processes after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from routing.solvers import SOLVERS
from tests.routing.instances import written

ROOT = Path(__file__).resolve().parents[2]

KERNEL = """
from routing.compiled.jit import kernel

@kernel
def twice(number):
    return 2 * number
"""


def ran(*command: str, **more: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), "."]), **more},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_after_compiling_ahead_no_search_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("darp", "lilim"):
        written(tmp_path, name)

    ran("-m", "routing", "compile")
    later = ran("-m", "tests.routing.compiling", "darp.txt", "lilim.txt")

    found: dict[str, Any] = json.loads(later.stdout.splitlines()[-1])
    assert found["ahead"]
    assert found["called"] == found["ahead"]
    assert found["compiled"] == [], "the first process has kept it for the second"
    assert "Compiled in" not in later.stderr
    assert later.stdout.count("requests served") == 2 * len(SOLVERS)


def test_what_is_compiled_is_kept_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("town").mkdir()
    Path("town", "doubling.py").write_text(KERNEL)
    twice = "from town.doubling import twice; print(twice(21), sum(twice.stats.cache_misses.values()))"

    said = [ran("-c", twice, NUMBA_CACHE_DIR=str(tmp_path / "kept")).stdout.split() for _ in range(2)]
    Path("town", "changed.py").write_text("# another state of the package")
    said.append(ran("-c", twice, NUMBA_CACHE_DIR=str(tmp_path / "kept")).stdout.split())

    assert said == [["42", "1"], ["42", "0"], ["42", "1"]]
    assert len(list((tmp_path / "kept").glob("kernels-*"))) == 2
    assert not list(tmp_path.rglob("town/**/*.nbi"))
