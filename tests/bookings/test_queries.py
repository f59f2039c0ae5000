"""What drivers, dispatchers and passengers are told: one plan, one set of times, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import queries
from bookings.models import Driver, Operator, Passenger, Role, StaffMember
from tests.bookings.town import WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Ann and her child ride from mill to station, Bob gets on in between, in his wheelchair; then there is a break."""
    desk = open_desk("van1 Depot 8:00-12:00 layouts 4+0/2+1 break 10:00-11:00 30m Depot")
    desk.book("ann", "Mill->Station leave 9:00", adults=1, under5=1)
    Passenger.objects.filter(pk=desk.passenger("bob").pk).update(needs="Deaf in the left ear")
    desk.book("bob", "School->Station leave 9:00", concessions=1, wheelchairs=1)
    return desk


def board(desk: Desk) -> queries.DayBoard:
    return queries.day_board(desk.service, desk.date, planner=desk.planner, now=desk.now)


def test_a_manifest_is_a_list_of_calls(desk: Desk) -> None:
    manifest = desk.manifest()
    read = [
        (
            call.number,
            f"{call.begin_at:%H:%M}",
            str(call.place),
            [who.name for who in call.alighting],
            [who.name for who in call.boarding],
            tuple(call.load),
            call.pause_s,
        )
        for call in manifest.calls
    ]
    assert read == [
        (1, "09:00", "Mill", [], ["ann"], (2, 0), 0),
        (2, "09:06", "School", [], ["bob"], (2, 1), 0),
        (3, "09:11", "Station", ["bob", "ann"], [], (0, 0), 0),
        (4, "10:00", "Depot", [], [], (0, 0), 1800),
    ]
    assert (manifest.revision, manifest.generated_at) == (2, desk.now)
    assert (manifest.passengers, manifest.fares_pence) == (3, 200 + 200)  # Bob's pass is free from 9:30 on
    # 4 minutes to the mill, so the van leaves at 8:56; after the break at the depot it's there already.
    assert (manifest.leaves_at, manifest.ends_at) == (desk.at("8:56"), desk.at("10:30"))
    # At 10 m a second: 15 minutes out and 15 back.
    assert manifest.driven_m == 30 * 60 * 10


def test_a_driver_is_told_what_to_be_ready_for(desk: Desk) -> None:
    ann, bob = (call.boarding[0] for call in desk.manifest().calls[:2])
    assert (ann.party, ann.needs, ann.fare_pence, ann.other_stop) == ("1 adult, 1 under 5", ("Child under 5",), 200, "Station")
    assert (bob.party, bob.needs) == ("1 pass holder, 1 wheelchair", ("Wheelchair: ramp and clamps", "Deaf in the left ear"))
    assert (bob.seats, bob.wheelchairs) == (0, 1)
    assert f"{bob.pickup_from_at:%H:%M}-{bob.pickup_until_at:%H:%M}" == "09:01-09:16"


def test_two_calls_at_one_stop_with_a_wait_between_them_are_two() -> None:
    desk = open_desk()
    desk.book("ann", "Mill->School leave 9:00")
    desk.book("bob", "School->Mill leave 9:30")
    assert [(f"{call.begin_at:%H:%M}", str(call.place)) for call in desk.manifest().calls] == [
        ("09:00", "Mill"),
        ("09:06", "School"),
        ("09:30", "School"),
        ("09:36", "Mill"),
    ]


def test_board_manifest_and_journeys_agree(desk: Desk) -> None:
    day = board(desk)
    assert [shift.calls for shift in day.shifts] == [desk.manifest().calls]
    for each in day.bookings:
        assert each.journey == queries.find_journey(each.booking, planner=desk.planner, now=desk.now)
        assert each.journey is not None
        call = next(call for call in day.shifts[0].calls if each.booking.reference in [who.reference for who in call.boarding])
        assert each.journey.pickup_at == call.begin_at


def test_the_line_on_the_map_goes_from_depot_to_depot_by_every_stop(desk: Desk) -> None:
    path = board(desk).shifts[0].path
    places = [desk.planner.stops[code].point for code in ("MILL", "SCHOOL", "STATION")]
    assert path[0] == path[-1]
    assert set(places) < set(path)


