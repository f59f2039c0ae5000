"""Many people take the last uses of a promotion at the same moment; without the lock there would be too many."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from bookings import promotions
from bookings.models import Booking, Offer, Promotion
from bookings.promotions import PromotionUsedUp
from tests.bookings.town import WEDNESDAY, Desk, open_desk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storms")]

CROWD, USES = 6, 2


@pytest.fixture
def desk() -> Desk:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4")
    Promotion.objects.create(operator=desk.service.operator, name="First come", amount_pence=50, max_uses=USES)
    return desk


def offers(desk: Desk) -> list[Offer]:
    """One a day and passenger, so that no other lock is in anybody's way."""
    found = []
    for day in range(CROWD):
        desk.date = WEDNESDAY + timedelta(days=day)
        found.append(desk.offers(f"passenger {day}", "Mill->Station leave 9:00")[0])
    return found


def all_accept(desk: Desk) -> list[int]:
    """What each pays; 0 for whoever is told that it's used up."""
    ready = threading.Barrier(CROWD)

    def accept(offer: Offer) -> int:
        try:
            ready.wait(timeout=30)
            return desk.accept(offer).fare_pence
        except PromotionUsedUp:
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as pool:
        return sorted(pool.map(accept, offers(desk)))


def test_it_is_used_as_often_as_it_may_be_and_no_more(desk: Desk) -> None:
    assert all_accept(desk) == [0] * (CROWD - USES) + [150] * USES
    assert Booking.objects.count() == USES


def test_control_without_the_lock_it_is_used_more_often(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(CROWD)

    def no_lock(promotion: Promotion) -> None:
        together.wait(timeout=30)  # all have written their booking, and none can see another's

    monkeypatch.setattr(promotions, "lock", no_lock)
    assert all_accept(desk).count(150) > USES
