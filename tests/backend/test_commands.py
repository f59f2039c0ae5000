"""How an operator puts the first service and the first people into an empty installation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from bookings.models import Service, Stop
from tests.backend.api_world import RIPON

pytestmark = pytest.mark.django_db
WORD = "a-long-and-private-word"


@pytest.fixture(autouse=True)
def word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DROVER_PASSWORD", WORD)


def test_from_nothing_to_a_dispatcher_who_can_work(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_service", str(RIPON))
    assert "(ripon)" in capsys.readouterr().out
    call_command("create_user", "dora", "--role", "dispatcher", "--name", "Dora Desk")
    header = capsys.readouterr().out.splitlines()[-1].removeprefix("Authorization: ")
    assert Client().get("/api/v1/services", HTTP_AUTHORIZATION=header).json()[0]["slug"] == "ripon"
    page = Client()
    assert page.login(username="dora", password=WORD)
    assert page.get("/dispatch/").status_code == 302


def test_everybody_gets_their_role(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_service", str(RIPON))
    allowed = {"agent": "bookings", "driver": "shifts", "passenger": "bookings"}
    for role, path in allowed.items():
        call_command("create_user", role, "--role", role, "--driver", "ash")
        header = capsys.readouterr().out.splitlines()[-1].removeprefix("Authorization: ")
        assert Client().get(f"/api/v1/{path}", HTTP_AUTHORIZATION=header).status_code == 200


def test_loading_twice_changes_nothing() -> None:
    for _ in range(2):
        call_command("load_service", str(RIPON))
    assert Service.objects.count() == 1
    assert Stop.objects.filter(active=True).count() > 20


def test_a_folder_whose_roads_are_not_to_be_found_is_not_loaded(tmp_path: Path) -> None:
    shutil.copytree(RIPON, tmp_path / "elsewhere")
    with pytest.raises(CommandError, match="no road network at"):
        call_command("load_service", str(tmp_path / "elsewhere"))
    with pytest.raises(CommandError, match="no folder"):
        call_command("load_service", str(tmp_path / "nowhere"))
    assert not Service.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dora", "--role", "dispatcher", "--operator", "nobody"], "say which operator"),
        (["dora", "--role", "driver"], "there is no driver dora"),
        (["d o", "--role", "agent"], "valid username"),
        (["taken", "--role", "agent"], "already exists"),
    ],
)
def test_what_can_not_be_done_is_said(arguments: list[str], said: str) -> None:
    call_command("load_service", str(RIPON))
    call_command("create_user", "taken", "--role", "agent")
    with pytest.raises(CommandError, match=said):
        call_command("create_user", *arguments)


def test_a_weak_password_and_an_empty_installation_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="load a service first"):
        call_command("create_user", "dora", "--role", "agent")
    call_command("load_service", str(RIPON))
    monkeypatch.setenv("DROVER_PASSWORD", "password")
    with pytest.raises(CommandError, match="too common"):
        call_command("create_user", "dora", "--role", "agent")


def test_a_driver_has_one_user() -> None:
    call_command("load_service", str(RIPON))
    call_command("create_user", "ash", "--role", "driver")
    with pytest.raises(CommandError, match="signs in as ash already"):
        call_command("create_user", "ash2", "--role", "driver", "--driver", "ash")
