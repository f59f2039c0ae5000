"""Whoever goes by the OpenAPI document, or against it, gets an answer that is in it: no 5xx, and none that isn't documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from pytest_django import Settings

from backend.api.sign_in import MobileField
from backend.rates import Rate
from bookings.models import Bucket, Partner
from bookings.words import speaking, worded
from tests.backend.api_world import World
from tests.backend.documented_calls import Known, call, document, is_untold

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("documented")]  # what they got is counted together

ROLES = ("ann", "agent", "dispatcher", "driver", "otto", "hospital", None)
"""A passenger, staff, the driver of the passenger's bus, another operator's dispatcher, a partner, and a stranger."""

NOT_NOW = {"give_receipt", "pay_booking", "erase_me"}
"""What is done at other times, or in other places, than those of `Known`: after a journey, with none ahead; where there is a
payment provider."""

EVERY_PHASE = document("examples", "coverage", "fuzzing")
MADE_UP = document("fuzzing")
answers: Counter[tuple[str, int]] = Counter()


def tries(number: int, *, always_the_same: bool) -> settings:
    return settings(max_examples=number, deadline=None, derandomize=always_the_same, suppress_health_check=list(HealthCheck))


def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
    """Names that are made up are looked up nowhere."""
    return [(0, 0, 0, "", ("8.8.8.8" if host == "8.8.8.8" else "127.0.0.1", 0))]


@pytest.fixture(scope="module")
def known(ripon: World, django_db_blocker: Any) -> Iterator[Known]:
    """Ann has a booking, an offer and a saved place, at a standstill of the clock; undone after the module."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("bookings.clock.database_now", lambda: ripon.now)
        patch.setattr("backend.outside.addresses.socket.getaddrinfo", getaddrinfo)
        patch.setattr("backend.wiring.send_code", lambda *_, **__: True)
        found = Known.of(ripon)
        Bucket.objects.all().delete()
        driver = ripon.service.shifts.get(pk=found.path["shifts"]["id"]).driver
        ripon.tokens["driver"] = ripon.tokens[driver.code]
        Partner.objects.create(user=ripon.user("hospital"), operator=ripon.service.operator, name="Hospital")
        yield found
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = {scope: Rate(10**6, 1) for scope in settings.RATE_LIMITS}


def go(case: Any, known: Known, world: World, who: str | None) -> None:
    known.put_into(case)
    response = call(case, world.tokens[who] if who else None)
    if case.method.upper() == case.operation.method.upper():  # others are tried as well
        answers[case.operation.definition.raw["operationId"], response.status_code] += 1


@EVERY_PHASE.parametrize()
@tries(5, always_the_same=True)
def test_a_dispatcher_tries_each_parameter_at_its_limits_and_beyond(case: Any, known: Known, world: World) -> None:
    go(case, known, world, "dispatcher")


@pytest.mark.parametrize("who", ROLES)
@MADE_UP.parametrize()
@tries(3, always_the_same=True)
def test_everybody_tries_something(case: Any, known: Known, world: World, who: str | None) -> None:
    go(case, known, world, who)


@pytest.mark.sweep
@pytest.mark.parametrize("who", ROLES)
@EVERY_PHASE.parametrize()
@tries(40, always_the_same=False)
def test_everybody_tries_much(case: Any, known: Known, world: World, who: str | None) -> None:
    go(case, known, world, who)


def test_what_no_document_can_tell_is_known_in_welsh_too() -> None:
    with speaking("cy"):
        said = str(MobileField.default_error_messages["no_mobile"]), worded("There is no service of this name.")
    assert all(map(is_untold, said)), said
    with speaking("cy"):
        assert not is_untold(worded("Give either phone or email."))


def test_the_calls_have_got_beyond_the_door() -> None:
    """That the tests above can find something: most operations were done, and not just refused."""
    done = {operation for operation, status in answers if status < 300}
    operations = {operation for operation, _ in answers}
    assert operations - done == NOT_NOW, sorted(answers.items())
