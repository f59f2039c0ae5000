"""Passengers who are entitled to it are fetched and brought at the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import plan_reasons
from bookings.actions.accept_offer import NotEntitled, book_offer
from bookings.actions.reoptimise import reoptimise
from bookings.actions.request_ride import request_ride
from bookings.models import Booking, Offer, Passenger, Refusal, Status
from bookings.planner import make_planner
from bookings.wish import RideWish, wish_from_json
from routing.cost import Weights
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Limit
from routing.travel.matrix_times import MatrixTimes
from tests.bookings.test_reoptimise import APART, TWO_VANS, apart
from tests.bookings.town import TOWN, Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Ann lives at the School, which is between Mill and Station."""
    return without_stop_at_the_school(open_desk("van1 Depot 8:00-12:00 seats 4"), "ann")


def without_stop_at_the_school(desk: Desk, who: str) -> Desk:
    """There is none at the School, but somebody is entitled to be fetched at the door; that takes no longer."""
    desk.service.stops.get(code="SCHOOL").delete()
    desk.service.door_s = 0
    Passenger.objects.filter(pk=desk.passenger(who).pk).update(door_to_door=True)
    desk.passenger(who).refresh_from_db()
    return anew(desk)


def anew(desk: Desk) -> Desk:
    """As after a restart: nothing is known but what is in the database."""
    desk.planner = make_planner(desk.service, MatrixTimes(TOWN.travel))
    return desk


def wish(desk: Desk, text: str, **other: object) -> RideWish:
    return replace(desk.wish(text), **other)  # type: ignore[arg-type]


def test_ann_is_fetched_at_her_door(desk: Desk) -> None:
    offers = desk.offers("ann", "School->Station leave 9:00")

    assert {(offer.pickup_stop, offer.dropoff_stop.name) for offer in offers if offer.dropoff_stop} == {(None, "Station")}
    assert {(offer.pickup_walk_m, offer.pickup_walk_s) for offer in offers} == {(0, 0)}
    desk.accept(offers[0])
    # 4 + 6 = 10 minutes from the depot to her door, 5 more to the station.
    assert desk.show() == "van1 8:00 | 9:00 +ann@School | 9:05 -ann@Station"
    assert desk.faults() == []


def test_she_is_brought_there_too_and_a_stop_on_the_doorstep_is_as_good_as_the_door(desk: Desk) -> None:
    booking = desk.book("ann", "Mill->School arrive 9:30")
    assert booking.pickup_stop is not None
    assert booking.pickup_stop.name == "Mill"
    assert booking.dropoff_stop is None
    assert booking.dropoff_point == TOWN.places["School"]
    assert desk.show().endswith("-ann@School")


def test_a_day_is_loaded_with_as_many_queries_for_two_doors_as_for_one(desk: Desk) -> None:
    desk.book("ann", "School->Station leave 9:00")
    with CaptureQueriesContext(connection) as for_one:
        desk.plan()
    Passenger.objects.filter(pk=desk.passenger("bob").pk).update(door_to_door=True)
    desk.passenger("bob").refresh_from_db()
    assert desk.book("bob", "School->Station leave 9:00").is_at_a_door
    with CaptureQueriesContext(connection) as for_two:
        desk.plan()
    assert len(for_two) == len(for_one)


def test_others_are_told_of_stops(desk: Desk) -> None:
    assert desk.refusal("bob", desk.wish("School->Station leave 9:00")).kind == "no_stop_near"
    refusal = desk.refusal("bob", wish(desk, "School->Station leave 9:00", door_to_door=True))
    assert refusal.kind == "not_entitled"
    assert "stop" in refusal.detail


def test_ann_may_do_without(desk: Desk) -> None:
    assert desk.refusal("ann", wish(desk, "School->Station leave 9:00", door_to_door=False)).kind == "no_stop_near"
    offers = desk.ask("ann", wish(desk, "Mill->Station leave 9:00", door_to_door=False))
    assert isinstance(offers, list)
    assert all(offer.pickup_stop and offer.dropoff_stop for offer in offers)


def quote(desk: Desk, text: str) -> Offer:
    """An offer that an agent asks for before knowing who calls."""
    answer = request_ride(
        desk.service,
        wish=wish(desk, text, door_to_door=True),
        passenger=None,
        asked_by=None,
        channel="phone",
        planner=desk.planner,
        now=desk.now,
    )
    assert not isinstance(answer, Refusal), answer.detail
    return answer[0]


def test_who_accepts_for_somebody_else_needs_somebody_entitled(desk: Desk) -> None:
    offer = quote(desk, "School->Station leave 9:00")

    with pytest.raises(NotEntitled, match="bob is not registered for that"):
        book_offer(offer.pk, planner=desk.planner, by=None, channel="phone", passenger=desk.passenger("bob"), now=desk.now)
    assert not Booking.objects.exists()
    assert desk.plan().revision == 0

    ann = book_offer(offer.pk, planner=desk.planner, by=None, channel="phone", passenger=desk.passenger("ann"), now=desk.now)
    assert ann.status == Status.CONFIRMED

    theirs = desk.offers("ann", "School->Station leave 10:00")[0]
    with pytest.raises(NotEntitled):
        book_offer(theirs.pk, planner=desk.planner, by=None, channel="phone", passenger=desk.passenger("bob"), now=desk.now)


