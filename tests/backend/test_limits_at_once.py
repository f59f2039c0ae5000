"""Many calls at the same instant. Apart from its relatives, whose service would still be loaded."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest
from pytest_django import Settings

from backend import limits
from backend.rates import Rate
from bookings.actions import take_token as taking
from bookings.actions.take_token import TooMany
from bookings.models import Bucket
from tests.backend.api_world import MONDAY
from tests.journeys.storm import Meeting, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.xdist_group("storms")]

CROWD, MOST = 40, 10


@pytest.fixture(autouse=True)
def few(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = {"codes": Rate(MOST, 3600)}
    monkeypatch.setattr("bookings.clock.database_now", lambda: MONDAY)


def ask() -> bool:
    try:
        limits.take("codes", "07700 900001")
    except TooMany:
        return False
    return True


def let_in() -> int:
    """How many of a crowd are let in while the bucket is full."""
    Bucket.objects.all().delete()
    return sum(all_at_once([partial(ask)] * CROWD))


def test_of_many_at_once_no_two_take_the_same_token() -> None:
    assert [let_in() for _ in range(3)] == [MOST] * 3


def test_control_looking_first_and_taking_then_gives_away_more_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Meeting(CROWD)

    def look_then_take(name: str, *, most: int, period_s: int, now: datetime) -> int:
        at, each = taking.us_of(now), period_s * 1_000_000 // most
        full_at = max(Bucket.objects.filter(name=name).values_list("full_at_us", flat=True).first() or 0, at)
        if full_at > at + each * (most - 1):
            raise TooMany(1)
        meeting.wait()
        Bucket.objects.update_or_create(name=name, defaults={"full_at_us": full_at + each})
        return 0

    monkeypatch.setattr(limits, "take_token", look_then_take)
    assert let_in() == CROWD
