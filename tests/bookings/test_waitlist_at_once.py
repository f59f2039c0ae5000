"""Several workers look at the same waiting lists at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from bookings import plans
from bookings.actions import accept_offer, placing, serve_waitlist
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.models import Booking, Service, Waiting
from bookings.turns import OthersFirst
from tests.bookings.test_waitlist import status, wait
from tests.bookings.town import Desk, open_desk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storms")]

WORKERS = 4


@pytest.fixture
def desk() -> Desk:
    """A van full with Zoe's party; when they cancel, there is room for everybody who waits."""
    desk = open_desk("van1 Depot 8:55-9:40 seats 4")
    desk.service.search_after_s = 600
    return desk


def all_serve(desk: Desk) -> None:
    ready = threading.Barrier(WORKERS)

    def serve() -> None:
        try:
            ready.wait(timeout=30)
            serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now)
        except plans.PlanMoved:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda _: serve(), range(WORKERS)))


def places_of(name: str) -> int:
    return Booking.objects.filter(passenger__name=name).count()


def test_everybody_who_waits_is_held_one_place(desk: Desk) -> None:
    zoe = desk.book("zoe", "Mill->Station leave 9:00", adults=4)
    waiting = [wait(desk, name) for name in ("ann", "bob", "cyd")]
    desk.cancel(zoe)
    all_serve(desk)
    assert [places_of(name) for name in ("ann", "bob", "cyd")] == [1, 1, 1]
    assert {status(each) for each in waiting} == {"offered"}
    assert desk.faults() == []


def test_control_without_the_lock_somebody_is_held_two(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(WORKERS)

    def unlocked(waiting: Waiting) -> Waiting:
        row = Waiting.objects.get(pk=waiting.pk)
        together.wait(timeout=30)
        return row

    # Nor does anything else keep somebody from having two.
    Service.objects.update(duplicate_m=0, one_at_a_time=False)
    desk.service.refresh_from_db()
    monkeypatch.setattr(serve_waitlist, "_claim", unlocked)
    zoe = desk.book("zoe", "Mill->Station leave 9:00", adults=4)
    wait(desk, "ann")
    desk.cancel(zoe)
    all_serve(desk)
    assert places_of("ann") > 1


def test_a_place_given_back_while_somebody_accepts_is_not_theirs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever accepts has looked at the list in vain when the place is given back; they look again with the day locked."""
    early = desk.offers("newcomer", "Mill->Station leave 9:00", adults=4)[0]
    zoe = desk.book("zoe", "Mill->Station leave 9:00", adults=4)
    waiting = wait(desk, "ann", adults=4)
    book = placing.place_all

    def cancelled_meanwhile(*args: Any) -> Booking:
        monkeypatch.setattr(accept_offer, "place_all", book)
        desk.cancel(zoe)
        return book(*args)

    monkeypatch.setattr(accept_offer, "place_all", cancelled_meanwhile)
    with pytest.raises(accept_offer.NoLongerPossible):
        desk.accept(early)
    assert status(waiting) == "offered"


def test_whoever_books_serves_nobody_in_their_transaction(desk: Desk) -> None:
    """What they lock would wait for what others lock; and what was held for somebody would go with what is rolled back."""
    early = desk.offers("newcomer", "Mill->Station leave 9:00", adults=4)[0]
    zoe = desk.book("zoe", "Mill->Station leave 9:00", adults=4)
    waiting = wait(desk, "ann", adults=4)
    desk.cancel(zoe)
    way = {"planner": desk.planner, "by": None, "channel": "app", "passenger": None, "now": desk.now}
    with pytest.raises(OthersFirst) as others:
        accept_offer.book_offer(early.pk, **way)
    assert (others.value.service, others.value.dates) == (desk.service, [desk.date])
    assert status(waiting) == "waiting"
    with pytest.raises(accept_offer.NoLongerPossible):
        desk.accept(early)
    assert status(waiting) == "offered"


def test_control_without_turns_they_get_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "check_turn", lambda *_, **__: None)
    early = desk.offers("newcomer", "Mill->Station leave 9:00", adults=4)[0]
    zoe = desk.book("zoe", "Mill->Station leave 9:00", adults=4)
    waiting = wait(desk, "ann", adults=4)
    desk.cancel(zoe)
    assert desk.accept(early).status == "confirmed"
    assert status(waiting) == "waiting"
