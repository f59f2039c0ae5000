"""The servers of one run: addresses first, for the settings; the servers themselves when a test wants them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.servers import parts, postgres, process, redis_server


class PrivateServers:
    """PostgreSQL and Redis, as far as they are installed, in a temporary folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="drover-tests-"))
        self.folder.chmod(0o711)  # the user postgres has to get to its folder inside
        self._postgres_port = process.free_port() if parts.postgres_folder() else None
        self._redis_port = process.free_port() if parts.redis_program() else None
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What the settings read. An empty DATABASE_URL means the embedded database."""
        database, broker = "", "memory://localhost/"
        if self._postgres_port:
            database = f"postgis://drover@127.0.0.1:{self._postgres_port}/drover"
        if self._redis_port:
            broker = f"redis://127.0.0.1:{self._redis_port}/0"
        return {
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "CELERY_BROKER_URL": broker,
            "DROVER_DATA": str(self.folder / "drover"),
            "SECRET_KEY": "only-for-tests-" + "0" * 40,
            "DJANGO_SETTINGS_MODULE": "backend.settings",
            "DEBUG": "0",
            "HTTPS": "0",
        }

    def start(self) -> None:
        """Start what is installed and does not run yet."""
        if self._postgres_port and "postgres" not in self._running:
            self._running["postgres"] = postgres.start(self.folder / "postgres", self._postgres_port)
        if self._redis_port and "redis" not in self._running:
            self._running["redis"] = redis_server.start(self.folder / "redis", self._redis_port)

    def stop(self) -> None:
        """Stop everything and leave nothing behind."""
        if server := self._running.pop("redis", None):
            redis_server.stop(server)
        if server := self._running.pop("postgres", None):
            postgres.stop(server)
        shutil.rmtree(self.folder, ignore_errors=True)


def for_this_run() -> PrivateServers | None:
    """The servers of this run, with the environment set for the settings; None in a worker of pytest-xdist, which inherits it."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return None
    servers = PrivateServers()
    os.environ.update(servers.environment)
    return servers
