"""Against block-booking: journeys twice, at the same time, or too many of them. What a refusal says would do is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bookings.actions.accept_offer import OwnJourneys, book_offer
from bookings.actions.request_ride import asking
from bookings.limits import Clash, Trip, find_clash, list_own
from bookings.models import Booking, Offer, Refusal, Service
from bookings.planner import make_planner
from bookings.rules import clash_reason
from bookings.wish import RideWish
from routing.model import Point
from routing.travel.matrix_times import MatrixTimes
from tests.bookings.town import TOWN, WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST = "Mill->Station leave 9:00"
"""Promised from 9:00 on, and there by 9:31: 11 minutes' ride that may begin up to 10 minutes late, and 10 minutes of slack."""


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-18:00 seats 4", "van2 Depot 8:00-18:00 seats 4")


def possible(desk: Desk, refused: Refusal, wish: RideWish) -> list[bool]:
    """Whether each thing that the refusal says would be possible is; bookings are cancelled for that, and that alone."""
    found = []
    for each in refused.alternatives:
        times = {end: datetime.fromisoformat(each[end]) for end in ("leave_at", "arrive_by") if end in each}
        if times:
            again = replace(wish, **{"leave_at": None, "arrive_by": None} | times)
        else:
            assert each["kind"] == "own_booking"
            desk.cancel(Booking.objects.get(reference=each["text"].removeprefix("Cancel ")))
            again = wish
        found.append(isinstance(desk.ask("ann", again), list))
    return found


# --- Twice ---------------------------------------------------------------------------------------------------------------------


def test_the_same_journey_is_not_booked_twice(desk: Desk) -> None:
    booked = desk.book("ann", FIRST)
    wish = desk.wish("Mill->Station leave 9:10")
    refused = desk.refusal("ann", wish)
    assert refused.kind == "duplicate_booking"
    assert booked.reference in refused.detail
    # Until 9:00 + 30 min it's the same journey, and until 9:31 ann is on her way; before, one is back by 8:29.
    times = [each.get("leave_at", each["text"]) for each in refused.alternatives]
    assert times[1] == "2027-06-02T09:35:00+01:00"
    assert times[2] == f"Cancel {booked.reference}"
    assert possible(desk, refused, wish) == [True] * 3


@pytest.mark.parametrize(
    ("north_m", "minutes", "twice"),
    [(0, 30, True), (0, 31, False), (149, 30, True), (151, 30, False), (-149, -30, True), (-149, -45, False)],
)
def test_near_in_place_and_time_is_twice(desk: Desk, north_m: int, minutes: int, twice: bool) -> None:
    desk.service.one_at_a_time = False
    booked = desk.book("ann", FIRST)
    wish = desk.wish(FIRST)
    # 0.001 degrees north are 111.2 m.
    lon, lat = wish.origin
    wish = replace(wish, origin=Point(lon, lat + north_m / 111_195), leave_at=booked.pickup_from_at + timedelta(minutes=minutes))
    desk.service.walk_limit_m = 1000
    answer = desk.ask("ann", wish)
    assert (isinstance(answer, Refusal) and answer.kind == "duplicate_booking") == twice


@pytest.mark.parametrize(("minutes", "twice"), [(30, True), (60, False)])
def test_who_says_when_to_arrive_books_nothing_twice_either(desk: Desk, minutes: int, twice: bool) -> None:
    desk.service.one_at_a_time = False
    booked = desk.book("ann", FIRST)
    arrive_by = booked.arrive_by_at + timedelta(minutes=minutes)
    answer = desk.ask("ann", replace(desk.wish("Mill->Station arrive 9:00"), arrive_by=arrive_by))
    assert (isinstance(answer, Refusal) and answer.kind == "duplicate_booking") == twice


def test_the_way_back_is_another_journey(desk: Desk) -> None:
    desk.service.one_at_a_time = False
    desk.book("ann", FIRST)
    assert desk.offers("ann", "Station->Mill leave 9:10")


def test_a_service_may_let_both_be(desk: Desk) -> None:
    desk.service.duplicate_m, desk.service.one_at_a_time = 0, False
    desk.service.save()
    desk.book("ann", FIRST)
    desk.book("ann", FIRST)
    assert Booking.objects.count() == 2


# --- At the same time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["School->Mill leave 9:10", "School->Mill arrive 9:20"])
def test_nobody_is_in_two_vans_at_once(desk: Desk, text: str) -> None:
    booked = desk.book("ann", FIRST)
    wish = desk.wish(text)
    refused = desk.refusal("ann", wish)
    assert refused.kind == "overlapping_trip"
    assert f"{booked.reference}, from 09:00 on Wednesday 2 June" in refused.detail
    assert possible(desk, refused, wish) == [True] * 3


