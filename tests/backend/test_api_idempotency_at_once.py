"""Two presses of one button, at the same instant. Apart from its relatives, whose service would still be loaded."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from bookings.models import Booking
from tests.backend.api_world import build_world


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_the_same_key_at_the_same_time_books_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build_world()
    monkeypatch.setattr("bookings.clock.database_now", lambda: world.now)
    offer = world.offers("ann")[0]["id"]
    together, answers = Barrier(6), []

    def press() -> None:
        together.wait()
        answers.append(world.post("ann", "bookings", {"offer": offer}, HTTP_IDEMPOTENCY_KEY="k1"))
        connection.close()

    threads = [Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 5
    assert Booking.objects.count() == 1
