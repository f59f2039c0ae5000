"""What is given back reaches those who wait for it, in the order in which they came, without anybody asking."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from bookings.actions.serve_waitlist import serve_waitlists
from bookings.actions.wait import NothingToWaitFor, NotWaiting, join_waitlist, leave_waitlist
from bookings.models import Booking, Event, Refusal, Status, Waiting, WaitState
from tests.bookings.test_returns import there_and_back
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """One seat, and within an hour of nine it's Zoe's: the way to the station and back takes 22 minutes."""
    desk = open_desk("van1 Depot 8:55-9:40 seats 1")
    desk.service.search_after_s = 600
    return desk


@pytest.fixture
def zoe(desk: Desk) -> Booking:
    return desk.book("zoe", "Mill->Station leave 9:00")


def wait(desk: Desk, name: str, text: str = "Mill->Station leave 9:00", **party: int) -> Waiting:
    refusal = desk.refusal(name, desk.wish(text, **party))
    waiting = join_waitlist(refusal, passenger=desk.passenger(name), by=None, channel="app", now=desk.now)
    desk.now += timedelta(minutes=1)
    return waiting


def serve(desk: Desk) -> list[str]:
    """Whom the next look at the lists finds a place for, by name."""
    found = serve_waitlists(planner_for=lambda _: desk.planner, now=desk.now)
    return [booking.passenger.name for booking in found]


def status(waiting: Waiting) -> WaitState:
    return Waiting.objects.select_related("booking").get(pk=waiting.pk).status


def test_who_came_first_is_held_the_place_that_was_given_back(desk: Desk, zoe: Booking) -> None:
    desk.now = desk.at("10:00", on=desk.now.date())
    ann, bob = wait(desk, "ann"), wait(desk, "bob")
    assert serve(desk) == []  # there is no room yet

    desk.cancel(zoe)

    assert serve(desk) == ["ann"]
    assert (status(ann), status(bob)) == (WaitState.OFFERED, WaitState.WAITING)
    held = Booking.objects.get(passenger__name="ann")
    assert held.status == Status.HELD
    assert held.held_until == desk.now + timedelta(seconds=desk.service.waitlist_s)
    assert Event.objects.get(kind="waitlist.offered").booking == held
    assert serve(desk) == []

    desk.confirm(held)
    assert status(ann) == WaitState.TAKEN
    assert desk.faults() == []


def test_who_lets_it_lapse_makes_way_for_the_next(desk: Desk, zoe: Booking) -> None:
    desk.now = desk.at("10:00", on=desk.now.date())
    ann, bob = wait(desk, "ann"), wait(desk, "bob")
    desk.cancel(zoe)
    serve(desk)
    desk.now += timedelta(seconds=desk.service.waitlist_s + 1)
    desk.expire()
    assert serve(desk) == ["bob"]
    assert (status(ann), status(bob)) == (WaitState.LAPSED, WaitState.OFFERED)


def test_who_cancels_what_was_held_makes_way_at_once(desk: Desk, zoe: Booking) -> None:
    wait(desk, "ann")
    wait(desk, "bob")
    desk.cancel(zoe)
    serve(desk)
    desk.cancel(Booking.objects.get(passenger__name="ann"))
    assert serve(desk) == ["bob"]


def test_a_place_that_is_no_use_to_the_first_goes_to_the_next(desk: Desk, zoe: Booking) -> None:
    two = wait(desk, "ann", adults=2)  # for whom the van has no room at all
    one = wait(desk, "bob")
    desk.cancel(zoe)
    assert serve(desk) == ["bob"]
    assert (status(two), status(one)) == (WaitState.WAITING, WaitState.OFFERED)


def test_nobody_is_tried_again_while_the_plan_stays_as_it_is(desk: Desk, zoe: Booking, monkeypatch: pytest.MonkeyPatch) -> None:
    from bookings.actions import serve_waitlist

    tried: list[str] = []
    real = serve_waitlist.find_offers
    monkeypatch.setattr(
        serve_waitlist, "find_offers", lambda asked, **more: tried.append(asked.passenger.name) or real(asked, **more)
    )
    wait(desk, "ann")
    assert serve(desk) == []
    assert serve(desk) == []
    assert tried == ["ann"]
    assert Refusal.objects.count() == 1  # and being tried in vain is no new refusal


@pytest.mark.parametrize(
    ("days_before", "at", "told"),
    [(2, "21:00", "8:00"), (2, "23:00", "8:00"), (1, "2:00", "8:00"), (1, "8:00", "8:00"), (1, "20:59", "20:59")],
)
def test_at_night_people_sleep_and_their_time_runs_from_the_morning_on(desk: Desk, days_before: int, at: str, told: str) -> None:
    desk.date += timedelta(days=2)
    zoe = desk.book("zoe", "Mill->Station leave 9:00")
    wait(desk, "ann")
    desk.now = desk.at(at, on=desk.date - timedelta(days=days_before)).astimezone(UTC)  # as the database has it
    desk.cancel(zoe)
    serve(desk)
    from_at = desk.at(told, on=desk.date - timedelta(days=1))
    assert Booking.objects.get(passenger__name="ann").held_until == from_at + timedelta(seconds=desk.service.waitlist_s)


@pytest.mark.parametrize(("at", "becomes"), [("8:50", WaitState.OFFERED), ("8:51", WaitState.TOO_LATE)])
def test_nobody_is_given_less_than_five_minutes_to_think(desk: Desk, zoe: Booking, at: str, becomes: WaitState) -> None:
    ann = wait(desk, "ann")
    desk.now = desk.at(at)
    desk.service.notice_s, desk.planner = 0, desk.planner_with(notice_s=0)
    desk.service.save()
    desk.cancel(zoe)
    serve(desk)
    assert status(ann) == becomes  # the van sets off for the mill at 8:55, for 9:00


def test_nobody_is_still_thinking_when_the_van_sets_off(desk: Desk, zoe: Booking) -> None:
    wait(desk, "ann")
    desk.now = desk.at("8:40")
    desk.service.notice_s, desk.planner = 0, desk.planner_with(notice_s=0)
    desk.service.save()
    desk.cancel(zoe)
    serve(desk)
    held = Booking.objects.get(passenger__name="ann")
    assert held.held_until == held.pickup_from_at - timedelta(seconds=desk.service.commit_s)
    assert held.held_until is not None
    assert held.held_until < desk.now + timedelta(seconds=desk.service.waitlist_s)


def test_once_it_is_too_late_the_list_says_so(desk: Desk, zoe: Booking) -> None:
    ann = wait(desk, "ann")
    desk.now = desk.at("8:50")
    desk.cancel(zoe)
    assert serve(desk) == []
    assert status(ann) == WaitState.TOO_LATE
    assert Event.objects.filter(kind="waitlist.too_late").exists()


def test_once_booking_for_the_day_has_closed_too(desk: Desk, zoe: Booking) -> None:
    ann = wait(desk, "ann")
    desk.service.booking_rules = {"booking_type": 2, "prior_notice_last_day": 1, "prior_notice_last_time": "17:00"}
    desk.service.save()
    desk.now = desk.at("17:01", on=desk.now.date())
    desk.cancel(zoe)
    assert serve(desk) == []
    assert status(ann) == WaitState.TOO_LATE


def test_who_left_the_list_waits_anew_and_at_its_end(desk: Desk, zoe: Booking) -> None:
    ann, bob = wait(desk, "ann"), wait(desk, "bob")
    leave_waitlist(ann, by=None, now=desk.now)
    again = join_waitlist(ann.refusal, passenger=ann.passenger, by=None, channel="app", now=desk.now)
    assert (again.pk, status(ann)) == (ann.pk, WaitState.WAITING)
    desk.cancel(zoe)
    assert serve(desk) == ["bob"]
    assert Event.objects.filter(kind="waitlist.joined", data__waiting=ann.pk).count() == 2
    assert bob.created_at < again.created_at


def test_nobody_waits_for_what_is_over(desk: Desk, zoe: Booking) -> None:
    ann = wait(desk, "ann")
    desk.now = desk.at("8:50")
    desk.cancel(zoe)
    serve(desk)
    with pytest.raises(NothingToWaitFor, match="Ask for it again"):
        join_waitlist(ann.refusal, passenger=ann.passenger, by=None, channel="app", now=desk.now)
    assert status(ann) == WaitState.TOO_LATE


def test_a_place_that_was_found_and_not_wanted_is_not_taken(desk: Desk, zoe: Booking) -> None:
    ann, bob = wait(desk, "ann"), wait(desk, "bob")
    desk.cancel(zoe)
    serve(desk)
    desk.cancel(Booking.objects.get(passenger__name="ann"))
    assert status(ann) == WaitState.WITHDRAWN
    assert serve(desk) == ["bob"]
    taken = Booking.objects.get(passenger__name="bob")
    desk.confirm(taken)
    desk.cancel(taken)
    assert status(bob) == WaitState.TAKEN


def test_the_list_says_so_also_where_nothing_is_given_back_and_nobody_looks_at_the_day(desk: Desk, zoe: Booking) -> None:
    ann = wait(desk, "ann")
    desk.now = desk.at("8:29")
    assert (serve(desk), status(ann)) == ([], WaitState.WAITING)
    desk.now = desk.at("8:31")  # half an hour's notice
    assert (serve(desk), serve(desk), status(ann)) == ([], [], WaitState.TOO_LATE)
    assert Event.objects.filter(kind="waitlist.too_late").count() == 1
    assert zoe.status == Status.CONFIRMED


def test_who_leaves_is_not_asked(desk: Desk, zoe: Booking) -> None:
    ann, bob = wait(desk, "ann"), wait(desk, "bob")
    leave_waitlist(ann, by=None, now=desk.now)
    leave_waitlist(ann, by=None, now=desk.now)
    desk.cancel(zoe)
    assert serve(desk) == ["bob"]
    assert status(ann) == WaitState.WITHDRAWN
    with pytest.raises(NotWaiting, match="A place has been found"):
        leave_waitlist(bob, by=None, now=desk.now)


def test_who_leaves_while_a_place_is_sought_is_held_none(desk: Desk, zoe: Booking, monkeypatch: pytest.MonkeyPatch) -> None:
    from bookings.actions import serve_waitlist

    ann, real = wait(desk, "ann"), serve_waitlist.find_offers

    def find_and_meanwhile(asked: Any, **more: Any) -> Any:
        leave_waitlist(ann, by=None, now=desk.now)
        return real(asked, **more)

    monkeypatch.setattr(serve_waitlist, "find_offers", find_and_meanwhile)
    desk.cancel(zoe)
    assert serve(desk) == []
    assert status(ann) == WaitState.WITHDRAWN
    assert not Booking.objects.filter(passenger__name="ann").exists()


def test_waiting_helps_only_where_room_is_what_lacks(desk: Desk, zoe: Booking) -> None:
    late = desk.refusal("ann", desk.wish("Mill->Station leave 19:00"))
    with pytest.raises(NothingToWaitFor, match="No place that is given back would change that"):
        join_waitlist(late, passenger=desk.passenger("ann"), by=None, channel="app", now=desk.now)


def test_joining_twice_is_waiting_once(desk: Desk, zoe: Booking) -> None:
    refusal = desk.refusal("ann", desk.wish("Mill->Station leave 9:00"))
    first, again = (
        join_waitlist(refusal, passenger=desk.passenger("ann"), by=None, channel="app", now=desk.now) for _ in range(2)
    )
    assert first == again
    assert Event.objects.filter(kind="waitlist.joined").count() == 1


def test_a_place_given_back_by_a_hold_that_ran_out_or_by_a_change_counts_too(desk: Desk) -> None:
    held = desk.hold("zoe", "Mill->Station leave 9:00")
    wait(desk, "ann")
    desk.now += timedelta(seconds=desk.service.hold_s + 1)
    desk.expire()
    assert serve(desk) == ["ann"]
    held.refresh_from_db()
    assert held.status == Status.EXPIRED


def test_there_and_back_waits_as_one() -> None:
    desk = open_desk("van1 Depot 8:55-13:00 seats 1")
    desk.service.search_after_s = 600
    desk.planner = desk.planner_with(search_after_s=0)
    desk.book("bob", "Mill->Station leave 11:00")
    cyd = desk.book("cyd", "Station->Mill leave 11:12")
    refusal = desk.ask("ann", there_and_back(desk, "Mill->Station leave 9:30", leave="11:02"))
    assert isinstance(refusal, Refusal)
    join_waitlist(refusal, passenger=desk.passenger("ann"), by=None, channel="app", now=desk.now)
    desk.cancel(cyd)
    assert serve(desk) == ["ann"]
    assert Booking.objects.filter(passenger__name="ann", status=Status.HELD).count() == 2
    assert desk.faults() == []