def test_offers_that_would_overlap_are_not_made(desk: Desk) -> None:
    booked = desk.book("ann", "Mill->Station leave 10:00")
    alone = desk.ask("bob", desk.wish("School->Mill leave 9:30"))
    beside = desk.offers("ann", "School->Mill leave 9:30")
    assert isinstance(alone, list)
    assert any(each.arrive_by_at > booked.pickup_from_at for each in alone)
    for offer in beside:
        assert offer.arrive_by_at <= booked.pickup_from_at or offer.pickup_from_at >= booked.arrive_by_at


def test_where_all_that_there_is_would_overlap_that_is_the_reason(desk: Desk) -> None:
    desk.service.search_after_s = 600
    desk = replace(desk, planner=make_planner(desk.service, MatrixTimes(TOWN.travel)))
    booked = desk.book("ann", "Mill->Station leave 10:00")
    # Whatever begins within ten minutes from then on ends after ten.
    text = f"School->Mill leave {booked.pickup_from_at.astimezone(desk.service.tz) - timedelta(minutes=5):%H:%M}"
    wish = desk.wish(text)
    refused = desk.refusal("ann", wish)
    assert refused.kind == "overlapping_trip"
    assert all(possible(desk, refused, wish))


def test_a_journey_may_begin_when_the_other_is_over(desk: Desk) -> None:
    booked = desk.book("ann", FIRST)
    wish = replace(desk.wish("Station->Mill leave 9:00"), leave_at=booked.arrive_by_at)
    assert isinstance(desk.ask("ann", wish), list)
    for at in (booked.arrive_by_at - timedelta(seconds=1), booked.pickup_from_at):
        assert desk.refusal("ann", replace(wish, leave_at=at)).kind == "overlapping_trip"


def test_or_end_when_the_other_begins(desk: Desk) -> None:
    booked = desk.book("ann", FIRST)
    wish = replace(desk.wish("Station->Mill arrive 9:00"), arrive_by=booked.pickup_from_at)
    assert isinstance(desk.ask("ann", wish), list)
    for at in (booked.pickup_from_at + timedelta(seconds=1), booked.arrive_by_at):
        assert desk.refusal("ann", replace(wish, arrive_by=at)).kind == "overlapping_trip"


def test_who_is_on_the_van_is_on_no_other(desk: Desk) -> None:
    booked = desk.book("ann", FIRST)
    desk.now = booked.expected_pickup_at + timedelta(minutes=1)
    desk.service.notice_s = 0
    desk.report("boarded", booked)
    assert desk.refusal("ann", desk.wish("School->Mill leave 9:10")).kind == "overlapping_trip"


def test_times_that_other_rules_name_are_free_of_other_journeys(desk: Desk) -> None:
    desk.now = desk.at("8:30", on=WEDNESDAY)
    desk.book("ann", FIRST)
    wish = desk.wish("School->Mill leave 8:40")  # too soon, and at 9:00 ann is elsewhere
    refused = desk.refusal("ann", wish)
    assert refused.kind == "too_soon"
    assert all(possible(desk, refused, wish))


def test_other_people_have_journeys_of_their_own(desk: Desk) -> None:
    desk.book("ann", FIRST)
    assert desk.offers("bob", FIRST)


def test_what_is_cancelled_held_too_long_or_over_is_in_nobodys_way(desk: Desk) -> None:
    desk.cancel(desk.book("ann", FIRST))
    held = desk.hold("ann", FIRST)
    assert desk.refusal("ann", desk.wish(FIRST)).kind == "duplicate_booking"
    assert held.held_until
    desk.now = held.held_until
    booked = desk.book("ann", FIRST)
    desk.now = booked.arrive_by_at
    assert list_own(booked.passenger, now=desk.now) == ()
    assert len(list_own(booked.passenger, now=desk.now - timedelta(seconds=1))) == 1


def test_another_services_journeys_count_where_one_would_be_in_two_vans(desk: Desk) -> None:
    desk.service.max_open_bookings = 1
    booked = desk.book("ann", FIRST)
    [own] = list_own(booked.passenger, now=desk.now)
    elsewhere = replace(own, service_id=desk.service.pk + 1)
    overlapping = Trip(own.destination, own.origin, own.from_at, own.until_at)
    later = Trip(own.destination, own.origin, own.until_at, own.until_at + DAY)
    assert find_clash(desk.service, overlapping, [elsewhere]) == Clash("overlapping_trip", elsewhere)
    assert find_clash(desk.service, later, [elsewhere]) is None
    same = Trip(own.origin, own.destination, own.from_at, own.until_at)
    assert find_clash(desk.service, same, [elsewhere]) == Clash("duplicate_booking", elsewhere)
    assert find_clash(desk.service, later, [own]) == Clash("too_many_bookings")


