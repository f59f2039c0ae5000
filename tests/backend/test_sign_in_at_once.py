"""Codes that are tried many times at the same instant. Apart from its relatives, whose service would still be loaded."""

from __future__ import annotations

from functools import partial

import pytest

from bookings import codes
from bookings.actions.make_code import TRIES, Made, make_code
from bookings.actions.sign_in import CodeRefused, sign_in
from bookings.models import CodeChannel, Operator, Passenger, SignInCode
from tests.backend.api_world import MONDAY
from tests.journeys.storm import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.xdist_group("storms")]

CROWD = 24


@pytest.fixture
def made() -> Made:
    operator = Operator.objects.create(slug="town", name="Town")
    return make_code(operator, channel=CodeChannel.SMS, to="+447700900123", language="en", now=MONDAY)


def enter(made: Made, code: str, name: str = "Ann") -> int | None:
    """The passenger who is signed in."""
    try:
        return sign_in(made.ticket, code, name=name, country_code="44", now=MONDAY).pk
    except CodeRefused:
        return None


def test_of_many_guesses_at_once_only_three_are_looked_at(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    same = codes.same
    monkeypatch.setattr(codes, "same", lambda a, b: looked.append(b) or same(a, b))  # type: ignore[func-returns-value]

    assert set(all_at_once([partial(enter, made, "no such code")] * CROWD)) == {None}

    assert len(looked) == TRIES
    assert SignInCode.objects.get().tries_left == 0


def test_of_many_with_the_right_code_one_gets_in(made: Made) -> None:
    answers = all_at_once([partial(enter, made, made.code)] * CROWD)
    assert len([each for each in answers if each is not None]) == 1
    assert Passenger.objects.count() == 1


def test_two_codes_at_once_for_one_number_make_one_passenger(made: Made) -> None:
    others = [make_code(made.row.operator, channel=CodeChannel.SMS, to=made.row.to, language="en", now=MONDAY) for _ in range(5)]
    answers = all_at_once([partial(enter, each, each.code) for each in (made, *others)])
    assert len(set(answers)) == 1
    assert Passenger.objects.count() == 1
