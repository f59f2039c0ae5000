"""Looking at a plan without the lock, while others change it between two queries of the one who looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bookings import plans, queries
from bookings.models import Booking
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once, right after somebody who looks has read the bookings and before they read the routes."""
    read = plans._facts

    def interrupted(*args: object) -> object:
        monkeypatch.setattr(plans, "_facts", read)
        happens()
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(plans, "_facts", interrupted)


def test_a_booking_made_meanwhile_is_seen_wholly_or_not_at_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    offer = desk.offers("bob", "Mill->School leave 10:00")[0]
    meanwhile(monkeypatch, lambda: desk.accept(offer))
    assert len(desk.plan().requests()) == 1
    assert len(desk.plan().requests()) == 2


def test_a_cancellation_made_meanwhile_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = desk.book("ann", "Mill->Station leave 9:00")
    meanwhile(monkeypatch, lambda: desk.cancel(ann))
    board = queries.day_board(desk.service, desk.date, planner=desk.planner, now=desk.now)
    assert board.revision == 1
    assert len(board.shifts[0].calls) == 2
    assert Booking.objects.get().status == "cancelled"
    assert desk.manifest().calls == ()


def test_control_whoever_reads_the_newest_routes_sees_passengers_that_they_do_not_know(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    offer = desk.offers("bob", "Mill->School leave 10:00")[0]
    meanwhile(monkeypatch, lambda: desk.accept(offer))
    read = plans._routes
    monkeypatch.setattr(plans, "_routes", lambda service, date, number: read(service, date, 10**6))
    with pytest.raises(KeyError):
        desk.plan()
