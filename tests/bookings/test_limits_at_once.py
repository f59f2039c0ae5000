"""One passenger accepts offers on several days at the same moment: the limit holds, and without the lock it would not."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from bookings import limits
from bookings.actions.accept_offer import OwnJourneys
from bookings.models import Booking, Offer, Passenger, Service
from tests.bookings.town import WEDNESDAY, Desk, open_desk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storms")]

DAYS = 4


@pytest.fixture
def desk() -> Desk:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4")
    Service.objects.update(max_open_bookings=1)
    return desk


def offers(desk: Desk) -> list[Offer]:
    """One a day, so that no day's lock is in anybody's way."""
    found = []
    for day in range(DAYS):
        desk.date = WEDNESDAY + timedelta(days=day)
        found.append(desk.offers("ann", "Mill->Station leave 9:00")[0])
    return found


def all_accept(desk: Desk) -> list[str]:
    ready = threading.Barrier(DAYS)

    def accept(offer: Offer) -> str:
        try:
            ready.wait(timeout=30)
            desk.accept(offer)
        except OwnJourneys as error:
            return error.kind
        else:
            return "booked"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(DAYS) as pool:
        return sorted(pool.map(accept, offers(desk)))


def test_of_several_at_once_one_is_booked(desk: Desk) -> None:
    assert all_accept(desk) == ["booked"] + ["too_many_bookings"] * (DAYS - 1)
    assert Booking.objects.count() == 1


def test_control_without_the_lock_there_are_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(DAYS)

    def no_lock(passenger: Passenger) -> Passenger:
        together.wait(timeout=30)  # all look at what is booked before anybody has booked
        return passenger

    monkeypatch.setattr(limits, "lock", no_lock)
    found = all_accept(desk)
    assert found.count("booked") > 1
