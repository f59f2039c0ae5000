"""How often somebody may ask, and that nobody gets round it by saying they are somebody else."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from backend import limits, tasks
from backend.rates import BadRate, Rate, read_rate
from bookings.actions.take_token import TooMany
from bookings.models import Bucket
from tests.backend.api_world import MONDAY, World

FORGED = "203.0.113.9"


@pytest.fixture
def rates(settings: Settings) -> dict[str, Rate]:
    """The limits of settings, to be changed for one test."""
    settings.RATE_LIMITS = dict(settings.RATE_LIMITS)
    found: dict[str, Rate] = settings.RATE_LIMITS
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    found = SimpleNamespace(now=MONDAY)
    monkeypatch.setattr("bookings.clock.database_now", lambda: found.now)
    return found


def taken(scope: str, who: str, most: int = 100) -> int:
    """How many can be taken before the bucket is empty."""
    for number in range(most):
        try:
            limits.take(scope, who)
        except TooMany:
            return number
    return most


@pytest.mark.django_db
def test_a_bucket_gives_what_it_holds_and_fills_again(clock: SimpleNamespace, rates: dict[str, Rate]) -> None:
    rates["codes"] = Rate(3, 600)
    assert [limits.take("codes", "07700 900001") for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooMany) as refused:
        limits.take("codes", "07700 900001")
    assert refused.value.wait_s == 200  # three come back in 600 s
    clock.now += timedelta(seconds=199)
    assert taken("codes", "07700 900001") == 0
    clock.now += timedelta(seconds=1)
    assert taken("codes", "07700 900001") == 1
    clock.now += timedelta(days=30)
    assert taken("codes", "07700 900001") == 3  # a bucket never holds more


@pytest.mark.django_db
def test_everybody_and_everything_has_a_bucket_of_its_own(clock: SimpleNamespace, rates: dict[str, Rate]) -> None:
    rates["codes"] = rates["codes-day"] = Rate(2, 60)
    assert [taken(*what) for what in (("codes", "ann"), ("codes", "bob"), ("codes-day", "ann"))] == [2, 2, 2]
    assert not [row for row in Bucket.objects.all() if "ann" in row.name or "bob" in row.name]


@pytest.mark.django_db
def test_buckets_that_are_full_again_are_forgotten(
    clock: SimpleNamespace, rates: dict[str, Rate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "database_now", lambda: clock.now)
    rates["codes"], rates["codes-day"] = Rate(2, 60), Rate(2, 86400)
    limits.take("codes", "ann")
    limits.take("codes-day", "ann")
    clock.now += timedelta(seconds=30)
    tasks.sweep_keys()
    assert [row.name.split()[0] for row in Bucket.objects.all()] == ["codes-day"]


@pytest.mark.django_db
def test_a_passenger_who_asks_too_often_is_told_when_to_ask_again(world: World, rates: dict[str, Rate]) -> None:
    rates["offers"], rates["offers-desk"] = Rate(2, 60), Rate(3, 60)
    first = world.post("ann", "offers", world.wish())
    assert (first["RateLimit-Policy"], first["RateLimit"]) == ('"offers";q=2;w=60', '"offers";r=1')
    assert world.post("ann", "offers", {}).status_code == 400  # what makes no sense counts as well
    refused = world.post("ann", "offers", world.wish())
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert refused["Retry-After"] == "30"
    assert refused.json()["type"] == "/api/v1/problems/throttled"
    assert "Try again in 30 s" in refused.json()["detail"]
    assert world.get("ann", "bookings").status_code == 200
    assert world.post("bob", "offers", world.wish()).status_code == 200
    # Somebody at a desk calls for many.
    assert [world.post("agent", "offers", {}).status_code for _ in range(4)] == [400, 400, 400, 429]
    world.set_clock(world.now + timedelta(seconds=30))
    assert world.post("ann", "offers", world.wish()).status_code == 200


@pytest.mark.django_db
def test_strangers_are_counted_by_address_whatever_they_say(world: World, rates: dict[str, Rate]) -> None:
    rates["anonymous"] = Rate(4, 60)

    def call(path: str, **headers: Any) -> int:
        return int(world.get(None, path, **headers).status_code)

    made_up = {"HTTP_AUTHORIZATION": "Token made-up"}
    tries = [("bookings", {}), ("bookings", made_up), ("services", {}), ("services", made_up), ("bookings/AAA-AAA", {})]
    answers = [call(path, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}", **more) for number, (path, more) in enumerate(tries)]
    assert answers == [401, 401, 401, 401, 429]
    assert call("bookings", **made_up) == 429
    assert call("bookings", REMOTE_ADDR="198.51.100.7") == 401
    assert world.get("ann", "bookings").status_code == 200  # who is signed in is none of them


@pytest.mark.parametrize(
    ("proxies", "sent", "address"),
    [
        (0, None, "192.0.2.1"),
        (0, FORGED, "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, f"{FORGED}, 198.51.100.7", "198.51.100.7"),
        (1, f"{FORGED}, 10.0.0.1,  198.51.100.7", "198.51.100.7"),
        (2, f"{FORGED}, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "198.51.100.7"),  # the outer proxy tells of nobody: this is what the inner one has added
        (1, None, "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, f"{FORGED}, rubbish", "192.0.2.1"),
        (1, f"{FORGED}, 198.51.100.7:4711", "198.51.100.7"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::7]:4711", "2001:db8:1:2::/64"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_an_address_is_what_our_own_proxies_have_seen(settings: Settings, proxies: int, sent: str | None, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    meta = {"REMOTE_ADDR": "192.0.2.1"} | ({} if sent is None else {"HTTP_X_FORWARDED_FOR": sent})
    assert limits.address_of(SimpleNamespace(META=meta)) == address


@pytest.mark.django_db
def test_passwords_can_be_tried_so_often(world: World, rates: dict[str, Rate]) -> None:
    rates["sign-in"], rates["sign-in-name"] = Rate(4, 60), Rate(2, 300)
    ann = world.users["ann"]
    ann.set_password("moor and dale")
    ann.save()

    def attempt(name: str, password: str = "guess", **headers: Any) -> Any:
        return Client().post("/sign-in/", {"username": name, "password": password}, headers=headers)

    for name in ("ann", "ANN"):
        assert attempt(name, **{"X-Forwarded-For": FORGED}).status_code == 200
    refused = attempt("ann", "moor and dale", **{"X-Forwarded-For": "203.0.113.10"})
    assert (refused.status_code, refused["Retry-After"]) == (429, "150")
    assert "Wait 150 seconds" in refused.content.decode()
    assert "sessionid" not in refused.cookies  # not even with the right one
    assert attempt("bob").status_code == 200
    assert attempt("carol").status_code == 429  # the address has had its four
    world.set_clock(world.now + timedelta(seconds=150))
    assert attempt("ann", "moor and dale").status_code == 302


@pytest.mark.parametrize(
    ("text", "rate"), [("60/min", (60, 60)), ("5/15min", (5, 900)), ("1/s", (1, 1)), (" 10/day ", (10, 86400))]
)
def test_how_a_rate_is_written(text: str, rate: tuple[int, int]) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["", "60", "0/min", "60/fortnight", "60 / min", "-1/s", "1.5/s", "1/0s"])
def test_what_is_no_rate_is_told(text: str) -> None:
    with pytest.raises(BadRate, match="write a number, a slash, and a period"):
        read_rate(text)
