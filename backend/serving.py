"""The whole of Drover in one process: a server in a thread, and a worker and beat in others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from django.core.management import CommandError

from backend.embedded import EmbeddedWorkers


@contextmanager
def running(host: str, port: int) -> Iterator[str]:
    """Serve on host and port until the block ends; gives the base address. Raises CommandError where the port is taken."""
    check_port(host, port)
    config = uvicorn.Config(
        "backend.asgi:application", host=host, port=port, log_level="warning", lifespan="off", proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="server", daemon=True)
    thread.start()
    try:
        _wait_until_up(server, thread)
        workers = EmbeddedWorkers()
        workers.start()
        try:
            yield f"http://{host}:{port}"
        finally:
            workers.stop()
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def check_port(host: str, port: int) -> None:
    """Raises CommandError where the port is taken or is none."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"port {port} on {host} is taken or no port ({error}): choose another: --port 8001, or PORT=8001 with make"
            ) from None


def _wait_until_up(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 30
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise CommandError("the server did not start; the lines above say why")
        time.sleep(0.02)
