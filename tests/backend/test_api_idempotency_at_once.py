"""One button pressed many times, at the same instant. Apart from its relatives, whose service would still be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from rest_framework.response import Response

from backend.api import bookings
from bookings.models import Booking, IdempotencyKey
from tests.backend.api_world import World, build_world
from tests.journeys.storm import all_at_once, all_get_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.xdist_group("storms")]
PRESSES = 32


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    world = build_world()
    monkeypatch.setattr("bookings.clock.database_now", lambda: world.now)
    return world


def press(world: World, offer: str) -> Response:
    return world.post("ann", "bookings", {"offer": offer}, HTTP_IDEMPOTENCY_KEY="k1")


def press_all(world: World) -> list[Response]:
    offer = world.offers("ann")[0]["id"]
    return all_at_once([partial(press, world, offer)] * PRESSES)


@contextmanager
def without_the_unique_row() -> Iterator[None]:
    """The constraint by which the database picks the winner is gone."""
    only = IdempotencyKey._meta.constraints[0]
    with connection.schema_editor() as editor:
        editor.remove_constraint(IdempotencyKey, only)
    try:
        yield
    finally:
        IdempotencyKey.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(IdempotencyKey, only)


def test_32_with_one_key_at_once_make_one_booking_and_get_the_same_answer(world: World) -> None:
    answers = press_all(world)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer["ETag"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == PRESSES - 1
    assert Booking.objects.count() == 1


def test_control_without_the_unique_row_31_are_told_that_their_own_booking_is_somebody_elses(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_get_to(monkeypatch, bookings, "book_offer", PRESSES)  # none is done before the last has looked for the key
    with without_the_unique_row():
        answers = press_all(world)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (PRESSES - 1)


def test_who_waits_longer_than_for_any_lock_is_told_to_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = world.offers("ann")[0]["id"]
    at_it, go_on, answers = Event(), Event(), []
    book_offer = bookings.book_offer

    def slowly(*args: Any, **kwargs: Any) -> Booking:
        at_it.set()
        assert go_on.wait(30)
        return book_offer(*args, **kwargs)

    def first() -> None:
        answers.append(press(world, offer))
        connection.close()

    monkeypatch.setattr(bookings, "book_offer", slowly)
    thread = Thread(target=first)
    thread.start()
    assert at_it.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    early = press(world, offer)
    go_on.set()
    thread.join()
    assert (early.status_code, early.json()["type"]) == (409, "/api/v1/problems/idempotency-key-in-flight")
    assert early["Retry-After"] == "1"
    assert early.json()["errors"][0]["parameter"] == "Idempotency-Key"
    late = press(world, offer)
    assert (late.status_code, late.content) == (201, answers[0].content)
    connection.close()


def test_an_old_key_that_is_used_anew_by_many_at_once_is_used_once(world: World) -> None:
    old = partial(press, world, world.offers("ann")[0]["id"])()
    world.post("ann", f"bookings/{old.json()['reference']}/cancel")
    world.set_clock(world.now.replace(day=9))
    answers = press_all(world)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].content != old.content
    assert Booking.objects.count() == 2
    with transaction.atomic():
        assert IdempotencyKey.objects.filter(key="k1").count() == 1
