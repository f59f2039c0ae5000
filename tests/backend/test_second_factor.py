"""Staff sign in by password and a code of an authenticator app; who has lost it, by a code that they kept."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from environ import Env
from pytest_django import Settings

from backend import account_settings, second_factor
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def still(world: World) -> Iterator[None]:
    """Codes change each half minute, so it's one and the same second."""
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


@pytest.fixture(autouse=True)
def passwords(world: World, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a quick one
    cache.clear()
    for name in ("dispatcher", "ann", "nobody"):
        world.users[name].set_password(PASSWORD)
        world.users[name].save()


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(name: str = "dispatcher", password: str = PASSWORD, **more: str) -> tuple[Client, Any]:
    browser = Client()
    return browser, browser.post("/sign-in/", {"username": name, "password": password, **more})


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def secret_on(page: Any) -> str:
    found = re.search("<code>([A-Z2-7 ]+)</code>", page.content.decode())
    assert found
    return found[1].replace(" ", "")


@pytest.fixture
def secret(settings: Settings, world: World) -> str:
    """Of the dispatcher, who has set it up; the code of now is used by that."""
    browser, _ = sign_in()
    found = secret_on(browser.get("/sign-in/set-up/"))
    assert browser.post("/sign-in/set-up/", {"password": PASSWORD, "code": code_of(found, -1)}).status_code == 200
    return found


def test_who_has_set_it_up_gets_in_by_both(world: World, secret: str) -> None:
    browser, answer = sign_in(next="/dispatch/ripon/")
    assert (answer["Location"], is_in(browser)) == ("/sign-in/second-step/", False)
    assert browser.get("/api/v1/bookings").status_code == 401
    wrong = browser.post("/sign-in/second-step/", {"code": "000000"})
    assert (wrong.status_code, is_in(browser)) == (422, False)
    right = browser.post("/sign-in/second-step/", {"code": code_of(secret)})
    assert (right["Location"], is_in(browser)) == ("/dispatch/ripon/", True)


def test_a_code_works_once_in_every_process(world: World, secret: str) -> None:
    for expected in (True, False):
        browser, _ = sign_in()
        browser.post("/sign-in/second-step/", {"code": code_of(secret)})
        assert is_in(browser) == expected
        cache.clear()  # as another process has it


def test_codes_can_be_tried_five_times(world: World, secret: str) -> None:
    browser, _ = sign_in()
    answers = [browser.post("/sign-in/second-step/", {"code": "000000"}).status_code for _ in range(5)]
    late = browser.post("/sign-in/second-step/", {"code": code_of(secret)})
    assert (answers[0], answers[-1], late.status_code, is_in(browser)) == (422, 429, 429, False)  # one went to setting it up


def test_without_the_password_there_is_no_second_step(world: World, secret: str) -> None:
    browser, _ = sign_in(password="guessed")
    for path in ("/sign-in/second-step/", "/sign-in/set-up/"):
        assert browser.post(path, {"code": code_of(secret)})["Location"] == "/sign-in/"
    assert not is_in(browser)


@pytest.mark.parametrize("what", ["too late", "closed", "another password"])
def test_a_password_counts_for_ten_minutes_while_it_is_the_password(
    world: World, secret: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, _ = sign_in()
    user = User.objects.get(username="dispatcher")
    if what == "too late":
        session = browser.session
        session["drover.pending"] |= {"at": time.time() - 601}
        session.save()
    elif what == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        user.set_password("another one entirely")
        user.save()
    assert browser.post("/sign-in/second-step/", {"code": code_of(secret)})["Location"] == "/sign-in/"
    assert not is_in(browser)


def test_a_code_that_was_kept_works_once(world: World) -> None:
    browser, _ = sign_in()
    key = secret_on(browser.get("/sign-in/set-up/"))
    page = browser.post("/sign-in/set-up/", {"password": PASSWORD, "code": code_of(key)}).content.decode()
    kept = re.findall("<li><code>([0-9]+)</code>", page)
    assert len(kept) == 10
    for expected in (True, False):
        browser, _ = sign_in()
        browser.post("/sign-in/second-step/", {"code": kept[3]})
        assert is_in(browser) == expected


def test_who_is_signed_in_sets_it_up_with_their_password_alone(world: World) -> None:
    browser, _ = sign_in()
    key = secret_on(browser.get("/sign-in/set-up/"))
    assert browser.post("/sign-in/set-up/", {"password": "guessed", "code": code_of(key)}).status_code == 422
    assert sign_in()[1]["Location"] == "/dispatch/"


def test_where_it_is_required_staff_set_it_up_before_they_get_in(world: World, settings: Settings) -> None:
    settings.STAFF_MFA = "required"
    browser, answer = sign_in()
    assert (answer["Location"], is_in(browser)) == ("/sign-in/set-up/", False)
    assert browser.get("/dispatch/").status_code == 302
    key = secret_on(browser.get("/sign-in/set-up/"))
    assert browser.post("/sign-in/set-up/", {"code": "000000"}).status_code == 422
    assert not is_in(browser)
    assert "Keep these codes" in browser.post("/sign-in/set-up/", {"code": code_of(key)}).content.decode()
    assert is_in(browser)
    assert sign_in()[1]["Location"] == "/sign-in/second-step/"
    # A passenger with a password is no staff.
    assert is_in(sign_in("ann")[0])


def test_administrators_are_staff(world: World, settings: Settings) -> None:
    settings.STAFF_MFA = "required"
    User.objects.filter(username="nobody").update(is_staff=True, is_superuser=True)
    browser, answer = sign_in("nobody", next="/admin/")
    assert (answer["Location"], is_in(browser)) == ("/sign-in/set-up/", False)
    assert browser.get("/admin/").status_code == 302


def test_who_has_one_cant_be_given_another_by_whoever_knows_the_password(world: World, secret: str) -> None:
    browser, _ = sign_in()
    assert browser.get("/sign-in/set-up/")["Location"] == "/sign-in/second-step/"


def test_a_lost_one_is_forgotten_by_a_command(world: World, secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reset_second_factor", "dispatcher")
    assert "dispatcher signs in by password alone" in capsys.readouterr().out
    assert is_in(sign_in()[0])


def test_what_is_stored_lets_nobody_in(world: World, secret: str) -> None:
    kept = [text for row in Authenticator.objects.all() for text in map(str, row.data.values())]
    assert len(kept) > 1
    assert secret not in " ".join(kept)
    assert sum(text.startswith("gAAAA") for text in kept) == 2, "the app's secret and the seed of the codes that are kept"


def test_after_a_change_of_the_key_of_the_installation_the_old_one_still_opens(
    world: World, secret: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert not second_factor.passes(world.users["dispatcher"], code_of(secret))
    assert "manage.py reset_second_factor dispatcher" in caplog.text
    settings.SECRET_KEY_FALLBACKS = [before]
    assert second_factor.passes(world.users["dispatcher"], code_of(secret))


def test_the_setting_is_one_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    assert account_settings.read(Env())["STAFF_MFA"] in ("optional", "required")
    monkeypatch.setenv("STAFF_MFA", "sometimes")
    with pytest.raises(ImproperlyConfigured, match="optional, required"):
        account_settings.read(Env())
