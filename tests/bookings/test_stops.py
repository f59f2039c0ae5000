"""Which stops serve a journey: not those that are closed that day, nor without access for somebody in a wheelchair."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from bookings.models import Offer, Stop
from bookings.planner import make_planner
from routing.travel.matrix_times import MatrixTimes
from tests.bookings.town import TOWN, WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db

TO_THE_NEXT_STOP_M = 300  # from Mill to School it's 294 m on foot


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-12:00 layouts 4+1")


def now_that(desk: Desk, code: str, **details: object) -> None:
    """A stop has changed, and the planner knows."""
    stop = desk.service.stops.get(code=code)
    for name, value in details.items():
        setattr(stop, name, value)
    stop.save()
    plan_anew(desk)


def plan_anew(desk: Desk, walk_limit_m: int | None = None) -> None:
    desk.service.walk_limit_m = walk_limit_m or desk.service.walk_limit_m
    desk.planner = make_planner(desk.service, MatrixTimes(TOWN.travel))


def pickups(offers: list[Offer]) -> set[str]:
    return {offer.pickup_stop.name for offer in offers}


def test_a_wheelchair_is_met_at_the_next_stop_with_access(desk: Desk) -> None:
    plan_anew(desk, TO_THE_NEXT_STOP_M)
    assert "Mill" in pickups(desk.offers("ann", "Mill->Station leave 9:00", adults=1, wheelchairs=1))  # nobody said

    now_that(desk, "MILL", wheelchair=False)

    assert pickups(desk.offers("ann", "Mill->Station leave 9:00", adults=1, wheelchairs=1)) == {"School"}
    assert "Mill" in pickups(desk.offers("bob", "Mill->Station leave 9:00"))


@pytest.mark.parametrize(("way", "end"), [("Mill->Station", "origin"), ("Station->Mill", "destination")])
def test_without_access_anywhere_near_it_is_told_why(desk: Desk, way: str, end: str) -> None:
    now_that(desk, "MILL", wheelchair=False)

    refusal = desk.refusal("ann", desk.wish(f"{way} leave 9:00", adults=1, wheelchairs=1))

    assert refusal.kind == "no_stop_near"
    assert refusal.detail == (
        f"Mill can't be used with a wheelchair. There is no other stop within 50 m on foot of the {end}. "
        "Choose a place nearer to another stop."
    )
    assert refusal.alternatives == [
        {"kind": f"{end}_stop", "text": "School is the nearest stop, 294 m on foot", "stop": "SCHOOL"}
    ]


def test_a_closed_stop_serves_nobody_on_those_days_and_its_neighbour_does(desk: Desk) -> None:
    plan_anew(desk, TO_THE_NEXT_STOP_M)
    now_that(desk, "MILL", closed_from=WEDNESDAY, closed_until=WEDNESDAY + timedelta(days=1))

    served = {}
    for days in range(3):
        desk.date = WEDNESDAY + timedelta(days=days)
        served[days] = pickups(desk.offers("ann", "Mill->Station leave 9:00"))

    assert served[0] == served[1] == {"School"}
    assert "Mill" in served[2]


def test_with_no_other_stop_near_one_is_told_of_the_closure(desk: Desk) -> None:
    now_that(desk, "MILL", closed_from=WEDNESDAY, closed_because="the road is dug up")  # and nobody knows until when
    desk.date = WEDNESDAY + timedelta(days=5)

    refusal = desk.refusal("ann", desk.wish("Mill->Station leave 9:00"))

    assert refusal.detail.startswith("Mill is closed that day (the road is dug up). There is no other stop within 50 m")


def test_where_one_stop_is_left_for_both_ends_the_closure_is_told_too(desk: Desk) -> None:
    plan_anew(desk, TO_THE_NEXT_STOP_M)
    now_that(desk, "MILL", closed_from=WEDNESDAY)
    now_that(desk, "STATION", closed_from=WEDNESDAY)

    refusal = desk.refusal("ann", desk.wish("Mill->School leave 9:00"))

    assert refusal.kind == "same_place"
    assert refusal.detail.startswith("Mill is closed that day. Station is closed that day. The origin and the destination are by")


def test_who_booked_before_a_stop_was_closed_is_picked_up_all_the_same(desk: Desk) -> None:
    booked = desk.book("ann", "Mill->Station leave 9:00")

    now_that(desk, "MILL", closed_from=WEDNESDAY)
    desk.book("bob", "School->Station leave 9:00")

    assert "ann@Mill" in desk.show()
    assert booked.pickup_stop.name in {call.place.name for call in desk.manifest().calls}
    assert desk.faults() == []


def test_stops_that_serve_nobody_leave_room_for_the_others_among_the_three_tried(desk: Desk) -> None:
    plan_anew(desk, TO_THE_NEXT_STOP_M)
    at_the_mill = desk.service.stops.get(code="MILL").position
    for number in range(3):
        Stop.objects.create(
            service=desk.service, code=f"M{number}", name=f"Mill {number}", position=at_the_mill, closed_from=WEDNESDAY
        )
    now_that(desk, "MILL", closed_from=WEDNESDAY)

    assert pickups(desk.offers("ann", "Mill->Station leave 9:00")) == {"School"}


def test_boarding_takes_longer_at_some_stops(desk: Desk) -> None:
    desk.service.boarding_s, desk.service.alighting_s = 30, 20
    now_that(desk, "MILL", extra_boarding_s=120)
    now_that(desk, "STATION", extra_boarding_s=60)

    booking = desk.book("ann", "Mill->Station leave 9:00")

    assert (booking.boarding_s, booking.alighting_s) == (150, 80)
    # Boarding from 9:00 to 9:02:30, then 11 minutes of driving.
    assert booking.expected_arrival_at == desk.at("9:13") + timedelta(seconds=30)
    assert desk.faults() == []


def test_to_arrive_in_time_the_longer_alighting_counts(desk: Desk) -> None:
    now_that(desk, "STATION", extra_boarding_s=120)

    offer = desk.offers("ann", "Mill->Station arrive 9:30")[0]

    assert offer.arrive_by_at <= desk.at("9:28")


@pytest.mark.parametrize("until", [WEDNESDAY - timedelta(days=1), WEDNESDAY])
def test_a_closure_begins_before_it_ends(desk: Desk, until: object) -> None:
    first = WEDNESDAY if until != WEDNESDAY else None
    with pytest.raises(IntegrityError):
        desk.service.stops.filter(code="MILL").update(closed_from=first, closed_until=until)
