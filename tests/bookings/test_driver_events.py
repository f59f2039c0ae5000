"""What drivers report are facts: bookings and plan follow them, and estimates take their place from there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import plan_reasons, plans
from bookings.actions.cancel_booking import CantCancel
from bookings.actions.record_driver_event import CantRecord, UnfitReport, record_driver_event
from bookings.models import Booking, Event, Status
from bookings.opening import open_day
from bookings.queries import day_board, find_journey
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Ann rides from the mill to the station, Bob gets on at the school."""
    desk = open_desk()
    desk.book("ann", "Mill->Station leave 9:00")
    desk.book("bob", "School->Station leave 9:00")
    return desk


def booking_of(desk: Desk, name: str) -> Booking:
    return Booking.objects.select_related("service").get(passenger=desk.passenger(name))


def status_of(desk: Desk, name: str) -> str:
    return booking_of(desk, name).status


def test_a_journey_as_it_goes(desk: Desk) -> None:
    desk.now = desk.at("9:02")
    desk.report("arrived", at="9:01")
    desk.report("boarded", booking_of(desk, "ann"))
    assert status_of(desk, "ann") == Status.ABOARD
    # Two minutes late: 9:02 + 6 = 9:08 at School, + 5 = 9:13 at Station.
    assert desk.show() == "van1 8:00 | 9:02 +ann@Mill | 9:08 +bob@School || 9:13 -bob@Station | 9:13 -ann@Station"
    journey = find_journey(booking_of(desk, "bob"), planner=desk.planner, now=desk.now)
    assert journey is not None
    assert (journey.pickup_at, journey.arrival_at) == (desk.at("9:08"), desk.at("9:13"))

    desk.now = desk.at("9:08")
    desk.report("boarded", booking_of(desk, "bob"))
    desk.now = desk.at("9:13")
    for name in ("bob", "ann"):
        desk.report("alighted", booking_of(desk, name))
        assert status_of(desk, name) == Status.COMPLETED
    assert desk.show() == "van1 8:00 | 9:02 +ann@Mill | 9:08 +bob@School | 9:13 -bob@Station | 9:13 -ann@Station ||"
    assert [row.done for row in desk.manifest().calls] == [True, True, True]
    assert len(plan_reasons.history(desk.service, desk.date)) == 2  # all went as planned, so there is no newer plan


def test_nobody_there(desk: Desk) -> None:
    desk.now = desk.at("9:06")
    desk.report("no_show", booking_of(desk, "ann"))
    assert status_of(desk, "ann") == Status.NO_SHOW
    # The call stays as a fact; nobody alights.
    assert desk.show() == "van1 8:00 | 9:06 !ann@Mill | 9:12 +bob@School || 9:17 -bob@Station"
    assert find_journey(booking_of(desk, "ann"), planner=desk.planner, now=desk.now) is None
    assert [call.missed[0].name for call in desk.manifest().calls if call.missed] == ["ann"]
    with pytest.raises(CantRecord):
        desk.report("boarded", booking_of(desk, "ann"))


def test_nobody_is_given_up_before_the_promised_time(desk: Desk) -> None:
    desk.now = desk.at("8:59")
    with pytest.raises(CantRecord, match="wait for the passenger"):
        desk.report("no_show", booking_of(desk, "ann"))


def test_somebody_who_is_missed_with_both_calls_committed_leaves_no_hole() -> None:
    desk = open_desk()
    desk.book("ann", "Mill->School leave 9:00")
    desk.now = desk.at("9:30")  # nothing was reported, so by plan she has long arrived
    desk.report("no_show", booking_of(desk, "ann"), at="9:10")
    assert desk.show() == "van1 8:00 | 9:10 !ann@Mill ||"


def test_the_plan_follows_a_driver_who_goes_another_way_round(desk: Desk) -> None:
    desk.now = desk.at("9:06")
    desk.report("boarded", booking_of(desk, "bob"))
    # From the school back to the mill it's 6 minutes, and the van sets off at once: so Ann is committed too.
    assert desk.show() == "van1 8:00 | 9:06 +bob@School | 9:12 +ann@Mill || 9:23 -bob@Station | 9:23 -ann@Station"
    causes = [revision.cause for revision in plan_reasons.history(desk.service, desk.date)]
    assert causes == ["booking", "booking", "driver.boarded"]


