"""Which parts of the system are here, and how to get those that are not."""

from __future__ import annotations

import os
import pwd
import shutil
from functools import cache
from pathlib import Path

INSTALL = "apt-get install -y --no-install-recommends"


@cache
def postgres_folder() -> Path | None:
    """The programs of the newest PostgreSQL that has PostGIS and that we may run; None where there is none."""
    if os.getuid() == 0 and not _has_user("postgres"):
        return None  # PostgreSQL refuses to run as root
    found = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if Path("/usr/share/postgresql", path.parts[-3], "extension", "postgis.control").exists()
    ]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


@cache
def redis_program() -> str | None:
    """The Redis server."""
    return shutil.which("redis-server", path=os.environ.get("PATH", "") + ":/usr/bin:/usr/sbin")


@cache
def chromium_program() -> str | None:
    """Chromium, as Debian or another names it."""
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


# marker of the tests -> what to look for, its name, Debian's packages
PARTS = {
    "postgres": (postgres_folder, "PostgreSQL with PostGIS", "postgresql postgresql-postgis"),
    "redis": (redis_program, "Redis", "redis-server"),
    "browser": (chromium_program, "Chromium", "chromium"),
}


def missing(marker: str) -> str | None:
    """Why tests with this marker can't run here; None where they can."""
    find, name, packages = PARTS[marker]
    return None if find() else f"needs {name}: {INSTALL} {packages}"


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


if __name__ == "__main__":
    print(*(packages for find, _, packages in PARTS.values() if not find()))
