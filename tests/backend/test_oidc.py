"""Staff sign in with their organisation's account: only who is there already, by an address that the organisation vouches for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from environ import Env
from pytest_django import Settings

from backend import account_settings
from bookings.models import StaffMember
from tests.backend.api_world import World
from tests.backend.provider_stubs import Asked, Reply, Stub, serving

pytestmark = pytest.mark.django_db


@dataclass
class Organisation:
    """An OpenID Connect provider, and who is at its sign-in page."""

    stub: Stub
    claims: dict[str, Any] = field(default_factory=dict)
    audience: str = "drover"

    def answer(self, stub: Stub, asked: Asked) -> Reply:
        status, body = self.told(stub, asked)
        return Reply(status, body, {"Content-Type": "application/json"})

    def told(self, stub: Stub, asked: Asked) -> tuple[int, Any]:
        path = urlsplit(asked.path).path
        if path == "/.well-known/openid-configuration":
            names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            return (200, {"issuer": stub.url} | {name: f"{stub.url}/{name}" for name in names})
        if path == "/token_endpoint":
            if asked.form["code"] != "c1" or not asked.form["code_verifier"]:
                return (400, {"error": "invalid_grant"})
            told = {"iss": stub.url, "aud": self.audience, "sub": self.claims["sub"], "exp": 4102444800, "iat": 1}
            token = jwt.encode(told, "x" * 32, algorithm="HS256")
            return (200, {"access_token": "a1", "token_type": "Bearer", "id_token": token})
        assert path == "/userinfo_endpoint"
        assert asked.headers["Authorization"] == "Bearer a1"
        return 200, self.claims


@pytest.fixture
def organisation(settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Organisation]:
    """Of which dispatcher@example.org is the dispatcher's address."""
    User.objects.filter(username="dispatcher").update(email="Dispatcher@example.org")
    found = Organisation(Stub(), {"sub": "d-1", "email": "dispatcher@example.org", "email_verified": True})
    with serving(found.answer) as stub:
        found.stub = stub
        for name, value in (("ISSUER", stub.url), ("CLIENT_ID", "drover"), ("CLIENT_SECRET", "s")):
            monkeypatch.setenv(f"OIDC_{name}", value)
        for name, value in account_settings.read(Env()).items():
            setattr(settings, name, value)
        yield found


def sign_in(next_page: str = "", **sent: str) -> tuple[Client, Any]:
    """To the organisation, and back with what it sends along."""
    browser = Client()
    there = browser.get("/oidc/staff/login/", {"next": next_page} if next_page else {})
    assert there.status_code == 302, there.content
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there["Location"]).query).items()}
    assert asked["redirect_uri"] == "http://testserver/oidc/staff/login/callback/"
    assert asked["code_challenge_method"] == "S256"
    return browser, browser.get("/oidc/staff/login/callback/", {"code": "c1", "state": asked["state"]} | sent)


def who(browser: Client) -> str | None:
    found = browser.session.get("_auth_user_id")
    return User.objects.get(pk=found).username if found else None


def refused(browser: Client, answer: Any) -> bool:
    return (answer["Location"], who(browser)) == ("/sign-in/?oidc=refused", None)


def test_staff_who_are_there_get_in_and_land_at_their_work(world: World, organisation: Organisation) -> None:
    assert "/oidc/staff/login/?next=/dispatch/ripon/" in Client().get("/sign-in/?next=/dispatch/ripon/").content.decode()
    browser, answer = sign_in()
    assert (who(browser), answer["Location"]) == ("dispatcher", "/dispatch/")
    assert sign_in("/dispatch/ripon/")[1]["Location"] == "/dispatch/ripon/"
    assert sign_in("https://elsewhere.example/")[1]["Location"] == "/dispatch/"