def test_a_late_van_still_takes_passengers_who_make_nobody_later(desk: Desk) -> None:
    desk.now = desk.at("9:30")
    desk.report("boarded", booking_of(desk, "ann"))  # far too late: she was to arrive by 9:21
    booking = desk.book("cid", "Station->Mill leave 10:30")
    assert booking.status == Status.CONFIRMED
    desk.cancel(booking)


def test_once_aboard_there_is_no_cancelling(desk: Desk) -> None:
    desk.now = desk.at("9:01")
    desk.report("boarded", booking_of(desk, "ann"))
    with pytest.raises(CantCancel, match="aboard can't be cancelled"):
        desk.cancel(booking_of(desk, "ann"))
    assert desk.plan().find_route_of(booking_of(desk, "ann").request_id)


def test_what_nobody_reported_is_not_cancelled_on_the_day_after(desk: Desk) -> None:
    desk.now = desk.at("0:01") + timedelta(days=1)
    with pytest.raises(CantCancel, match="what is past"):
        desk.cancel(booking_of(desk, "ann"))
    desk.now = desk.at("23:59")  # a van may be very late, and a passenger tired of waiting
    desk.cancel(booking_of(desk, "ann"))
    assert status_of(desk, "ann") == Status.CANCELLED


@pytest.mark.parametrize(
    ("kind", "who", "error"),
    [
        ("alighted", "ann", CantRecord),  # she has not boarded
        ("boarded", "bea", CantRecord),  # her booking is only held
        ("boarded", "cid", CantRecord),  # his van is another one
        ("no_show", "bea", CantRecord),
        ("boarded", None, UnfitReport),
        ("sneezed", "ann", UnfitReport),
        ("break_ended", None, CantRecord),  # none has begun
        ("break_started", None, CantRecord),  # there is none
    ],
)
def test_what_can_not_be(kind: str, who: str | None, error: type[Exception]) -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4", "van2 Depot 13:00-15:00 seats 4")
    desk.book("ann", "Mill->Station leave 9:00")
    desk.hold("bea", "Mill->Station leave 9:00")
    desk.book("cid", "Mill->Station leave 13:30")
    desk.now = desk.at("9:05")
    Booking.objects.filter(status=Status.HELD).update(held_until=desk.at("10:00"))
    with pytest.raises(error):
        desk.report(kind, booking_of(desk, who) if who else None)
    assert not Event.objects.filter(kind__startswith="driver.").exists()


def test_nothing_is_reported_from_the_future_but_clocks_may_differ_a_little(desk: Desk) -> None:
    desk.now = desk.at("9:00")
    with pytest.raises(UnfitReport, match="future"):
        desk.report("boarded", booking_of(desk, "ann"), at="9:03")
    desk.report("boarded", booking_of(desk, "ann"), at="9:02")


def test_nothing_is_reported_from_the_day_before(desk: Desk) -> None:
    desk.now = desk.at("9:00")
    yesterday = desk.now - timedelta(days=1)
    with pytest.raises(UnfitReport, match="Is the date right"):
        record_driver_event(
            desk.shift(),
            kind="boarded",
            at=yesterday,
            planner=desk.planner,
            by=None,
            now=desk.now,
            booking=booking_of(desk, "ann"),
        )


def test_a_break_as_it_was_taken() -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4 break 10:00-11:00 30m Depot")
    desk.book("ann", "Mill->Station leave 11:00")
    desk.now = desk.at("10:05")
    desk.report("break_started")
    assert desk.show().startswith("van1 8:00 | 10:05 *van1-1@Depot ||")
    desk.now = desk.at("10:40")
    desk.report("break_ended")
    assert desk.show() == "van1 8:00 | 10:05 *van1-1@Depot || 11:00 +ann@Mill | 11:11 -ann@Station"
    with pytest.raises(CantRecord):
        desk.report("break_ended")


