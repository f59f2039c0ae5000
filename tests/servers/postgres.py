"""A private PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from tests.servers import parts, process

# Nothing here has to outlive the run, so nothing waits for the disk. What a transaction means stays the same.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "400",
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Make a cluster in the new folder `folder` and serve it on `port`, with an empty database `drover`."""
    programs = parts.postgres_folder()
    assert programs is not None
    user = "postgres" if os.getuid() == 0 else None
    folder.mkdir(mode=0o700)
    if user:
        shutil.chown(folder, user, user)
    data, log = folder / "data", folder.with_name("postgres.log")
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "drover", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
        check=True,
        capture_output=True,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
    )
    options = [f"-c{name}={value}" for name, value in {**_OPTIONS, "unix_socket_directories": str(folder)}.items()]
    server = process.start([str(programs / "postgres"), "-D", str(data), "-p", str(port), *options], log=log, user=user)
    process.wait_until(lambda: _answers(port), server, log)
    with psycopg.connect(f"postgresql://drover@127.0.0.1:{port}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE drover")
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server, and every connection with it."""
    process.stop(server, signal.SIGQUIT)


def _answers(port: int) -> bool:
    try:
        psycopg.connect(f"postgresql://drover@127.0.0.1:{port}/postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