def test_nobody_is_made(world: World, organisation: Organisation) -> None:
    before = User.objects.count()
    organisation.claims |= {"sub": "n-1", "email": "new@example.org"}
    assert refused(*sign_in())
    assert User.objects.count() == before
    assert "does not open anything here" in Client().get("/sign-in/?oidc=refused").content.decode()


@pytest.mark.parametrize("verified", [False, None, "false"])
def test_an_address_that_nobody_vouches_for_is_nothing(world: World, organisation: Organisation, verified: Any) -> None:
    organisation.claims["email_verified"] = verified
    assert refused(*sign_in())


def test_a_passengers_address_opens_nothing(world: World, organisation: Organisation) -> None:
    User.objects.filter(username="ann").update(email="ann@example.org")
    organisation.claims |= {"sub": "a-1", "email": "ann@example.org"}
    assert refused(*sign_in())
    assert not SocialAccount.objects.exists()


def test_two_with_one_address_are_nobody(world: World, organisation: Organisation) -> None:
    User.objects.filter(username="agent").update(email="dispatcher@example.org")
    assert refused(*sign_in())


def test_the_account_counts_and_not_the_address_once_it_is_known(world: World, organisation: Organisation) -> None:
    assert who(sign_in()[0]) == "dispatcher"
    organisation.claims["email"] = "married@example.org"
    assert who(sign_in()[0]) == "dispatcher"
    organisation.claims |= {"sub": "d-2", "email": "dispatcher@example.org"}  # the address is another person's by now
    assert refused(*sign_in())


@pytest.mark.parametrize("what", ["closed", "no staff"])
def test_who_has_left_is_out(world: World, organisation: Organisation, what: str) -> None:
    assert who(sign_in()[0]) == "dispatcher"
    if what == "closed":
        User.objects.filter(username="dispatcher").update(is_active=False)
    else:
        StaffMember.objects.filter(user__username="dispatcher").delete()
    assert refused(*sign_in())


def test_what_is_meant_for_somebody_else_or_made_up_opens_nothing(world: World, organisation: Organisation) -> None:
    assert refused(*sign_in(state="made-up"))
    assert refused(*sign_in(code="made-up"))
    assert refused(*sign_in(error="access_denied"))
    organisation.audience = "another"
    assert refused(*sign_in())
    organisation.stub.fault = Reply(503)
    assert Client().get("/oidc/staff/login/")["Location"] == "/sign-in/?oidc=refused"


def test_it_is_for_signing_in_alone(world: World, organisation: Organisation) -> None:
    browser = Client()
    browser.force_login(world.users["agent"])
    there = browser.get("/oidc/staff/login/", {"process": "connect"})
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]
    answer = browser.get("/oidc/staff/login/callback/", {"code": "c1", "state": state})
    assert answer["Location"] == "/sign-in/?oidc=refused"
    assert who(browser) == "agent"


def test_the_second_factor_is_for_the_organisation_to_ask(world: World, organisation: Organisation, settings: Settings) -> None:
    settings.STAFF_MFA = "required"
    assert who(sign_in()[0]) == "dispatcher"
    TOTP.activate(world.users["dispatcher"], "A" * 32)
    assert who(sign_in()[0]) == "dispatcher"


def test_without_an_organisation_there_is_no_such_way() -> None:
    assert Client().get("/oidc/staff/login/").status_code == 404
    assert "organisation" not in Client().get("/sign-in/").content.decode()


@pytest.mark.parametrize(
    ("issuer", "client", "said"),
    [("https://id.example.org", "", "needs OIDC_CLIENT_ID"), ("http://id.example.org", "drover", "has to be an https address")],
)
def test_what_is_missing_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch, issuer: str, client: str, said: str) -> None:
    for name, value in (("ISSUER", issuer), ("CLIENT_ID", client), ("CLIENT_SECRET", "s")):
        monkeypatch.setenv(f"OIDC_{name}", value)
    with pytest.raises(ImproperlyConfigured, match=said):
        account_settings.read(Env())