def test_facts_keep_when_they_happened_and_when_they_were_told(desk: Desk) -> None:
    desk.now = desk.at("9:10")
    event = desk.report("boarded", booking_of(desk, "ann"), at="9:00")
    assert (event.at, event.recorded_at) == (desk.at("9:00"), desk.at("9:00") + timedelta(minutes=10))
    assert desk.show().startswith("van1 8:00 | 9:00 +ann@Mill")


def test_an_arrival_told_twice_does_not_count_for_the_next_call(desk: Desk) -> None:
    desk.now = desk.at("8:59")
    desk.report("arrived", booking_of(desk, "ann"))
    plan = desk.show()
    for who in (booking_of(desk, "ann"), None):
        with pytest.raises(CantRecord, match="reported already"):
            desk.report("arrived", who)
    assert desk.show() == plan


def test_a_driver_who_waits_for_one_passenger_and_takes_another_first() -> None:
    desk = open_desk()
    desk.book("ann", "Mill->Station leave 9:30")
    desk.book("bob", "Mill->School leave 9:00")
    desk.now = desk.at("8:50")
    desk.report("arrived", booking_of(desk, "ann"))
    desk.now = desk.at("9:00")
    desk.report("boarded", booking_of(desk, "bob"))
    # Ann boards no sooner than promised, so what the driver does before that stands before her.
    assert desk.show().index("9:00 +bob@Mill") < desk.show().index("+ann@Mill")


def test_a_break_at_whose_place_the_driver_has_arrived_can_begin() -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4 break 10:00-11:00 30m Depot")
    open_day(desk.service, desk.date)
    desk.now = desk.at("10:04")
    desk.report("arrived", at="9:58")
    desk.report("break_started")
    with pytest.raises(CantRecord, match="begun already"):
        desk.report("break_started")
    assert desk.show() == "van1 8:00 | 10:04 *van1-1@Depot ||"


def test_a_break_that_nobody_reported_has_been_when_later_calls_are_done() -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4 break 9:00-9:30 20m Depot")
    desk.book("ann", "Mill->School leave 8:30")
    desk.book("bob", "Mill->School leave 10:00")
    desk.now = desk.at("8:36")
    desk.report("boarded", booking_of(desk, "ann"), at="8:30")
    desk.report("alighted", booking_of(desk, "ann"))
    desk.now = desk.at("10:01")
    desk.report("boarded", booking_of(desk, "bob"))
    # Home at 8:46; the break from 9:00 to 9:20, before Bob got on: not from now on, for he is aboard.
    assert desk.show() == (
        "van1 8:00 | 8:30 +ann@Mill | 8:36 -ann@School | 9:00 *van1-1@Depot | 10:01 +bob@Mill | 10:07 -bob@School ||"
    )


def test_nobody_alights_before_they_boarded(desk: Desk) -> None:
    desk.now = desk.at("9:20")
    desk.report("boarded", booking_of(desk, "ann"), at="9:05")
    with pytest.raises(CantRecord, match="boarded later"):
        desk.report("alighted", booking_of(desk, "ann"), at="9:01")
    desk.report("alighted", booking_of(desk, "ann"), at="9:16")
    assert status_of(desk, "ann") == Status.COMPLETED


def test_nothing_happens_on_a_shift_long_after_it_ended(desk: Desk) -> None:
    desk.now = desk.at("9:00") + timedelta(days=7)
    with pytest.raises(UnfitReport, match="long after the shift ended"):
        desk.report("boarded", booking_of(desk, "ann"), at=None)
    desk.report("boarded", booking_of(desk, "ann"), at="9:00")  # but told late it may be
    assert status_of(desk, "ann") == Status.ABOARD


def test_a_day_that_is_opened_while_somebody_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk()
    load = plans.load

    def load_before_others_open(*args: object, **kwargs: object) -> object:
        found = load(*args, **kwargs)  # type: ignore[arg-type]
        open_day(desk.service, desk.date)
        return found

    monkeypatch.setattr(plans, "load", load_before_others_open)
    assert day_board(desk.service, desk.date, planner=desk.planner, now=desk.now).shifts == ()
    assert len(day_board(desk.service, desk.date, planner=desk.planner, now=desk.now).shifts) == 1
