"""The servers of the tests leave nothing behind, and say what is missing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import parts

ROOT = Path(__file__).resolve().parent.parent.parent

STORY = """
from tests.servers.private import PrivateServers
servers = PrivateServers()
servers.start()
print(servers.folder, *(server.pid for server in servers._running.values()), flush=True)
input()
servers.stop()
"""


def start_a_run() -> tuple[subprocess.Popen[str], Path, list[int]]:
    run = subprocess.Popen(
        [sys.executable, "-c", STORY],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout
    folder, *pids = run.stdout.readline().split()
    return run, Path(folder), [int(pid) for pid in pids]


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.postgres
@pytest.mark.redis
def test_servers_and_their_folder_are_gone_after_the_run() -> None:
    run, folder, pids = start_a_run()
    assert len(pids) == 2
    assert all(is_running(pid) for pid in pids)

    run.communicate("\n", timeout=30)

    assert not any(is_running(pid) for pid in pids)
    assert not folder.exists()


@pytest.mark.postgres
@pytest.mark.redis
def test_servers_end_even_when_the_run_is_killed() -> None:
    run, folder, pids = start_a_run()

    run.send_signal(signal.SIGKILL)
    run.wait()

    give_up = time.monotonic() + 20
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < give_up
        time.sleep(0.05)
    assert folder.exists()  # nobody was left to clear up
    subprocess.run(["rm", "-rf", folder], check=True)


def test_what_is_missing_is_said_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(parts.PARTS, "redis", (lambda: None, "Redis", "redis-server"))

    assert parts.missing("redis") == "needs Redis: apt-get install -y --no-install-recommends redis-server"
