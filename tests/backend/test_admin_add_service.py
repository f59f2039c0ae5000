"""An administrator adds a service step by step: what is told at each step, what is imported, and what is left behind."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from kombu.exceptions import OperationalError
from pytest_django import Settings

from backend import tasks
from backend.adding import drafts
from backend.celery import app
from bookings.models import Service
from tests.bookings.open_town import OpenTown

pytestmark = pytest.mark.django_db

ADMIN = "/admin/add-service/"
CALLED = {"slug": "mudford", "name": "Mudford on demand"}


def open_town(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> OpenTown:
    """A town's open data, and a worker that does at once what it's asked to."""
    settings.DATA_DIR = tmp_path / "data"
    settings.ROADS_ROOTS = [settings.DATA_DIR]
    settings.DATA_DIR.mkdir()
    monkeypatch.setattr(app.conf, "task_always_eager", True)
    (tmp_path / "town").mkdir()
    return OpenTown(tmp_path / "town").write()


@pytest.fixture
def town(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> OpenTown:
    return open_town(tmp_path, settings, monkeypatch)


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in("addy")


def signed_in(name: str, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(User.objects.filter(username=name).first() or User.objects.create_superuser(name))
    return client


def upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def step(client: Client, name: str, /, **sent: Any) -> HttpResponse:
    return client.post(f"{ADMIN}{name}/", sent)


def hand_in(client: Client, town: OpenTown, **others: Any) -> None:
    """All steps with the town's files; each leads on to the next."""
    files = {
        "called": {**CALLED},
        "roads": {"roads": upload(town.path("town.osm"))},
        "stops": {"stops": upload(town.path("stops.csv")), "postcodes": [upload(town.path("postcodes.csv"))]},
        "area": {"area": upload(town.path("area.geojson"))},
        "fleet": {"fleet": upload(town.path("fleet.csv"))},
    }
    nexts = ["roads", "stops", "area", "fleet", "check"]
    for (name, sent), then in zip({**files, **others}.items(), nexts, strict=True):
        assert step(client, name, **sent).headers["Location"] == f"{ADMIN}{then}/"


def act(client: Client, action: str) -> str:
    """Press a button of the page that is open, and read what comes."""
    page = client.get(f"{ADMIN}check/")
    fingerprint = page.context["outcome"].get("print", "") if page.context else ""
    return client.post(f"{ADMIN}check/", {"action": action, "print": fingerprint}, follow=True).content.decode()


def text(page: Any) -> str:
    return page.content.decode()


def drafts_left() -> list[str]:
    return [path.name for path in drafts.drafts_dir().glob("*/*") if path.is_dir()]


