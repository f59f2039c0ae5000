"""What a running day has to tell its passengers: reminders, buses that are late or early again, other vehicles, holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bookings import plans, watching
from bookings.actions.watch_holds import watch_holds
from bookings.models import Booking, Event
from bookings.watching import watch_day
from tests.bookings.test_reoptimise import APART, Solver, apart, solve
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


def watch(desk: Desk, at: str = "") -> list[str]:
    """What is found then, as `who kind expected`."""
    if at:
        desk.now = desk.at(at)
    before = Event.objects.count()
    made = watch_day(desk.service, desk.date, planner=desk.planner, now=desk.now)
    events = list(Event.objects.order_by("pk")[before:])
    assert made == len(events)
    return [f"{event.booking.passenger.name} {event.kind.removeprefix('booking.')} {_time(event)}" for event in events]


def _time(event: Event) -> str:
    return str(event.data["expected_pickup_at"])[11:16]


@pytest.fixture
def desk() -> Desk:
    """Ann goes from School at 9:30, behind Dan, whom the same van fetches at Mill at 9:00."""
    desk = open_desk(now="9:00")
    desk.service.remind_evening_at = None
    desk.service.save()
    desk.book("dan", "Mill->Station leave 9:00")
    desk.book("ann", "School->Station leave 9:30")
    return desk


def late(desk: Desk, minute: str) -> None:
    """Dan boards at that time only: the van is at Station 11 min later, and at School for Ann 5 min after that."""
    desk.now = desk.at(minute)
    desk.report("boarded", Booking.objects.get(passenger__name="dan"))


# --- Reminders


def test_two_hours_before_they_are_reminded_once_of_when_and_by_what(desk: Desk) -> None:
    assert watch(desk, "6:59") == []
    assert watch(desk, "7:00") == ["dan due_soon 09:00"]
    assert watch(desk, "7:30") == ["ann due_soon 09:30"]
    assert watch(desk, "8:00") == []
    event = Event.objects.get(kind="booking.due_soon", booking__passenger__name="ann")
    assert (event.data["vehicle"], event.data["registration"], event.data["remind"]) == ("van1", "van1", True)


def test_how_long_before_is_the_services_to_say(desk: Desk) -> None:
    desk.service.remind_before_s = 3600
    desk.service.save()
    assert watch(desk, "7:59") == []
    assert watch(desk, "8:00") == ["dan due_soon 09:00"]


def test_whoever_has_just_booked_needs_no_reminder() -> None:
    desk = open_desk(now="8:00", days_before=0)
    desk.book("ann", "Mill->Station leave 9:00")
    assert watch(desk) == ["ann due_soon 09:00"]  # known, for what comes
    assert Event.objects.latest("pk").data["remind"] is False


def test_on_the_evening_before_once_and_not_for_those_who_book_then() -> None:
    desk = open_desk(now="12:00")
    desk.book("ann", "Mill->Station leave 9:00")
    desk.now += timedelta(hours=5, minutes=59)
    assert watch(desk) == []
    desk.now += timedelta(minutes=1)
    assert watch(desk) == ["ann due_tomorrow 09:00"]
    desk.book("bob", "School->Station leave 10:00")
    desk.now += timedelta(minutes=1)
    assert watch(desk) == ["bob due_tomorrow 10:00"]
    assert [event.data["remind"] for event in Event.objects.filter(kind="booking.due_tomorrow")] == [True, False]
    assert watch(desk) == []


def test_a_service_may_do_without_either() -> None:
    desk = open_desk(now="12:00")
    desk.service.remind_evening_at, desk.service.remind_before_s = None, 0
    desk.service.save()
    desk.book("ann", "Mill->Station leave 9:00")
    desk.now += timedelta(hours=7)
    assert watch(desk) == []
    assert watch(desk, "7:30") == ["ann due_soon 09:00"]
    assert Event.objects.latest("pk").data["remind"] is False


# --- Late


def test_a_bus_that_is_late_is_told_once_and_again_when_it_gets_later(desk: Desk) -> None:
    watch(desk, "8:30")
    late(desk, "9:25")  # 9:25 + 11 + 5 = 9:41 at School, where 9:40 was promised
    assert watch(desk) == []
    desk.now = desk.at("9:37")
    desk.report("alighted", Booking.objects.get(passenger__name="dan"), at="9:37")  # + 5 = 9:42
    assert watch(desk) == []


def test_later_than_promised_by_more_than_five_minutes_is_told(desk: Desk) -> None:
    watch(desk, "8:30")
    late(desk, "9:30")  # 9:46: six minutes
    assert watch(desk) == ["ann delayed 09:46"]
    assert watch(desk, "9:32") == []
    dan = Booking.objects.get(passenger__name="dan")
    desk.now = desk.at("9:44")
    desk.report("alighted", dan)  # 9:49: three minutes more than told
    assert watch(desk) == []


def test_what_was_told_is_what_counts_for_the_next_time(desk: Desk) -> None:
    watch(desk, "8:30")
    late(desk, "9:30")
    assert watch(desk) == ["ann delayed 09:46"]
    desk.now = desk.at("9:48")
    desk.report("alighted", Booking.objects.get(passenger__name="dan"))  # 9:53, seven minutes more than told
    assert watch(desk) == ["ann delayed 09:53"]


def test_whoever_was_told_of_a_delay_is_told_when_the_bus_comes_earlier(desk: Desk) -> None:
    watch(desk, "8:30")
    late(desk, "9:30")
    assert watch(desk) == ["ann delayed 09:46"]
    desk.now = desk.at("9:34")
    desk.report("alighted", Booking.objects.get(passenger__name="dan"))  # faster than anybody thought: 9:39
    assert watch(desk) == ["ann on_time_again 09:39"]
    assert watch(desk) == []


@pytest.mark.parametrize("what", ["boarded", "cancelled"])
def test_whoever_is_aboard_or_has_cancelled_is_told_nothing(desk: Desk, what: str) -> None:
    watch(desk, "8:30")
    ann = Booking.objects.get(passenger__name="ann")
    late(desk, "9:30")
    if what == "cancelled":
        desk.cancel(ann)
    else:
        desk.report("boarded", ann)
    assert watch(desk) == []


def test_a_late_bus_is_no_news_to_those_who_go_much_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "AHEAD", timedelta(minutes=10))  # and not two hours, which takes a longer story
    watch(desk, "8:30")
    late(desk, "9:30")  # 9:46 at School
    assert watch(desk, "9:35") == []
    assert watch(desk, "9:36") == ["ann delayed 09:46"]


def test_a_day_with_nothing_near_is_not_timed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    timed: list[object] = []
    load = plans.load
    monkeypatch.setattr(plans, "load", lambda *args, **kwargs: timed.append(args) or load(*args, **kwargs))
    watch(desk, "5:00")
    assert timed == []
    watch(desk, "7:00")
    assert len(timed) == 1


# --- Another vehicle


def both_in(desk: Desk, van: str, ann: Booking) -> None:
    """A new plan has Ann go in that van."""

    def answer(plan: plans.Plan) -> plans.Plan:
        route = plan.find_route_of(ann.request_id)
        assert route is not None
        ride = tuple(visit for visit in route.visits if visit.subject == ann.request_id)
        moved = plan.without_request(ann.request_id)
        other = moved.routes[desk.shift(van).routing_id]
        return moved.with_route(other.with_visits((*ride, *other.visits)))

    solve(desk, Solver(answer), any_cost=True)


def test_another_vehicle_is_told_of_once_the_first_was() -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4", "van2 Depot 8:00-12:00 seats 4", now="7:00")
    ann, _ = apart(desk)
    assert desk.show() == APART
    both_in(desk, "van2", ann)
    both_in(desk, "van1", ann)
    assert watch(desk, "7:30") == ["ann due_soon 09:00", "bob due_soon 09:01"]
    both_in(desk, "van2", ann)
    assert watch(desk, "7:31")[0].startswith("ann vehicle_changed 09:00")
    event = Event.objects.filter(kind="booking.vehicle_changed", booking=ann).get()
    assert event.data["vehicle"] == "van2"
    assert watch(desk, "7:32") == []
    both_in(desk, "van1", ann)
    assert watch(desk, "7:33") == ["ann vehicle_changed 09:00"]


# --- Holds


def test_that_a_hold_runs_out_is_said_once_before_it_does() -> None:
    desk = open_desk(now="9:00")
    held = desk.hold("ann", "Mill->Station leave 10:00")  # for ten minutes
    desk.now += timedelta(minutes=6, seconds=59)
    assert watch_holds(now=desk.now) == 0
    desk.now += timedelta(seconds=1)
    assert watch_holds(now=desk.now) == 1
    assert watch_holds(now=desk.now) == 0
    assert datetime.fromisoformat(Event.objects.latest("pk").data["until"]) == held.held_until


def test_of_a_short_hold_half_is_over_first_and_a_service_may_say_nothing() -> None:
    desk = open_desk(now="9:00")
    desk.service.hold_s = 120
    desk.service.save()
    desk.hold("ann", "Mill->Station leave 10:00")
    assert watch_holds(now=desk.now + timedelta(seconds=59)) == 0
    assert watch_holds(now=desk.now + timedelta(seconds=60)) == 1
    desk.hold("bob", "Mill->Station leave 11:00")
    desk.service.hold_warning_s = 0
    desk.service.save()
    assert watch_holds(now=desk.now + timedelta(seconds=119)) == 0


def test_what_is_recorded_has_the_service_day_and_the_booking(desk: Desk) -> None:
    watch(desk, "7:00")
    event = Event.objects.latest("pk")
    assert (event.service, event.date, event.kind) == (desk.service, desk.date, watching.DUE_SOON)
