"""`make demo` as a newcomer runs it: what it prints, what API and pages say, and that it comes out the same again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.demo.ground import PASSWORD

pytestmark = pytest.mark.xdist_group("demo")

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = r"[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{3}"

Calls = list[tuple[str, frozenset[tuple[str, str]]]]
"""Per call its time, and who does what there."""


@dataclass
class Demo:
    """A running demo, and what it has printed up to serving."""

    base_url: str
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def token(self, role: str) -> str:
        found = re.search(rf"^  {role} .*Authorization: (Token \S+)$", self.text, re.MULTILINE)
        assert found, self.text
        return found[1]

    def get(self, path: str, role: str = "dispatcher", accept: str = "application/json") -> httpx.Response:
        headers = {"Authorization": self.token(role), "Accept": accept}
        return httpx.get(self.base_url + path, headers=headers).raise_for_status()

    def printed(self) -> dict[str, Calls]:
        """The manifests as printed, by shift."""
        found: dict[str, Calls] = {}
        for line in self.lines:
            if title := re.match(r"(Bus \d \w+) · Bus", line):
                calls = found[title[1]] = []
            elif call := re.match(r" +\d+ +(\d\d:\d\d) ", line):
                calls.append((call[1], _people(line)))
            elif found and (more := _people(line)):
                at, people = calls.pop()
                calls.append((at, people | more))
        return found


def _people(line: str) -> frozenset[tuple[str, str]]:
    return frozenset(re.findall(rf"([+-]) \w.*? ({REFERENCE})", line))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, *more: str, hash_seed: str) -> Demo:
    """The demo as the Makefile starts it, in a folder of its own."""
    makefile = (ROOT / "Makefile").read_text()
    settings = re.search(r"^DEMO := (.*)$", makefile, re.MULTILINE)
    assert settings
    chosen = dict(pair.split("=", 1) for pair in settings[1].split()) | {"DROVER_DATA": str(folder / "demo")}
    ours = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in ours} | chosen | {"PYTHONHASHSEED": hash_seed}
    port = _free_port()
    command = [sys.executable, "manage.py", "demo", "--port", str(port), *more]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=subprocess.STDOUT, text=True)
    return Demo(f"http://127.0.0.1:{port}", process)


def read_on(demo: Demo) -> None:
    """Collect what it prints, until it serves or ends."""
    assert demo.process.stdout
    for line in demo.process.stdout:
        demo.lines.append(line)
        if line.startswith("Serving until"):
            return


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = start(tmp_path_factory.mktemp("serving"), hash_seed="1")
    try:
        read_on(demo)
        assert demo.process.poll() is None, demo.text
        yield demo
    finally:
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(timeout=30) == 0, "Ctrl-C ends it in peace"


def test_it_plays_the_whole_day_and_every_plan_passes_the_judge(demo: Demo) -> None:
    booked = re.search(r"45/45 .* (\d+) booked, (\d+) refused", demo.text)
    assert booked, demo.text
    assert int(booked[1]) + int(booked[2]) == 45
    assert int(booked[1]) >= 40
    assert re.search(r"100% +of promises kept; all \d+ plans of the day pass the judge", demo.text)
    assert "every promise stands" in demo.text, "re-optimising found something better"


def test_demo_api_and_page_tell_the_same_manifests(demo: Demo) -> None:
    services = demo.get("/api/v1/services").json()
    shifts = demo.get(f"/api/v1/shifts?service={services[0]['slug']}").json()["results"]
    printed = demo.printed()
    assert len(printed) == len(shifts) == 4
    for shift in shifts:
        path = f"/api/v1/shifts/{shift['id']}/manifest"
        told = _calls_of(demo.get(path).json())
        assert printed[shift["name"]] == told
        assert _calls_on_page(demo.get(path, accept="text/html").text) == told


def test_each_person_can_sign_in_and_sees_their_pages(demo: Demo) -> None:
    addresses = re.findall(rf"^  {demo.base_url}(\S+)", demo.text, re.MULTILINE)
    assert len(addresses) >= 5
    for role, username in re.findall(r"^  (\w+) +(\S+) +Authorization: Token", demo.text, re.MULTILINE):
        with httpx.Client(base_url=demo.base_url, follow_redirects=True) as client:
            page = client.get("/sign-in/")
            form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
            page = client.post("/sign-in/", data=form)
            assert page.status_code == 200, role
            assert ("Log out" if role == "administrator" else "Sign out") in page.text, role
            if role == "dispatcher":
                assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)


def test_every_run_gives_the_same_manifests(demo: Demo, tmp_path: Path) -> None:
    again = start(tmp_path, "--once", hash_seed="2")
    read_on(again)
    assert again.process.wait(timeout=30) == 0, again.text
    assert again.printed() == demo.printed()


def test_a_taken_port_is_told_with_the_remedy(demo: Demo, tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "demo", "--port", demo.base_url.rpartition(":")[2]]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"DROVER_DATA": str(tmp_path / "demo"), "LOG_LEVEL": "WARNING"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "is taken" in done.stderr
    assert "PORT=" in done.stderr
    assert not list(tmp_path.glob("demo/*.sqlite3")), "the folder may be that of the demo which serves there"


def _calls_of(manifest: dict[str, Any]) -> Calls:
    signs = {"board": "+", "alight": "-"}
    calls: dict[int, tuple[str, set[tuple[str, str]]]] = {}
    for call in manifest["calls"]:
        _, people = calls.setdefault(call["number"], (call["begin"][11:16], set()))
        if call["booking"]:
            people.add((signs[call["action"]], call["booking"]))
    return [(at, frozenset(people)) for at, people in calls.values()]


def _calls_on_page(page: str) -> Calls:
    signs = {"board": "+", "alight": "-"}
    calls = []
    for body in page.split("<tbody ")[1:]:
        at = re.search(r'<span class="clock">(\d\d:\d\d)</span>', body)
        assert at
        rows = re.findall(rf'<tr [^>]*data-action="(\w+)" data-booking="({REFERENCE})"', body)
        calls.append((at[1], frozenset((signs[action], booking) for action, booking in rows)))
    return calls
