"""A new database is made in one step; one from before goes the long way, and both are the same."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SQUASHED = "0001_squashed_0050"
SETTINGS = 'from backend.settings import *\nMIGRATION_MODULES = {"bookings": "the_long_way"}\n'
SPATIAL_INDEX = re.compile("g[iu][idu]_|idx_")
"""Their triggers, which Django loses where it makes a table anew (on SQLite alone)."""


@pytest.mark.sweep
def test_in_one_step_and_the_long_way_come_to_the_same(tmp_path: Path) -> None:
    long_way = tmp_path / "the_long_way"
    shutil.copytree(ROOT / "bookings/migrations", long_way, ignore=shutil.ignore_patterns(f"{SQUASHED}*", "__pycache__"))
    (tmp_path / "long_settings.py").write_text(SETTINGS)
    once = dict(parts_of(migrated(tmp_path / "once", {})))
    slowly = {"DJANGO_SETTINGS_MODULE": "long_settings", "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    assert once == dict(parts_of(migrated(tmp_path / "slowly", slowly)))
    assert len(once) > 200


def migrated(folder: Path, more: dict[str, str]) -> Path:
    env = {**os.environ, "DATABASE_URL": "", "DROVER_DATA": str(folder), **more}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True, timeout=300)
    return folder / "drover.sqlite3"


def parts_of(database: Path) -> Iterator[tuple[tuple[str, str], object]]:
    """Tables, by columns and references; indexes and triggers."""
    with sqlite3.connect(database) as here:
        rows = here.execute("SELECT type, name, sql FROM sqlite_master WHERE tbl_name LIKE 'bookings\\_%' ESCAPE '\\'").fetchall()
        for kind, name, sql in rows:
            if kind != "table" and not SPATIAL_INDEX.match(name):
                yield (kind, name), sql
            elif kind == "table":
                columns = sorted(row[1:] for row in here.execute(f'PRAGMA table_xinfo("{name}")'))
                references = sorted(row[2:] for row in here.execute(f'PRAGMA foreign_key_list("{name}")'))
                yield (kind, name), (columns, references, sorted(re.findall(r"CHECK \(.*?\)+|AS \(.*?\) STORED", sql)))
