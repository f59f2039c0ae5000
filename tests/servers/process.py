"""Starting a server that ends with the tests, whatever becomes of them."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def start(command: Sequence[str], *, log: Path, user: str | None = None) -> subprocess.Popen[bytes]:
    """Run a server as `user` (or as we are), its words in `log`. It's told to stop when this process dies."""
    with log.open("ab") as words:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            start_new_session=True,  # Ctrl-C is for the tests, which then stop the server
            preexec_fn=lambda: _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT),
        )


def wait_until(answers: Callable[[], bool], server: subprocess.Popen[bytes], log: Path, *, timeout_s: float = 30) -> None:
    """Return once the server answers. Raises RuntimeError with the end of its log where it doesn't."""
    give_up = time.monotonic() + timeout_s
    while not answers():
        if server.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"{server.args!r} did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.03)


def stop(server: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a server."""
    server.send_signal(how)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
