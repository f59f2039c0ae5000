"""There and back are booked as one: both or neither; and with an open return there is room in the last vehicle home."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bookings import plan_reasons
from bookings.actions import placing
from bookings.actions.accept_offer import NoLongerPossible, PartOfReturn
from bookings.actions.change_booking import change_booking
from bookings.models import Booking, Event, Offer, Promotion, Refusal, Status
from bookings.wish import RideWish, WayBack, wish_from_json
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-17:00 seats 1")


def there_and_back(desk: Desk, text: str, *, leave: str = "", arrive: str = "", days: int = 0) -> RideWish:
    """A wish such as `Mill->Station leave 9:00`, and when to go back; without a time, with the last van."""
    on = desk.date + timedelta(days=days)
    times = {name: desk.at(at, on) for name, at in (("leave_at", leave), ("arrive_by", arrive)) if at}
    return replace(desk.wish(text), back=WayBack(**times))


def ask(desk: Desk, name: str, wish: RideWish) -> list[Offer]:
    found = desk.ask(name, wish)
    assert isinstance(found, list), found.detail
    return found


def test_both_are_offered_and_booked_as_one(desk: Desk) -> None:
    offers = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00"))

    assert all(offer.return_leg.pickup_name == "Station" and offer.return_leg.dropoff_name == "Mill" for offer in offers)
    booking = desk.accept(offers[0])

    back = booking.return_leg
    assert (booking.status, back.status) == (Status.CONFIRMED, Status.CONFIRMED)
    # 6 + 5 = 11 minutes between Mill and Station.
    assert desk.show() == "van1 8:00 | 9:00 +ann@Mill | 9:11 -ann@Station | 11:00 +ann@Station | 11:11 -ann@Mill"
    assert desk.faults() == []


def test_the_way_back_begins_after_one_has_arrived(desk: Desk) -> None:
    for offer in ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="9:05")):
        assert offer.return_leg.pickup_from_at >= offer.arrive_by_at
    for offer in ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", arrive="10:00")):
        assert offer.return_leg.pickup_from_at >= offer.arrive_by_at
        assert offer.return_leg.arrive_by_at <= desk.at("10:00")


def test_what_is_taken_for_the_way_there_is_not_offered_for_the_way_back(desk: Desk) -> None:
    desk.book("bob", "Mill->Station leave 11:00")  # and the only seat is Bob's until 11:11
    offers = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00"))
    booking = desk.accept(offers[0])
    assert booking.return_leg.expected_pickup_at >= desk.at("11:11")
    assert desk.faults() == []


def test_without_a_way_back_there_is_no_way_there_and_one_is_told_which_would_do(desk: Desk) -> None:
    # From the station nobody has room between 11:02 and 11:12: the van comes with Bob and goes with Cyd.
    desk.book("bob", "Mill->Station leave 11:00")
    desk.book("cyd", "Station->Mill leave 11:12")
    desk.planner = desk.planner_with(search_after_s=0)

    refusal = desk.ask("ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:02"))

    assert isinstance(refusal, Refusal)
    assert refusal.kind == "no_return"
    assert refusal.detail.startswith("The way there is possible, the way back is not. ")
    assert refusal.alternatives
    for each in refusal.alternatives:
        assert each["kind"] == "other_return"
        assert each["text"].startswith("Way back: Leave at ")
        again = wish_from_json({**refusal.wish, "back": {"leave_at": each["leave_at"], "arrive_by": None}})
        assert isinstance(desk.ask("ann", again), list)
    assert not Booking.objects.filter(passenger__name="ann").exists()


def test_rules_hold_for_the_way_back_too(desk: Desk) -> None:
    refusal = desk.ask("ann", there_and_back(desk, "Mill->Station leave 9:00", leave="19:00"))
    assert isinstance(refusal, Refusal)
    assert refusal.kind == "no_return"
    assert "runs from 08:00 to 18:00" in refusal.detail
    refusal = desk.ask("ann", there_and_back(desk, "Mill->Station leave 9:00", leave="9:00", days=30))
    assert isinstance(refusal, Refusal)
    assert "days ahead" in refusal.detail


def test_the_way_back_may_be_on_another_day(desk: Desk) -> None:
    offers = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="10:00", days=1))
    booking = desk.accept(offers[0])
    assert booking.return_leg.date == desk.date + timedelta(days=1)
    tomorrow = replace(desk, date=booking.return_leg.date)
    assert tomorrow.show() == "van1 8:00 | 10:00 +ann@Station | 10:11 -ann@Mill"
    assert desk.faults() + tomorrow.faults() == []


def test_the_part_of_an_offer_that_leads_back_is_not_to_be_had_alone(desk: Desk) -> None:
    offer = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00"))[0]
    with pytest.raises(PartOfReturn):
        desk.accept(offer.return_leg)


def test_if_the_way_back_has_gone_meanwhile_nothing_is_booked(desk: Desk) -> None:
    offer = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00"))[0]
    for name, at in (("bob", "10:50"), ("cyd", "11:10"), ("dan", "11:30"), ("eve", "11:50"), ("fay", "12:10")):
        desk.book(name, f"School->Mill leave {at}")
    before = desk.show()

    with pytest.raises(NoLongerPossible) as gone:
        desk.accept(offer)

    assert all(each.return_leg for each in gone.value.alternatives)
    assert not Booking.objects.filter(passenger__name="ann").exists()
    assert desk.show() == before


def test_a_promotion_that_may_be_used_once_comes_off_the_way_there(desk: Desk) -> None:
    first = Promotion.objects.create(operator=desk.service.operator, name="First ride", percent=50, max_uses_each=1)
    wish = there_and_back(desk, "Mill->Station leave 9:00", leave="11:00")
    offer = ask(desk, "ann", wish)[0]
    assert (offer.fare_pence, offer.return_leg.fare_pence) == (100, 200)
    booking = desk.accept(offer)
    assert (booking.promotion, booking.return_leg.promotion) == (first, None)

    Promotion.objects.update(max_uses_each=2)
    both = ask(desk, "bob", there_and_back(desk, "Mill->Station leave 13:00", leave="15:00"))[0]
    assert [leg.fare_pence for leg in (both, both.return_leg)] == [100, 100]
    assert desk.accept(both).return_leg.promotion == first
    # Ann has had one of her two, and the way there would be the second.
    again = ask(desk, "ann", there_and_back(desk, "School->Station leave 13:40", leave="15:40"))[0]
    assert [leg.fare_pence for leg in (again, again.return_leg)] == [100, 200]


def test_there_and_back_are_two_of_the_journeys_that_one_may_have(desk: Desk) -> None:
    desk.service.max_open_bookings = 1
    desk.service.save()
    wish = there_and_back(desk, "Mill->Station leave 9:00", leave="11:00")
    refusal = desk.ask("ann", wish)
    assert isinstance(refusal, Refusal)
    assert refusal.detail == (
        "The way there is possible, the way back is not. A passenger may have 1 journeys booked at a time, and has 1. "
        "Travel first, or cancel one of them. Ask for the way there alone, or telephone."
    )
    desk.service.max_open_bookings = 2
    desk.service.save()
    assert desk.accept(ask(desk, "ann", wish)[0]).return_leg


@pytest.mark.parametrize("step", ["_claim", "_create", "_renamed", "_record", "with_request"])
@pytest.mark.parametrize("leg", [1, 2])
def test_whatever_breaks_it_is_both_or_neither(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str, leg: int) -> None:
    offer = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00"))[0]
    real, calls = getattr(placing, step), []

    def breaks(*args: object, **named: object) -> object:
        calls.append(args)
        if len(calls) == leg:
            raise RuntimeError("the disk is full")
        return real(*args, **named)

    monkeypatch.setattr(placing, step, breaks)
    with pytest.raises(RuntimeError, match="the disk is full"):
        desk.accept(offer)

    assert not Booking.objects.exists()
    assert not Event.objects.filter(kind__startswith="booking.").exists()
    assert plan_reasons.history(desk.service, desk.date) == []
    monkeypatch.undo()
    assert desk.accept(offer).return_leg.status == Status.CONFIRMED


def test_held_together_they_are_confirmed_together(desk: Desk) -> None:
    offer = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00"))[0]
    held = desk.hold_this(offer)
    back = held.return_leg
    assert (held.status, back.status) == (Status.HELD, Status.HELD)
    desk.confirm(back)
    assert set(Booking.objects.values_list("status", flat=True)) == {Status.CONFIRMED}


def test_or_they_expire_together(desk: Desk) -> None:
    offer = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="10:00", days=1))[0]
    desk.hold_this(offer)
    desk.now += timedelta(seconds=desk.service.hold_s + 1)
    assert desk.expire() == 2
    assert set(Booking.objects.values_list("status", flat=True)) == {Status.EXPIRED}


def test_cancelling_the_way_there_cancels_the_way_back_unless_it_is_to_stay(desk: Desk) -> None:
    first = desk.accept(ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00"))[0])
    desk.cancel(first, why="feeling unwell")
    assert set(Booking.objects.values_list("status", "cancel_reason")) == {(Status.CANCELLED, "feeling unwell")}

    second = desk.accept(ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00", leave="11:00"))[0])
    desk.cancel(second, with_return=False)
    second.return_leg.refresh_from_db()
    assert second.return_leg.status == Status.CONFIRMED
    third = desk.accept(ask(desk, "bob", there_and_back(desk, "Mill->Station leave 9:00", leave="14:00"))[0])
    desk.cancel(third.return_leg)
    third.refresh_from_db()
    assert third.status == Status.CONFIRMED
    assert desk.faults() == []


def test_an_open_return_is_the_last_van_home(desk: Desk) -> None:
    offers = ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00"))
    assert all(offer.return_leg.open_return and not offer.open_return for offer in offers)
    booking = desk.accept(offers[0])
    # The van is back at its depot at 17:00; from the station that's 11 + 4 minutes by way of the mill.
    assert booking.return_leg.expected_pickup_at.astimezone(desk.service.tz) >= desk.at("16:20")
    assert desk.faults() == []

    desk.now = desk.at("12:00")
    earlier = desk.ask_instead("ann", "Station->Mill leave 13:00", booking.return_leg)
    changed = change_booking(
        booking.return_leg.reference, earlier[0].pk, planner=desk.planner, by=None, channel="app", now=desk.now
    )
    assert changed.expected_pickup_at == desk.at("13:00")
    assert not changed.open_return
    assert changed.return_of == booking
    assert desk.faults() == []


def test_where_the_last_van_goes_home_long_before_the_service_closes_that_is_the_one() -> None:
    desk = open_desk("van1 Depot 8:00-13:00 seats 1")
    booking = desk.accept(ask(desk, "ann", there_and_back(desk, "Mill->Station leave 9:00"))[0])
    # 11 minutes to the mill, 4 to the depot: 12:45 at the latest.
    assert desk.at("12:15") < booking.return_leg.expected_pickup_at <= desk.at("12:45")
    assert desk.faults() == []
