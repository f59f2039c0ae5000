"""What a newcomer types first."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

MAKEFILE = Path(__file__).resolve().parent.parent / "Makefile"


def make(*words: str, cwd: Path, path: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["/usr/bin/env", "make", *words], cwd=cwd, env={**clean, "PATH": path}, capture_output=True, text=True)


def test_help_has_a_line_for_every_target() -> None:
    targets = re.findall(r"^\.PHONY: ([\w-]+)$", MAKEFILE.read_text(), re.MULTILINE)

    said = make("help", cwd=MAKEFILE.parent, path=os.environ["PATH"]).stdout

    assert {"venv", "demo", "test", "help"} <= set(targets)
    for target in targets:
        assert re.search(rf"^  make {target} +\S.*$", said, re.MULTILINE), target


def test_what_peers_are_needed_for_is_tested_where_they_are_installed() -> None:
    def runs(target: str) -> str:
        return make("--dry-run", "--always-make", target, cwd=MAKEFILE.parent, path=os.environ["PATH"]).stdout

    assert '-m pytest -m "not peers and not sweep"' in runs("test")
    assert "requirements-peers.lock" not in runs("test")
    assert "-m pytest -m peers" in runs("test-peers")
    assert "requirements-peers.lock" in runs("test-peers")


def test_an_old_python_gets_a_clear_word(tmp_path: Path) -> None:
    shutil.copy(MAKEFILE, tmp_path)
    (tmp_path / "requirements.lock").touch()
    old = tmp_path / "bin"
    old.mkdir()
    for name in ["python3", *(f"python3.{minor}" for minor in range(9, 20))]:
        (old / name).write_text("#!/bin/sh\nexit 1\n")
        (old / name).chmod(0o755)

    refused = make("venv", cwd=tmp_path, path=f"{old}:{os.environ['PATH']}")

    assert refused.returncode != 0
    assert "needs Python 3.11 or newer" in refused.stderr
    assert not (tmp_path / ".venv").exists()