def test_a_day_that_nobody_has_opened_is_empty_and_stays_so(desk: Desk) -> None:
    desk.date = WEDNESDAY + timedelta(days=3)
    day = board(desk)
    assert (day.shifts, day.bookings, day.revision, day.figures.bookings) == ((), (), 0, 0)
    assert day.figures.shared_share is None
    assert board(desk).shifts == ()


def test_the_figures_of_a_day(desk: Desk) -> None:
    desk.cancel(desk.book("cid", "Mill->School leave 11:00"))
    desk.hold("dan", "Mill->School leave 11:00")
    desk.refusal("eve", desk.wish("Mill->Mill leave 9:00"))
    figures = queries.kpis(desk.service, desk.date, planner=desk.planner, now=desk.now)
    assert (figures.bookings, figures.passengers, figures.held, figures.cancelled, figures.refused) == (3, 4, 1, 1, 1)
    assert figures.shared_share == round(2 / 3, 4)
    assert (figures.vehicle_hours, figures.passengers_per_vehicle_hour) == (4.0, 1.0)
    assert figures.mean_detour_s == 0
    assert figures.mean_wait_s == 360 / 3  # Bob waits from 9:00 to 9:06, the others not at all
    assert figures.promises_kept_share == 1.0


def test_a_detour_counts_as_one() -> None:
    desk = open_desk()
    desk.book("ann", "Mill->Station leave 9:00")
    desk.book("bob", "Mill->School leave 9:00")
    alone = queries.kpis(desk.service, desk.date, planner=desk.planner, now=desk.now)
    assert alone.mean_detour_s == 0
    desk.service.boarding_s = desk.service.alighting_s = 60
    desk.book("cid", "School->Station leave 9:00")
    shared = queries.kpis(desk.service, desk.date, planner=desk.planner, now=desk.now)
    assert shared.shared_share == 1.0
    # Ann sits in the van while Cid takes a minute to board, and perhaps to alight.
    assert shared.mean_detour_s in (20, 40)


def test_a_promise_that_is_broken_lowers_the_share(desk: Desk) -> None:
    desk.now = desk.at("9:30")
    figures = queries.kpis(desk.service, desk.date, planner=desk.planner, now=desk.now)
    assert figures.promises_kept_share == 1.0  # nobody reported, so all went as planned
    desk.report("boarded", board(desk).bookings[0].booking)
    figures = queries.kpis(desk.service, desk.date, planner=desk.planner, now=desk.now)
    assert figures.promises_kept_share == 0.0  # Ann was to board by 9:10, and Bob by 9:16


def test_a_board_asks_the_database_as_often_however_many_have_booked(desk: Desk) -> None:
    with CaptureQueriesContext(connection) as few:
        board(desk)
    for number in range(6):
        desk.book(f"passenger {number}", f"School->Mill leave 11:{5 * number:02d}")
    with CaptureQueriesContext(connection) as many:
        board(desk)
    assert len(many) == len(few)


def test_everybody_sees_their_own(desk: Desk) -> None:
    users = {name: User.objects.create(username=name) for name in ("ann", "agent", "dispatcher", "driver", "elsewhere", "nobody")}
    Passenger.objects.filter(name="ann").update(user=users["ann"])
    Driver.objects.update(user=users["driver"])
    other = Operator.objects.create(slug="other", name="Other")
    for name, operator, role in (
        ("agent", desk.service.operator, Role.AGENT),
        ("dispatcher", desk.service.operator, Role.DISPATCHER),
        ("elsewhere", other, Role.DISPATCHER),
    ):
        StaffMember.objects.create(user=users[name], operator=operator, role=role)
    seen = {name: (queries.list_bookings(user).count(), queries.list_shifts(user).count()) for name, user in users.items()}
    assert seen == {
        "ann": (1, 0),
        "agent": (2, 0),
        "dispatcher": (2, 1),
        "driver": (0, 1),
        "elsewhere": (0, 0),
        "nobody": (0, 0),
    }
