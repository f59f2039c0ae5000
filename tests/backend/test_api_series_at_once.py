"""A series is started many times at once under one key, and days are locked in their order also where If-Match is heeded."""

from __future__ import annotations

from functools import partial

import pytest
from rest_framework.response import Response

from backend.api import series as series_api
from bookings.models import Booking, IdempotencyKey, Series
from tests.backend.api_world import World, build_world
from tests.bookings.lock_order import watched
from tests.journeys.storm import all_at_once, all_get_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.xdist_group("storms")]
PRESSES = 6


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    world = build_world()
    monkeypatch.setattr("bookings.clock.database_now", lambda: world.now)
    return world


def press_all(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Response]:
    """All are about to place the days before anybody has placed one."""
    all_get_to(monkeypatch, series_api, "place_due", PRESSES)
    body = world.wish(repeat={"weekdays": ["mon", "thu"]})
    return all_at_once([partial(world.post, "ann", "series", body, HTTP_IDEMPOTENCY_KEY="k1")] * PRESSES)


def test_started_by_many_at_once_it_is_one_series_and_one_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = press_all(world, monkeypatch)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert [day["date"] for day in answers[0].json()["days"]] == ["2027-06-07", "2027-06-10", "2027-06-14"]
    assert (Series.objects.count(), Booking.objects.count()) == (1, 3)
    assert IdempotencyKey.objects.get(key="k1").status == 201
    assert sum("Idempotent-Replayed" in answer for answer in answers) == PRESSES - 1


def test_a_change_to_an_earlier_day_that_heeds_if_match_has_the_earlier_day_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    thursday = world.book("ann", leave_at=world.at(10, days=3))
    tag = world.get("ann", f"bookings/{thursday['reference']}")["ETag"]
    offer = world.offers("ann", instead_of=thursday["reference"])[0]["id"]
    with watched(monkeypatch) as seen:
        path = f"bookings/{thursday['reference']}/change"
        changed = world.post("ann", path, {"offer": offer}, HTTP_IF_MATCH=tag)
    assert changed.status_code == 201, changed.data
    assert "day" in seen.seen
    assert seen.wrong == []