# --- Too many ------------------------------------------------------------------------------------------------------------------


def test_so_many_journeys_and_no_more(desk: Desk) -> None:
    desk.service.max_open_bookings = 2
    first = desk.book("ann", FIRST)
    desk.book("ann", "Station->Mill leave 14:00")
    wish = desk.wish("Mill->School leave 16:00")
    refused = desk.refusal("ann", wish)
    assert refused.kind == "too_many_bookings"
    assert "may have 2 journeys booked at a time, and has 2" in refused.detail
    assert len(refused.alternatives) == 2
    assert possible(desk, refused, wish) == [True, True]
    assert first.reference in refused.alternatives[0]["text"]


def test_another_services_journeys_are_not_told_among_them(desk: Desk) -> None:
    desk.service.max_open_bookings = 1
    ann = desk.book("ann", FIRST).passenger
    wish = desk.wish("Mill->School leave 16:00")
    asked = asking(desk.service, wish=wish, planner=desk.planner, now=desk.now, passenger=ann, asked_by=None)
    elsewhere = replace(asked.own[0], service_id=desk.service.pk + 1, reference="ELSE")
    reason = clash_reason(Clash("too_many_bookings"), replace(asked, own=(*asked.own, elsewhere)))
    assert "may have 1 journeys booked at a time, and has 1" in str(reason.detail)
    assert len(reason.alternatives) == 1


def test_a_service_may_stop_taking_bookings_of_anybody(desk: Desk) -> None:
    desk.service.max_open_bookings = 0
    assert desk.refusal("ann", desk.wish(FIRST)).kind == "too_many_bookings"


def test_what_is_over_makes_room(desk: Desk) -> None:
    desk.service.max_open_bookings = 1
    booked = desk.book("ann", FIRST)
    desk.now = booked.arrive_by_at
    assert desk.offers("ann", "Mill->School leave 16:00")


# --- On accepting --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [(FIRST, "duplicate_booking"), ("School->Mill leave 9:10", "overlapping_trip"), ("Mill->School leave 16:00", None)],
)
def test_two_offers_that_dont_go_together_are_not_both_accepted(desk: Desk, text: str, kind: str | None) -> None:
    one, other = desk.offers("ann", FIRST)[0], desk.offers("ann", text)[0]
    desk.accept(one)
    if kind is None:
        desk.accept(other)
        return
    with pytest.raises(OwnJourneys) as told:
        desk.accept(other)
    assert told.value.kind == kind
    assert Booking.objects.get().reference in str(told.value)


def test_of_offers_made_before_only_as_many_are_accepted_as_one_may_have(desk: Desk) -> None:
    Service.objects.update(max_open_bookings=1)
    one, other = desk.offers("ann", FIRST)[0], desk.offers("ann", "Mill->School leave 16:00")[0]
    desk.accept(one)
    with pytest.raises(OwnJourneys) as told:
        desk.accept(other)
    assert told.value.kind == "too_many_bookings"


def test_an_offer_to_nobody_in_particular_is_judged_by_who_takes_it(desk: Desk) -> None:
    booked = desk.book("ann", FIRST)
    offer: Offer = desk.offers("bob", FIRST)[0]
    Offer.objects.filter(pk=offer.pk).update(passenger=None)
    with pytest.raises(OwnJourneys):
        book_offer(offer.pk, planner=desk.planner, by=None, channel="phone", passenger=booked.passenger, now=desk.now)
    taken = book_offer(offer.pk, planner=desk.planner, by=None, channel="phone", passenger=desk.passenger("cat"), now=desk.now)
    assert taken.passenger.name == "cat"


def test_a_day_of_many_journeys_stays_sound(desk: Desk) -> None:
    for hour in range(9, 17):
        ways = ("Mill->Station", "Station->Mill")
        desk.book("ann", f"{ways[hour % 2]} leave {hour}:00")
    trips = sorted((row.pickup_from_at, row.arrive_by_at) for row in Booking.objects.all())
    assert len(trips) == 8
    assert all(before[1] <= after[0] for before, after in pairwise(trips))
    assert desk.faults() == []