def test_from_files_to_a_service_with_the_report_of_the_command(
    town: OpenTown, admin: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(admin, town)
    checked = act(admin, "check")
    assert "it can be imported" in checked
    assert "66.7% (2 of 3) of the postcodes have a stop within a walk of 800 m" in checked
    assert Service.objects.count() == 0

    assert "made</h2>" in act(admin, "import")
    shown = admin.get(f"{ADMIN}check/").context["outcome"]["report"]
    service = Service.objects.get()
    assert (service.name, service.stops.count()) == ("Mudford on demand", 3)
    assert drafts_left() == []  # what was handed in is gone, the report stays

    Service.objects.all().delete()
    call_command("add_service", "mudford", *town.options(), "--name", "Mudford on demand", "--format", "json")
    told = json.loads(capsys.readouterr().out)
    told["places"] |= {key: shown["places"][key] for key in ("added", "changed", "dropped")}
    assert shown == told


@pytest.mark.parametrize(
    ("name", "field", "file", "content", "said"),
    [
        (
            "roads",
            "roads",
            "town.osm",
            b'<?xml version="1.0"?><osm><node id="1"',
            "it does not end with &lt;/osm&gt;: is it whole?",
        ),
        ("roads", "roads", "town.osm.pbf", b"\0\0\0\x0d" + b"\x0a\x09OSMHeader\x18\x70", "block 1: the file breaks off in it"),
        ("area", "area", "area.geojson", b"[" * 200_000, "nested too deeply"),
        ("area", "area", "area.geojson", b'{"type": ' + b"9" * 5000 + b"}", "thousands of digits"),
        ("roads", "roads", "town.zip", b"PK", "names end in .osm.pbf or .osm"),
        ("stops", "stops", "stops.csv", b"ATCOCode\n", "stops.csv, row 1: add the columns CommonName"),
        ("stops", "postcodes", "le.csv", b"LE15 6AB\n", "le.csv, row 1"),
        ("area", "area", "area.geojson", b"{", "area.geojson, line 1: this is not JSON"),
        ("area", "area", "area.geojson", b"\xff\xfe", "save it as UTF-8"),
        ("fleet", "fleet", "fleet.csv", b"vehicle;name\n", "save it as CSV with commas"),
        ("fleet", "rules", "rules.json", b"[]", "make it a JSON object"),
        ("area", "area", "area.geojson", b"", "empty"),
    ],
)
def test_a_file_that_will_not_do_is_told_beside_its_field(
    town: OpenTown, admin: Client, name: str, field: str, file: str, content: bytes, said: str
) -> None:
    page = step(admin, name, **{field: SimpleUploadedFile(file, content)})
    assert (page.status_code, drafts_left()) == (200, [])
    assert said in text(page)
    assert any(field in row["field"].name and row["field"].errors for row in page.context["rows"])  # type: ignore[attr-defined]


def test_names_and_zones_that_will_not_do(town: OpenTown, admin: Client) -> None:
    page = text(step(admin, "called", slug="mud ford", zone="Europe/Nowhere", name="x" * 121))
    assert "not an IANA time zone" in page
    assert page.count("errorlist") >= 3


def test_too_much_at_once(town: OpenTown, admin: Client, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_MB = 0.0001
    assert "are too much" in text(step(admin, "roads", roads=upload(town.path("town.osm"))))
    assert drafts_left() == []


def test_what_only_the_check_finds_is_told_at_its_step(town: OpenTown, admin: Client) -> None:
    no_road = SimpleUploadedFile("town.osm", town.path("town.osm").read_bytes().replace(b"highway", b"waterway"))
    hand_in(admin, town, roads={"roads": no_road})
    page = act(admin, "check")
    assert "Nothing was written" in page
    assert f'<a href="{ADMIN}roads/">' in page
    assert "town.osm, the file" in text(admin.get(f"{ADMIN}roads/"))
    assert "errorlist" not in text(admin.get(f"{ADMIN}area/"))

    # Another file, and all is well; but what was told before is not what is imported.
    step(admin, "roads", roads=upload(town.path("town.osm")))
    assert "changed since" in act(admin, "import")
    assert "it can be imported" in act(admin, "check")


def test_an_option_of_the_command_is_told_as_a_step(town: OpenTown, admin: Client) -> None:
    hand_in(admin, town, stops={})
    page = act(admin, "check")  # no NaPTAN, so the country is anybody's guess
    assert "give the time zone with “Time zone” in step 1" in page
    step(admin, "called", **CALLED, zone="Europe/Andorra")
    assert "Europe/Andorra: it can be imported" in act(admin, "check")


def test_steps_left_out_are_named_and_nothing_is_done(town: OpenTown, admin: Client) -> None:
    assert admin.get(ADMIN).headers["Location"] == f"{ADMIN}called/"
    step(admin, "called", **CALLED)
    assert admin.get(ADMIN).headers["Location"] == f"{ADMIN}roads/"
    assert "Still to come" in text(admin.get(f"{ADMIN}check/"))
    act(admin, "check")
    act(admin, "import")
    assert Service.objects.count() == 0
    assert admin.get(f"{ADMIN}nowhere/").status_code == 404


def test_loading_a_page_again_in_the_middle_loses_nothing(town: OpenTown, admin: Client) -> None:
    hand_in(admin, town)
    assert 'value="Mudford on demand"' in text(admin.get(f"{ADMIN}called/"))
    assert "Here already: stops.csv." in text(admin.get(f"{ADMIN}stops/"))
    step(admin, "stops")  # nothing new
    assert "it can be imported" in act(admin, "check")
    step(admin, "stops", drop=["postcodes"])
    assert "of the settlements and landmarks" in act(admin, "check")

    act(admin, "import")
    assert "That has changed" in text(admin.post(f"{ADMIN}check/", {"action": "import", "print": "x"}, follow=True))
    assert Service.objects.count() == 1
    act(admin, "discard")
    assert admin.get(ADMIN).headers["Location"] == f"{ADMIN}called/"


def test_no_file_of_the_server_can_be_taken_for_roads(town: OpenTown, admin: Client) -> None:
    for path in ("/etc/passwd", str(town.path("town.osm")), "../town/town.osm"):
        assert "Select a valid choice" in text(step(admin, "roads", known=path))
    hand_in(admin, town, roads={"roads": SimpleUploadedFile("../../../evil.osm", town.path("town.osm").read_bytes())})
    assert not list(town.folder.parent.rglob("data/evil.osm"))
    assert len(list(drafts.drafts_dir().glob("*/roads/*/evil.osm"))) == 1


def test_two_administrators_at_once(town: OpenTown, admin: Client) -> None:
    other = signed_in("bea")
    for client in (admin, other):
        hand_in(client, town)
        assert "it can be imported" in act(client, "check")
    assert "made</h2>" in act(admin, "import")
    # The other one checked something that isn't so any more.
    assert "has changed since the check" in act(other, "import")
    assert "updated</h2>" in (act(other, "check") and act(other, "import"))


def test_what_is_pressed_twice_is_done_once(town: OpenTown, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(tasks.add_service, "apply_async", lambda args, **_: asked.append(args))
    hand_in(admin, town)
    assert "Waiting for a background worker" in act(admin, "check")
    assert "being done already" in text(admin.post(f"{ADMIN}check/", {"action": "check"}, follow=True))
    assert admin.get(f"{ADMIN}check/").headers["Refresh"] == "2"
    assert admin.get(f"{ADMIN}area/").headers["Location"] == f"{ADMIN}check/"  # nothing changes under the reader
    assert len(asked) == 1

    tasks.add_service(*asked[0])
    outcome = admin.get(f"{ADMIN}check/").context["outcome"]
    tasks.add_service(*asked[0])  # delivered again
    assert admin.get(f"{ADMIN}check/").context["outcome"] == outcome


def test_a_worker_that_died_does_not_keep_anybody_waiting(town: OpenTown, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.add_service, "apply_async", lambda args, **_: None)
    hand_in(admin, town)
    act(admin, "check")
    monkeypatch.undo()
    monkeypatch.setattr(drafts, "LOST_S", -1)
    page = text(admin.get(f"{ADMIN}check/"))
    assert ">Check</button>" in page


def test_without_a_queue_it_is_said(town: OpenTown, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(args: object, **_: object) -> None:
        raise OperationalError("no Redis")

    monkeypatch.setattr(tasks.add_service, "apply_async", fail)
    hand_in(admin, town)
    assert "start Redis" in act(admin, "check")


def test_whatever_fails_leaves_no_service_and_no_copy(town: OpenTown, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(admin, town)
    act(admin, "check")
    monkeypatch.setattr("bookings.actions.add_service.put_places", lambda *_: 1 / 0)
    assert "the log of the server says why" in act(admin, "import")
    assert (Service.objects.count(), list(drafts.drafts_dir().parent.glob("mudford/*"))) == (0, [])


def test_folders_are_private_and_go_when_abandoned(town: OpenTown, admin: Client) -> None:
    hand_in(admin, town)
    (folder,) = (path for path in drafts.drafts_dir().iterdir() if path.is_dir())
    assert [path.stat().st_mode & 0o077 for path in (folder, folder.parent)] == [0, 0]
    # Another session of the same person sees nothing of it.
    assert signed_in("addy").get(ADMIN).headers["Location"] == f"{ADMIN}called/"

    tasks.sweep_drafts()
    assert folder.exists()
    long_ago = time.time() - drafts.ABANDONED_S - 1
    os.utime(folder, (long_ago, long_ago))
    tasks.sweep_drafts()
    assert not folder.exists()


def test_the_pages_keep_to_the_policy(town: OpenTown, admin: Client) -> None:
    hand_in(admin, town)
    act(admin, "check")
    for address in ("/admin/", *(f"{ADMIN}{name}/" for name in ("called", "roads", "stops", "area", "fleet", "check"))):
        page = admin.get(address)
        assert "script-src 'self'; style-src 'self'" in page.headers["Content-Security-Policy"]
        assert "style=" not in text(page), address
        assert "onclick" not in text(page), address
