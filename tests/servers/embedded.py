"""A new embedded database, migrated once for all tests of a run: to migrate one for each takes seconds."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "drover.sqlite3"


def put_database(folder: Path) -> Path:
    """Put one into a folder that is to be DROVER_DATA; gives the folder."""
    template = Path(os.environ["DROVER_DATA"]).with_name("embedded")
    template.mkdir(exist_ok=True)
    with (template / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (template / "migrated").exists():
            env = {**os.environ, "DATABASE_URL": "", "DROVER_DATA": str(template)}
            command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=500, capture_output=True)
            (template / "migrated").touch()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(template / NAME, folder / NAME)
    return folder
