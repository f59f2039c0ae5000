"""Several people accept the last seat at the same moment; the big storm, through the API, is in tests/journeys."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connections

from bookings import opening, plans
from bookings.actions import accept_offer
from bookings.actions.accept_offer import NoLongerPossible
from bookings.models import Booking, Offer
from tests.bookings.town import Desk, open_desk
from tests.journeys.storm import all_get_to

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storms")]

CROWD = 8
NARROW = "Mill->Station arrive 8:20"
"""Between the opening at 8:00 and 8:20 a van gets from the depot to the station once."""


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-12:00 seats 1")


def all_accept(desk: Desk) -> list[type[Exception] | None]:
    """What became of each: None for a booking."""
    offers = [desk.offers(f"passenger {number}", NARROW)[0] for number in range(CROWD)]
    ready = threading.Barrier(CROWD)

    def accept(offer: Offer) -> type[Exception] | None:
        try:
            ready.wait(timeout=30)
            desk.accept(offer)
        except Exception as error:
            return type(error)
        else:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(accept, offers))


def test_one_gets_it_and_the_others_are_told(desk: Desk) -> None:
    outcomes = all_accept(desk)
    assert sorted(map(str, outcomes)) == sorted(map(str, [None] + [NoLongerPossible] * (CROWD - 1)))
    assert Booking.objects.count() == 1
    assert desk.faults() == []


def test_control_without_lock_and_unique_number_the_seat_is_sold_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = itertools.count(1000)
    monkeypatch.setattr(plans, "lock_day", opening.open_day)
    monkeypatch.setattr(plans, "number_after", lambda base: next(numbers))
    all_get_to(monkeypatch, plans, "number_after", CROWD)  # all have found the seat free before anybody takes it
    assert all_accept(desk) == [None] * CROWD
    assert Booking.objects.count() == CROWD


def test_who_waits_too_long_for_the_day_is_told_to_try_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(accept_offer, "PATIENCE_S", 0.2)
    offer = desk.offers("ann", NARROW)[0]
    locked, done = threading.Event(), threading.Event()

    def hog() -> None:
        with plans.writing(desk.service, desk.date):
            locked.set()
            done.wait(timeout=30)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        hogging = pool.submit(hog)
        locked.wait(timeout=30)
        with pytest.raises(plans.DayBusy, match="try again"):
            desk.accept(offer)
        done.set()
        hogging.result()
    assert desk.accept(offer).status == "confirmed"


def test_who_has_patience_gets_a_turn_in_a_day_that_others_keep_for_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "LOCK_TIMEOUT", "50ms")
    offer = desk.offers("ann", NARROW)[0]
    with kept_busy(desk):
        assert desk.accept(offer).status == "confirmed"


def test_who_confirms_or_cancels_has_patience_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "LOCK_TIMEOUT", "50ms")
    held = desk.hold("ann", NARROW)
    with kept_busy(desk):
        assert desk.confirm(held).status == "confirmed"
    with kept_busy(desk):
        assert desk.cancel(held).status == "cancelled"


@contextmanager
def kept_busy(desk: Desk) -> Iterator[None]:
    """Somebody else has the day locked for a second."""
    locked = threading.Event()

    def hog() -> None:
        with plans.writing(desk.service, desk.date):
            locked.set()
            time.sleep(1)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        hogging = pool.submit(hog)
        locked.wait(timeout=30)
        yield
        hogging.result()
