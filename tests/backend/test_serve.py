"""An installation without Docker: one command serves, and does in the background what the pages ask for."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.bookings.open_town import OpenTown
from tests.servers.embedded import put_database

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long one for the test"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of an installation with one administrator, served by the command."""
    ours = {"DATABASE_URL": "", "DROVER_DATA": str(put_database(tmp_path / "data")), "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    env = {name: value for name, value in os.environ.items() if name not in ("CELERY_BROKER_URL", "REDIS_URL")} | ours
    command = ["createsuperuser", "--noinput", "--username", "addy", "--email", "a@b.org"]
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, timeout=500, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "manage.py", "serve", "--port", port]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert f"http://127.0.0.1:{port}/admin/" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, "it ends in peace"


def test_what_is_handed_in_is_checked_in_the_background(site: str, tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    town = OpenTown(tmp_path / "town").write()
    with httpx.Client(base_url=site, follow_redirects=True, timeout=60) as browser:

        def send(page: str, files: dict[str, str], **typed: str) -> str:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(page).text)
            assert token, page
            handed = {name: (file, town.path(file).read_bytes()) for name, file in files.items()}
            return browser.post(page, data={**typed, "csrfmiddlewaretoken": token[1]}, files=handed).text

        send("sign-in/", {}, username="addy", password=PASSWORD)
        send("admin/add-service/called/", {}, slug="mudford")
        send("admin/add-service/roads/", {"roads": "town.osm"})
        send("admin/add-service/stops/", {"stops": "stops.csv", "postcodes": "postcodes.csv"})
        send("admin/add-service/area/", {"area": "area.geojson"})
        send("admin/add-service/fleet/", {"fleet": "fleet.csv"})
        page = send("admin/add-service/check/", {}, action="check")
        deadline = time.monotonic() + 180
        while "it can be imported" not in page and time.monotonic() < deadline:
            time.sleep(0.5)
            page = browser.get("admin/add-service/check/").text
        assert "it can be imported" in page


@pytest.mark.django_db
def test_where_others_serve_it_says_so(settings: Settings) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="with DATABASE_URL, server and workers are processes of their own"):
        call_command("serve")