def test_an_offer_between_stops_is_anybodys(desk: Desk) -> None:
    offer = desk.offers("ann", "Mill->Station leave 9:00")[0]
    bob = book_offer(offer.pk, planner=desk.planner, by=None, channel="phone", passenger=desk.passenger("bob"), now=desk.now)
    assert bob.passenger.name == "bob"


def test_who_is_no_longer_entitled_keeps_what_was_promised(desk: Desk) -> None:
    desk.book("ann", "School->Station leave 9:00")
    Passenger.objects.update(door_to_door=False)
    assert anew(desk).show() == "van1 8:00 | 9:00 +ann@School | 9:05 -ann@Station"
    assert desk.faults() == []


def test_a_door_takes_longer(desk: Desk) -> None:
    desk.service.door_s, desk.service.boarding_s, desk.service.alighting_s = 90, 60, 30
    booking = desk.book("ann", "School->Station leave 9:00")
    assert (booking.boarding_s, booking.alighting_s) == (150, 30)


def test_the_driver_reads_where_the_door_is(desk: Desk) -> None:
    answer = desk.ask("ann", wish(desk, "School->Station leave 9:00", origin_name="Rose Cottage, School Lane"))
    assert isinstance(answer, list)
    desk.accept(answer[0])
    nameless = desk.ask("ann", desk.wish("Station->School leave 10:00"))
    assert isinstance(nameless, list)
    desk.accept(nameless[0])

    first, second, third, fourth = desk.manifest().calls

    assert (first.place.code, str(first.place)) == ("", "Rose Cottage, School Lane")
    assert first.boarding[0].other_stop == "Station"
    assert second.alighting[0].other_stop == "Rose Cottage, School Lane"
    assert third.place.code == "STATION"
    # As the crow flies the station is 196 m away; the walk counts a quarter more.
    assert str(fourth.place) == "Door 245 m on foot from Station"


def test_after_a_restart_the_plan_is_what_it_was(desk: Desk) -> None:
    desk.book("ann", "School->Station leave 9:00")
    desk.book("bob", "Mill->Station leave 8:50")
    before = desk.show()
    assert anew(desk).show() == before
    assert len(plan_reasons.history(desk.service, desk.date)) == 2
    assert desk.faults() == []
    desk.book("cyd", "Mill->Station leave 9:30")
    assert desk.faults() == []


def test_a_better_plan_comes_to_the_door_as_well() -> None:
    desk = without_stop_at_the_school(open_desk(*TWO_VANS), "bob")
    apart(desk)
    assert desk.show() == APART
    outcome = reoptimise(
        desk.service,
        desk.date,
        optimiser=LargeNeighbourhoodSearch(Weights()),
        limit=Limit(600, 3000),  # not by the clock, which on a busy machine may stop before it's found
        planner=desk.planner,
        clock=lambda: desk.now,
    )
    assert outcome.published
    assert "9:00 +ann@Mill | 9:06 +bob@School | 9:11 " in desk.show()  # together
    assert desk.faults() == []


def test_a_day_at_doors_as_it_is_driven(desk: Desk) -> None:
    ann = desk.book("ann", "School->Station leave 9:00")
    held = desk.hold("ann", "Station->School leave 10:00")
    desk.now += timedelta(seconds=desk.service.hold_s + 1)
    assert desk.expire() == 1
    held.refresh_from_db()
    assert held.status == Status.EXPIRED

    desk.now = desk.at("9:00")
    desk.report("arrived", ann)
    desk.report("boarded", ann)
    desk.now = desk.at("9:05")
    desk.report("alighted", ann)

    ann.refresh_from_db()
    assert ann.status == Status.COMPLETED
    assert desk.show() == "van1 8:00 | 9:00 +ann@School | 9:05 -ann@Station ||"


def test_a_door_that_is_cancelled_leaves_the_plan(desk: Desk) -> None:
    booking = desk.book("ann", "School->Station leave 9:00")
    desk.cancel(booking)
    assert not desk.plan().requests()
    assert not anew(desk).plan().requests()


def test_wishes_are_kept_as_they_were_asked(desk: Desk) -> None:
    asked = wish(desk, "School->Station leave 9:00", door_to_door=True, origin_name="Rose Cottage")
    assert wish_from_json(asked.as_json()) == asked
    old = {name: value for name, value in asked.as_json().items() if "door" not in name and "name" not in name}
    assert wish_from_json(old) == replace(asked, door_to_door=None, origin_name="")


def test_at_a_closed_stop_nobody_is_fetched_at_the_door_either(desk: Desk) -> None:
    mill = desk.service.stops.get(code="MILL")
    mill.closed_from, mill.closed_because = desk.date, "the road is dug up"
    mill.save()
    refusal = anew(desk).refusal("ann", desk.wish("Mill->Station leave 9:00"))
    assert refusal.kind == "no_way_to_door"
    assert refusal.detail.startswith("Mill is closed that day (the road is dug up). ")
