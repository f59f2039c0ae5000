"""The rules that hold everywhere: layers, types, style, size, and what may not be in a file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
OURS = ("backend", "bookings", "fixtures", "routing", "tests")
LONGEST_FILE = 300


def our_files(*suffixes: str) -> list[Path]:
    """The files of the checkout that are ours, without those that programs write (migrations, locks)."""
    found = [path for folder in OURS for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    found += [path for path in ROOT.iterdir() if path.is_file() and path.suffix in suffixes]
    return [path for path in found if not {"migrations", "__pycache__"} & set(path.parts)]


def named(paths: list[Path]) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "command",
    [
        ["lint-imports", "--no-cache"],
        ["ruff", "check", "--quiet", "."],
        ["ruff", "format", "--check", "--quiet", "."],
        ["mypy"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_it_passes(command: list[str]) -> None:
    run = subprocess.run([PROGRAMS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout + run.stderr


def test_the_layers_are_really_kept(tmp_path: Path) -> None:
    # A control: the same contracts on a tree where routing imports Django, bookings.rules the plan tables, and web the api.
    for folder in ("backend", "bookings", "routing"):
        for path in (ROOT / folder).rglob("*.py"):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for wrong, line in [
        ("routing/units.py", "import django"),
        ("routing/model.py", "import bookings.models"),
        ("bookings/rules/__init__.py", "import bookings.models.plan_tables"),
        ("backend/web/__init__.py", "import backend.api.problems"),
        ("routing/plan.py", "import routing.schedule"),
        ("bookings/models/__init__.py", "import bookings.actions"),
    ]:
        with (tmp_path / wrong).open("a") as file:
            file.write(f"\n{line}\n")

    run = subprocess.run([PROGRAMS / "lint-imports", "--no-cache"], cwd=tmp_path, capture_output=True, text=True)

    assert run.returncode == 1
    assert "0 kept, 6 broken" in run.stdout


def test_no_file_is_too_long_to_read() -> None:
    assert named([path for path in our_files(".py", ".js", ".html", ".css") if len(lines(path)) > LONGEST_FILE]) == []


def test_every_package_says_what_lives_there() -> None:
    packages = {path.parent for folder in OURS for path in (ROOT / folder).rglob("__init__.py") if "migrations" not in path.parts}
    small = {ROOT / "backend" / "management", ROOT / "backend" / "management" / "commands"}  # Django wants these two

    assert named([package for package in packages - small if not (package / "README.md").is_file()]) == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a path of somebody's machine", r"(?<![\w.])/(?:work|farm|root|home|Users)/[A-Za-z]|/tmp/(?:bash|infra)"),
        ("the address of a package registry", r"pypi" + r"\.org|python" + r"hosted\.org|npm" + r"js\.(?:org|com)"),
        ("unfinished work", r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + r"Error|pragma: no" + r" cover"),
    ],
)
def test_no_file_holds(what: str, pattern: str) -> None:
    files = [
        *our_files(".py", ".js", ".html", ".css", ".md", ".toml", ".yml", ".yaml", ".lock", ".json", ".geojson", ".csv", ".sh")
    ]
    files += [ROOT / "Makefile", ROOT / "Dockerfile", ROOT / ".ci" / "run", ROOT / ".pre-commit-config.yaml"]

    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(lines(path), 1)
        if re.search(pattern, line)
    ] == [], what
