"""A booking is changed as one step: the old place is given back when, and only when, the new one holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings.actions import change_booking as changing
from bookings.actions.accept_offer import MeantAsChange, NoLongerPossible
from bookings.actions.change_booking import CantChange, OtherBooking
from bookings.models import Booking, Event, Offer, Status
from tests.bookings.test_returns import ask, there_and_back
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-17:00 seats 1")


def change(desk: Desk, booking: Booking, offer: Offer) -> Booking:
    return changing.change_booking(booking.reference, offer.pk, planner=desk.planner, by=None, channel="app", now=desk.now)


def test_ones_own_seat_counts_as_free(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    # The only seat is hers. Nobody else can have it a few minutes later, but she can.
    assert all(offer.expected_pickup_at >= desk.at("9:11") for offer in desk.offers("bob", "Mill->Station leave 9:04"))
    offer = desk.ask_instead("ann", "Mill->Station leave 9:04", booking)[0]
    assert offer.expected_pickup_at == desk.at("9:04")

    changed = change(desk, booking, offer)

    booking.refresh_from_db()
    assert (booking.status, changed.status) == (Status.CHANGED, Status.CONFIRMED)
    assert changed.changed_from == booking
    assert desk.show() == "van1 8:00 | 9:04 +ann@Mill | 9:15 -ann@Station"
    assert desk.faults() == []
    assert list(Event.objects.filter(booking=booking).values_list("kind", flat=True)) == [
        "booking.confirmed",
        "booking.changed_to",
    ]


def test_the_old_promise_is_kept_on_record(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    told = booking.pickup_from_at, booking.arrive_by_at
    change(desk, booking, desk.ask_instead("ann", "Mill->Station leave 12:00", booking)[0])
    booking.refresh_from_db()
    assert (booking.pickup_from_at, booking.arrive_by_at) == told


def test_if_the_new_place_has_gone_the_old_one_stays(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    offer = desk.ask_instead("ann", "Mill->Station leave 12:00", booking)[0]
    desk.book("bob", "Mill->Station leave 12:00")
    before = desk.show()

    with pytest.raises(NoLongerPossible) as gone:
        change(desk, booking, offer)

    assert all(each.instead_of == booking for each in gone.value.alternatives)
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    assert desk.show() == before
    assert desk.faults() == []


@pytest.mark.parametrize("step", ["_give_up", "place"])
def test_whatever_breaks_the_old_place_is_still_there(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    offer = desk.ask_instead("ann", "Mill->Station leave 12:00", booking)[0]
    real, before = getattr(changing, step), desk.show()

    def breaks(*args: object, **named: object) -> None:
        real(*args, **named)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(changing, step, breaks)
    with pytest.raises(RuntimeError):
        change(desk, booking, offer)
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    assert desk.show() == before
    assert not Event.objects.filter(kind="booking.changed").exists()
    monkeypatch.undo()
    assert change(desk, booking, offer).status == Status.CONFIRMED


def test_the_same_change_twice_is_one(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    offer = desk.ask_instead("ann", "Mill->Station leave 12:00", booking)[0]
    assert change(desk, booking, offer) == change(desk, booking, offer)
    assert Booking.objects.count() == 2


def test_to_another_day(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    wish = desk.wish("Mill->Station leave 9:00", on=desk.date + timedelta(days=1))
    changed = change(desk, booking, desk.ask_instead("ann", wish, booking)[0])
    assert changed.date == desk.date + timedelta(days=1)
    assert not desk.plan().requests()
    assert desk.faults() == []


def test_what_is_over_cant_be_changed(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    offer = desk.ask_instead("ann", "Mill->Station leave 12:00", booking)[0]
    desk.cancel(booking)
    with pytest.raises(CantChange, match="cancelled can't be changed"):
        change(desk, booking, offer)


def test_an_offer_for_a_change_is_for_that_change(desk: Desk) -> None:
    booking, other = desk.book("ann", "Mill->Station leave 9:00"), desk.book("ann", "Mill->Station leave 14:00")
    offer = desk.ask_instead("ann", "Mill->Station leave 12:00", booking)[0]
    with pytest.raises(MeantAsChange):
        desk.accept(offer)
    with pytest.raises(OtherBooking):
        change(desk, other, offer)
    with pytest.raises(OtherBooking):
        change(desk, booking, desk.offers("ann", "Mill->Station leave 12:00")[0])


def test_who_changes_the_way_there_keeps_the_way_back(desk: Desk) -> None:
    booking = desk.accept(ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="12:00"))[0])
    back = booking.return_leg
    changed = change(desk, booking, desk.ask_instead("ann", "Mill->Station leave 10:00", booking)[0])
    back.refresh_from_db()
    assert back.return_of == changed
    assert back.status == Status.CONFIRMED


def test_nobody_goes_back_before_having_arrived(desk: Desk) -> None:
    booking = desk.accept(ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="12:00"))[0])
    with pytest.raises(CantChange, match="would leave before you arrive"):
        change(desk, booking, desk.ask_instead("ann", "Mill->Station leave 14:00", booking)[0])
    with pytest.raises(CantChange, match="You arrive with"):
        change(desk, booking.return_leg, desk.ask_instead("ann", "Station->Mill leave 8:30", booking.return_leg)[0])
    assert desk.faults() == []
