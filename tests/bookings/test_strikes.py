"""Seats that go empty because of their passengers: counted, warned of, a suspension for a time, and what staff take back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings.actions.striking import NoStrike, TooLateToReverse, reinstate, reverse_strike
from bookings.models import Booking, Event, Service, Strike, StrikeKind
from bookings.strikes import standing
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-17:00 seats 4")


def cancel_late(desk: Desk, at: str = "9:00", **how: bool) -> Booking:
    """Ann books for a time of the day, and cancels a quarter of an hour before."""
    booking = desk.book("ann", f"Mill->Station leave {at}")
    before, desk.now = desk.now, booking.pickup_from_at - timedelta(minutes=15)
    desk.cancel(booking, **how)
    desk.now = before
    return booking


def kinds() -> list[str]:
    return list(Strike.objects.values_list("kind", flat=True))


def told(desk: Desk) -> list[str]:
    return list(Event.objects.filter(kind__startswith="passenger.").values_list("kind", flat=True))


def test_cancelling_in_time_is_nobodys_business(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    desk.now = booking.pickup_from_at - timedelta(seconds=desk.service.late_cancel_s)
    desk.cancel(booking)
    assert kinds() == []
    assert Event.objects.get(kind="booking.cancelled").data["late"] is False


@pytest.mark.parametrize(
    ("since", "seconds", "counts"),
    [
        ("pickup_from_at", -3599, True),  # an hour before is the last moment
        ("pickup_from_at", 300, True),  # the van may come any time now
        ("pickup_until_at", 0, True),
        ("pickup_until_at", 1, False),  # it should have come
    ],
)
def test_late_is_from_an_hour_before_until_the_van_should_have_come(desk: Desk, since: str, seconds: int, counts: bool) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    desk.now = getattr(booking, since) + timedelta(seconds=seconds)
    desk.cancel(booking)
    assert bool(kinds()) == counts


def test_cancelling_late_counts_once(desk: Desk) -> None:
    booking = cancel_late(desk)
    desk.cancel(booking)
    assert kinds() == [StrikeKind.LATE_CANCEL]
    assert Event.objects.get(kind="booking.cancelled").data["late"] is True


def test_what_the_operator_cant_keep_is_no_fault_of_the_passengers(desk: Desk) -> None:
    cancel_late(desk, for_operator=True)
    assert kinds() == []


def test_nor_is_going_home_after_a_van_did_not_come(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    desk.now = booking.pickup_until_at + timedelta(minutes=1)
    desk.cancel(booking)
    assert kinds() == []


def test_a_hold_that_is_given_back_is_none(desk: Desk) -> None:
    desk.now = desk.at("8:25")
    desk.cancel(desk.hold("ann", "Mill->Station leave 9:00"))
    assert kinds() == []


def test_not_being_there_counts(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    desk.now = desk.at("9:00")  # from when on one has to be there
    desk.report("arrived", booking)
    desk.report("no_show", booking)
    assert kinds() == [StrikeKind.NO_SHOW]


@pytest.mark.parametrize(("came", "expected"), [("9:10", [StrikeKind.NO_SHOW]), ("9:11", [])])
def test_unless_it_was_the_van_that_came_late(desk: Desk, came: str, expected: list[str]) -> None:
    booking = desk.book("ann", "Mill->Station leave 9:00")
    assert booking.pickup_until_at == desk.at("9:10")
    desk.now = desk.at("9:19")  # the driver has waited
    desk.report("arrived", booking, at=came)
    desk.report("no_show", booking)
    assert kinds() == expected


def test_two_are_a_warning_and_three_a_suspension(desk: Desk) -> None:
    cancel_late(desk, "9:00")
    assert told(desk) == []
    cancel_late(desk, "11:00")
    assert told(desk) == ["passenger.warned"]
    assert Event.objects.get(kind="passenger.warned").data == {"strikes": 2, "more": 1}
    last = cancel_late(desk, "13:00")
    assert told(desk) == ["passenger.warned", "passenger.suspended"]

    desk.now = last.pickup_from_at
    refusal = desk.refusal("ann", desk.wish("Mill->Station leave 15:00"))
    assert refusal.kind == "suspended"
    # From 12:45 on 2 June, when she cancelled the third time, for fourteen days.
    assert "suspended until 12:45 on Wednesday 16 June" in refusal.detail
    assert isinstance(desk.ask("bob", desk.wish("Mill->Station leave 15:00")), list)


def test_who_is_suspended_is_told_once_and_the_time_runs_from_the_last(desk: Desk) -> None:
    for booking in [desk.book("ann", f"Mill->Station leave {hour}:00") for hour in (9, 11, 13, 15)]:
        desk.now = booking.pickup_from_at
        desk.cancel(booking)
    assert told(desk) == ["passenger.warned", "passenger.suspended"]
    assert standing(desk.passenger("ann"), desk.service, desk.now).suspended_until == desk.now + timedelta(days=14)


def test_a_suspension_ends_by_itself_and_strikes_are_forgotten_in_time(desk: Desk) -> None:
    for at in ("9:00", "11:00", "13:00"):
        last = cancel_late(desk, at)
    ann, service, struck = desk.passenger("ann"), desk.service, Strike.objects.get(booking=last).at
    days = timedelta(days=1)
    assert standing(ann, service, struck + 14 * days - timedelta(seconds=1)).suspended_until == struck + 14 * days
    assert standing(ann, service, struck + 14 * days).suspended_until is None
    assert standing(ann, service, struck + 89 * days).strikes == 3
    assert standing(ann, service, struck + 90 * days).strikes == 0
    other = Service.objects.get()
    other.pk, other.slug = None, "next"
    other.save()
    assert standing(ann, other, struck).strikes == 0  # each service counts its own


def test_a_service_may_do_without_suspensions(desk: Desk) -> None:
    desk.service.strikes_suspend = 0
    desk.service.save()
    for at in ("9:00", "11:00", "13:00"):
        cancel_late(desk, at)
    assert told(desk) == ["passenger.warned"]
    assert Event.objects.get(kind="passenger.warned").data == {"strikes": 2}


def test_staff_take_a_strike_back_for_an_hour(desk: Desk) -> None:
    for at in ("9:00", "11:00", "13:00"):
        last = cancel_late(desk, at)
    at = Strike.objects.get(booking=last).at

    with pytest.raises(TooLateToReverse, match="reinstate the passenger"):
        reverse_strike(last.reference, by=None, why="was ill", now=at + timedelta(minutes=61))
    first = reverse_strike(last.reference, by=None, why="was ill", now=at + timedelta(minutes=60))
    again = reverse_strike(last.reference, by=None, why="twice", now=at + timedelta(minutes=60))

    assert (first.reversed_because, again.reversed_because) == ("was ill", "was ill")
    assert standing(desk.passenger("ann"), desk.service, at + timedelta(minutes=60)).suspended_until is None
    assert Event.objects.get(kind="strike.reversed").data == {"why": "was ill", "kind": "late_cancel"}
    with pytest.raises(NoStrike):
        reverse_strike(desk.book("bob", "Mill->Station leave 15:00").reference, by=None, why="", now=desk.now)


def test_or_let_the_passenger_begin_anew(desk: Desk) -> None:
    for at in ("9:00", "11:00", "13:00"):
        last = cancel_late(desk, at)
    struck = Strike.objects.get(booking=last).at
    ann = reinstate(desk.passenger("ann"), desk.service, by=None, why="talked to her", now=struck + timedelta(hours=3))
    found = standing(ann, desk.service, struck + timedelta(hours=4))
    assert (found.strikes, found.suspended_until) == (0, None)
    at_once = reinstate(ann, desk.service, by=None, why="the driver erred", now=struck)
    assert standing(at_once, desk.service, struck).strikes == 0
