"""From an offer to a seat: booked at once or held, cancelled, expired."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bookings import plan_reasons
from bookings.actions.accept_offer import (
    NoLongerPossible,
    NoSuchOffer,
    OfferGone,
    OfferTaken,
    OtherOperator,
    PassengerNeeded,
    book_offer,
)
from bookings.actions.cancel_booking import CantCancel
from bookings.actions.confirm_booking import CantConfirm, HoldOver, confirm_booking
from bookings.actions.find import NoSuchBooking
from bookings.models import Booking, Event, Offer, Operator, Passenger, Refusal, Status
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db

ONE_SEAT = "van1 Depot 8:00-12:00 seats 1"
NARROW = "Mill->Station arrive 8:20"
"""Between the opening at 8:00 and 8:20 the van gets from the depot to the station once."""


def events_of(booking: Booking) -> list[str]:
    return list(booking.events.values_list("kind", flat=True))


def test_a_second_rider_shares_the_van() -> None:
    desk = open_desk()
    desk.book("ann", "Mill->Station leave 9:00")
    desk.book("bob", "School->Station leave 9:00")
    # Bob is on Ann's way: 9:00 + 6 = 9:06 at School, so Ann still arrives at 9:11.
    assert desk.show() == "van1 8:00 | 9:00 +ann@Mill | 9:06 +bob@School | 9:11 -bob@Station | 9:11 -ann@Station"
    assert desk.faults() == []


def test_a_booking_keeps_what_was_offered() -> None:
    desk = open_desk()
    offer = desk.offers("ann", "Mill->Station leave 9:00", adults=1, children=1)[0]
    booking = desk.accept(offer)
    booking.refresh_from_db()
    told = ("pickup_stop_id", "dropoff_stop_id", "pickup_from_at", "pickup_until_at", "arrive_by_at", "max_ride_s", "fare_pence")
    assert [getattr(booking, name) for name in told] == [getattr(offer, name) for name in told]
    assert (booking.status, booking.fare_pence, booking.seats) == (Status.CONFIRMED, 300, 2)
    assert booking.passenger.name == "ann"
    assert events_of(booking) == ["booking.confirmed"]


def test_offers_take_no_seat() -> None:
    desk = open_desk(ONE_SEAT)
    for name in ("ann", "bob", "cid"):
        assert desk.offers(name, NARROW)
    assert desk.plan().requests() == frozenset()
    assert plan_reasons.history(desk.service, desk.date) == []


def test_a_newer_plan_alone_is_no_refusal() -> None:
    desk = open_desk()
    offer = desk.offers("ann", "Mill->Station leave 9:00")[0]
    desk.book("bob", "School->Station leave 11:00")
    assert desk.accept(offer).status == Status.CONFIRMED


def test_the_last_seat_goes_once_and_the_other_is_told_what_else_there_is() -> None:
    desk = open_desk(ONE_SEAT)
    anns, bobs = desk.offers("ann", NARROW)[0], desk.offers("bob", NARROW)[0]
    desk.accept(anns)
    with pytest.raises(NoLongerPossible) as refused:
        desk.accept(bobs)
    assert list(refused.value.alternatives) == []  # arriving by 8:20 was all he asked for
    assert Refusal.objects.get().passenger == desk.passenger("bob")
    assert Booking.objects.count() == 1


def test_alternatives_are_offers_that_can_be_booked() -> None:
    desk = open_desk(ONE_SEAT)
    anns, bobs = (desk.offers(name, "Mill->Station leave 9:00")[0] for name in ("ann", "bob"))
    desk.accept(anns)
    with pytest.raises(NoLongerPossible) as refused:
        desk.accept(bobs)
    # Back from the station at 9:22 at the earliest, as Ann arrives at 9:11 and the way back takes 11 minutes.
    first = min(refused.value.alternatives, key=lambda offer: offer.expected_pickup_at)
    assert first.expected_pickup_at >= desk.at("9:22")
    assert desk.accept(first).status == Status.CONFIRMED
    assert desk.faults() == []


def test_an_offer_is_booked_once() -> None:
    desk = open_desk()
    offer = desk.offers("ann", "Mill->Station leave 9:00")[0]
    desk.accept(offer)
    with pytest.raises(OfferTaken):
        desk.accept(offer)
    assert Booking.objects.count() == 1


def test_an_offer_expires_to_the_second() -> None:
    desk = open_desk()
    one, other = desk.offers("ann", "Mill->Station leave 9:00")[:2]
    desk.now = one.expires_at - timedelta(seconds=1)
    desk.accept(one)
    desk.now = other.expires_at
    with pytest.raises(OfferGone):
        desk.accept(other)


def test_somebody_has_to_travel_and_with_this_operator() -> None:
    desk = open_desk()
    offer = desk.offers("ann", "Mill->Station leave 9:00")[0]
    Offer.objects.update(passenger=None)
    accept = {"planner": desk.planner, "by": None, "channel": "phone", "now": desk.now}
    with pytest.raises(PassengerNeeded):
        book_offer(offer.pk, passenger=None, **accept)
    stranger = Passenger.objects.create(operator=Operator.objects.create(slug="other", name="Other"), name="Eve")
    with pytest.raises(OtherOperator):
        book_offer(offer.pk, passenger=stranger, **accept)
    assert book_offer(offer.pk, passenger=desk.passenger("ann"), **accept).channel == "phone"
    with pytest.raises(NoSuchOffer):
        book_offer(uuid4(), passenger=None, **accept)


def test_a_held_booking_has_its_seat_and_is_confirmed_whatever_comes() -> None:
    desk = open_desk(ONE_SEAT)
    bobs = desk.offers("bob", NARROW)[0]
    held = desk.hold("ann", NARROW)
    assert (held.status, held.held_until) == (Status.HELD, desk.now + timedelta(minutes=10))
    with pytest.raises(NoLongerPossible):
        desk.accept(bobs)
    assert held.held_until is not None
    desk.now = held.held_until - timedelta(seconds=1)
    confirmed = desk.confirm(held)
    assert (confirmed.status, confirmed.held_until) == (Status.CONFIRMED, None)
    assert desk.confirm(held).status == Status.CONFIRMED  # a second time changes nothing
    assert events_of(confirmed) == ["booking.held", "booking.confirmed"]


def test_a_hold_that_is_over_gives_its_seat_back() -> None:
    desk = open_desk(ONE_SEAT)
    held = desk.hold("ann", NARROW)
    assert desk.expire() == 0
    desk.now += timedelta(minutes=10)
    assert desk.expire() == 1
    held.refresh_from_db()
    assert (held.status, events_of(held)) == (Status.EXPIRED, ["booking.held", "booking.expired"])
    assert desk.plan().requests() == frozenset()
    assert desk.book("bob", NARROW).status == Status.CONFIRMED
    assert desk.expire() == 0
    assert desk.faults() == []


def test_a_hold_that_is_over_blocks_nobody_even_if_nothing_has_swept_it_up() -> None:
    desk = open_desk(ONE_SEAT)
    held = desk.hold("ann", NARROW)
    desk.now += timedelta(minutes=10)
    with pytest.raises(HoldOver):
        desk.confirm(held)
    assert desk.book("bob", NARROW).status == Status.CONFIRMED
    held.refresh_from_db()
    assert held.status == Status.EXPIRED
    with pytest.raises(HoldOver):
        desk.confirm(held)
    assert [revision.cause for revision in plan_reasons.history(desk.service, desk.date)] == ["booking", "expired", "booking"]
    assert desk.faults() == []


def test_cancelling_gives_the_seat_back_and_twice_is_fine() -> None:
    desk = open_desk(ONE_SEAT)
    booking = desk.book("ann", NARROW)
    cancelled = desk.cancel(booking, why="feeling ill")
    assert (cancelled.status, cancelled.cancel_reason) == (Status.CANCELLED, "feeling ill")
    assert desk.cancel(booking).status == Status.CANCELLED
    assert events_of(booking) == ["booking.confirmed", "booking.cancelled"]
    assert desk.book("bob", NARROW).status == Status.CONFIRMED
    with pytest.raises(CantConfirm):
        desk.confirm(booking)


def test_a_hold_can_be_cancelled_and_what_has_expired_can_not() -> None:
    desk = open_desk()
    assert desk.cancel(desk.hold("ann", "Mill->Station leave 9:00")).status == Status.CANCELLED
    held = desk.hold("bob", "Mill->Station leave 9:00")
    desk.now += timedelta(minutes=10)
    with pytest.raises(CantCancel):
        desk.cancel(held)


def test_others_keep_their_promises_when_somebody_cancels_on_the_way_to_them() -> None:
    desk = open_desk()
    ann = desk.book("ann", "Mill->Station leave 9:00")
    desk.book("bob", "School->Station leave 9:00")
    desk.now = desk.at("8:57")  # the van set off for Ann at 8:56, and will for Bob at 9:00, within five minutes
    assert desk.show() == "van1 8:00 | 9:00 +ann@Mill | 9:06 +bob@School || 9:11 -bob@Station | 9:11 -ann@Station"
    desk.cancel(ann)
    # He was promised 9:01 at the earliest.
    assert desk.show() == "van1 8:00 | 9:01 +bob@School | 9:06 -bob@Station ||"
    assert desk.faults() == []


def test_a_reference_is_found_however_it_is_typed() -> None:
    desk = open_desk()
    booking = desk.hold("ann", "Mill->Station leave 9:00")
    typed = booking.reference.lower().replace("-", " ")
    assert confirm_booking(typed, by=None, now=desk.now).pk == booking.pk
    with pytest.raises(NoSuchBooking):
        confirm_booking("AAA-AAA", by=None, now=desk.now)


def test_a_passenger_who_needs_more_time_gets_it() -> None:
    desk = open_desk()
    Passenger.objects.filter(pk=desk.passenger("ann").pk).update(extra_boarding_s=120)
    desk.passengers["ann"].refresh_from_db()
    booking = desk.book("ann", "Mill->Station leave 9:00")
    assert (booking.boarding_s, booking.alighting_s) == (120, 120)
    assert desk.show() == "van1 8:00 | 9:00 +ann@Mill | 9:13 -ann@Station"  # 9:00 + 2 + 11


@pytest.mark.parametrize("words", ["booking.confirmed", "booking.held"])
def test_what_is_known_can_neither_be_changed_nor_deleted(words: str) -> None:
    desk = open_desk()
    (desk.hold if words == "booking.held" else desk.book)("ann", "Mill->Station leave 9:00")
    event = Event.objects.get(kind=words)
    for attempt in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(kind="other")):
        with pytest.raises(Exception, match="facts"):
            attempt()
    assert Event.objects.update(sent_at=desk.now) == 1


def test_offers_at_the_end_of_a_shift_still_bring_the_van_home() -> None:
    desk: Desk = open_desk()
    # From the station it's 15 minutes to the depot, so nobody is let off there after 11:45.
    assert max(offer.expected_arrival_at for offer in desk.offers("ann", "Mill->Station leave 11:00")) <= desk.at("11:45")
