"""Who waits for what was given back comes before who asks now."""

from __future__ import annotations

import pytest

from bookings.actions import serve_waitlist as serving
from bookings.actions.accept_offer import NoLongerPossible
from bookings.actions.change_booking import change_booking
from bookings.models import Booking, WaitState
from tests.bookings.test_waitlist import desk, status, wait, zoe
from tests.bookings.town import Desk

__all__ = ["desk", "zoe"]  # fixtures

pytestmark = pytest.mark.django_db


def test_nobody_overtakes_those_who_wait_for_what_was_given_back(desk: Desk, zoe: Booking) -> None:
    waiting = wait(desk, "ann")
    desk.cancel(zoe)

    refused = desk.refusal("newcomer", desk.wish("Mill->Station leave 9:00"))

    assert refused.kind == "seats", "nothing is offered that is Ann's"
    assert status(waiting) == WaitState.OFFERED


def test_an_offer_from_before_does_not_get_past_them_either(desk: Desk) -> None:
    early = desk.offers("newcomer", "Mill->Station leave 9:00")[0]
    zoe = desk.book("zoe", "Mill->Station leave 9:00")
    waiting = wait(desk, "ann")
    desk.cancel(zoe)

    with pytest.raises(NoLongerPossible):
        desk.accept(early)

    assert status(waiting) == WaitState.OFFERED
    assert [booking.passenger.name for booking in Booking.objects.filter(status="held")] == ["ann"]


def test_what_those_who_wait_have_no_use_for_is_anybodys(desk: Desk, zoe: Booking) -> None:
    waiting = wait(desk, "ann", "Mill->Station leave 9:00", adults=2)
    desk.cancel(zoe)
    assert desk.book("newcomer", "Mill->Station leave 9:00").status == "confirmed"
    assert status(waiting) == WaitState.WAITING


def test_a_hold_that_nobody_has_swept_up_goes_to_those_who_wait(desk: Desk) -> None:
    held = desk.hold("zoe", "Mill->Station leave 9:00")
    waiting = wait(desk, "ann")
    assert held.held_until
    desk.now = held.held_until
    assert desk.refusal("newcomer", desk.wish("Mill->Station leave 9:00"))
    assert status(waiting) == WaitState.OFFERED


def test_a_hold_that_nobody_has_swept_up_is_anybodys_where_they_have_no_use_for_it(desk: Desk) -> None:
    held = desk.hold("zoe", "Mill->Station leave 9:00")
    wait(desk, "ann", adults=2)
    assert held.held_until
    desk.now = held.held_until
    assert desk.book("newcomer", "Mill->Station leave 9:00").status == "confirmed"


def test_who_changes_keeps_what_they_give_up_themselves(desk: Desk, zoe: Booking) -> None:
    waiting = wait(desk, "ann")
    later = desk.ask_instead("zoe", desk.wish("Mill->Station leave 9:05"), zoe)[0]
    changed = change_booking(zoe.reference, later.pk, planner=desk.planner, by=None, channel="app", now=desk.now)
    assert changed.status == "confirmed"
    assert status(waiting) == WaitState.WAITING


def test_who_waits_without_a_chance_keeps_nobody_waiting(desk: Desk, zoe: Booking, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    real = serving.find_offers
    monkeypatch.setattr(serving, "find_offers", lambda *args, **kwargs: tried.append(1) or real(*args, **kwargs))
    wait(desk, "ann", "Mill->Station leave 9:00", adults=2)
    desk.cancel(zoe)
    desk.refusal("bob", desk.wish("Mill->Station leave 9:00", adults=2))
    assert len(tried) == 1
    desk.book("bob", "Mill->Station leave 9:00")
    desk.refusal("cyd", desk.wish("Mill->Station leave 9:00"))
    assert len(tried) == 1, "a booking gives nothing back"
