"""A private Redis."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import redis

from tests.servers import parts, process


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Serve an empty Redis on `port`; it keeps nothing on disk."""
    program = parts.redis_program()
    assert program is not None
    folder.mkdir(mode=0o700)
    log = folder.with_name("redis.log")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = process.start(command, log=log)
    process.wait_until(lambda: _answers(port), server, log)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server."""
    process.stop(server, signal.SIGTERM)


def _answers(port: int) -> bool:
    try:
        return bool(redis.Redis(port=port).ping())
    except redis.ConnectionError:
        return False
