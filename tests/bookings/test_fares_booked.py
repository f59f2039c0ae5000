"""From the fares of a service to the fare of a booking: tables, caps and promotions with what the database knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from bookings.actions.accept_offer import book_offer
from bookings.fares import FareMoved, Line, say_line
from bookings.models import Booking, Offer, Promotion, Service
from bookings.planner import make_planner
from bookings.zones import read_zones
from routing.travel.matrix_times import MatrixTimes
from tests.bookings.test_returns import there_and_back
from tests.bookings.test_zones import zone
from tests.bookings.town import FARES, TOWN, WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OUT, BACK = "Mill->Station leave 10:00", "Station->Mill leave 13:00"
BANDS = [
    {"band": "adult", "percent": 100},
    {"band": "child", "percent": 50},
    {"band": "under5", "fare_pence": 0},
    {"band": "concession", "percent": 100, "free": "england"},
    {"band": "companion", "fare_pence": 0},
]


@pytest.fixture
def desk() -> Desk:
    return open_desk("van1 Depot 8:00-18:00 seats 8")


def charging(desk: Desk, **fares: Any) -> Desk:
    Service.objects.update(fares={"table": {"kind": "flat", "fare_pence": 300}, "bands": BANDS, **fares})
    service = Service.objects.get()
    return replace(desk, service=service, planner=make_planner(service, MatrixTimes(TOWN.travel)))


def lines(promise: Booking | Offer) -> list[tuple[str, int]]:
    return [(say_line(Line(**each)), each["pence"]) for each in promise.fare_lines]


# --- What is kept -------------------------------------------------------------------------------------------------------------


def test_the_fare_of_an_offer_is_the_fare_of_the_booking_line_by_line(desk: Desk) -> None:
    offer = desk.offers("ann", OUT, adults=2, children=1, companions=1, concessions=1)[0]
    assert offer.fare_pence == 2 * 200 + 100 + 0 + 200
    assert lines(offer) == [
        ("2 adults at £2.00", 400),
        ("1 child at £1.00", 100),
        ("1 pass holder free", 0),
        ("1 companion at £2.00, as adults pay", 200),
    ]
    booking = Booking.objects.get(pk=desk.accept(offer).pk)
    assert (booking.fare_pence, booking.fare_lines, booking.fare_own_pence) == (offer.fare_pence, offer.fare_lines, 200)


def test_a_pass_is_free_at_the_times_of_its_scheme(desk: Desk) -> None:
    desk = charging(desk)
    desk.service.holiday_region, desk.service.holiday_weekday = "GB-ENG", 0
    early, later = (desk.offers("ann", f"Mill->Station leave {at}", concessions=1)[0] for at in ("8:30", "10:00"))
    assert lines(early) == [("1 pass holder at £3.00", 300)]
    assert lines(later) == [("1 pass holder, free with an English pass at this time", 0)]
    desk.date, desk.now = date(2027, 5, 31), desk.at("7:00", on=date(2027, 5, 31))  # the Spring Bank Holiday
    assert desk.offers("ann", "Mill->Station leave 8:30", concessions=1)[0].fare_pence == 0


# --- Tables -------------------------------------------------------------------------------------------------------------------


def test_by_distance_in_a_straight_line(desk: Desk) -> None:
    # 235 m from the mill to the school, 432 m to the station.
    desk = charging(desk, table={"kind": "distance", "bands": [{"up_to_m": 300, "fare_pence": 150}, {"fare_pence": 250}]})
    assert desk.offers("ann", "Mill->School leave 10:00")[0].fare_pence == 150
    assert desk.offers("ann", OUT)[0].fare_pence == 250
    assert desk.offers("ann", OUT, children=1)[0].fare_pence == 125


def three_zones(desk: Desk) -> None:
    zone(desk.service, "mill", (-0.01, 53.99, 0.004, 54.01))
    zone(desk.service, "school", (0.0041, 53.99, 0.007, 54.01))  # drawn with a gap of some metres
    zone(desk.service, "station", (0.007, 53.99, 0.012, 54.01))


def test_zones_are_counted_by_the_fewest_that_one_passes_through(desk: Desk) -> None:
    three_zones(desk)
    zone(desk.service, "island", (0.013, 53.99, 0.02, 54.01))
    zones = read_zones(desk.service)
    by_code = {each.code: each for each in zones.zones}

    def passed(origin: str, destination: str) -> int | None:
        return zones.count_passed(by_code[origin], by_code[destination])

    ways = [("mill", "mill"), ("mill", "school"), ("mill", "station"), ("station", "mill"), ("mill", "island")]
    assert [passed(*way) for way in ways] == [1, 2, 3, 3, None]


def test_by_zones_in_pairs_and_by_how_many(desk: Desk) -> None:
    three_zones(desk)
    table = {
        "kind": "zones",
        "pairs": [{"from": "station", "to": "school", "fare_pence": 110}],
        "by_count": [100, 200],
        "otherwise_pence": 900,
    }
    desk = charging(desk, table=table)
    ways = ("Mill->School", "Mill->Station", "School->Station")
    found = {way: desk.offers("ann", f"{way} leave 10:00")[0].fare_pence for way in ways}
    assert found == {"Mill->School": 200, "Mill->Station": 200, "School->Station": 110}
    desk.service.zones.get(code="mill").delete()
    assert charging(desk, table=table).offers("ann", OUT)[0].fare_pence == 900


# --- Caps ---------------------------------------------------------------------------------------------------------------------


def test_no_more_than_the_cap_in_a_day(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 500})
    desk.book("ann", OUT)
    back = desk.offers("ann", BACK)[0]
    assert lines(back) == [("1 adult at £3.00", 300), ("No more is to pay for that day", -100)]
    assert desk.accept(back).fare_pence == 200
    third = desk.book("ann", "Mill->School leave 15:00", adults=2)
    assert (third.fare_pence, third.fare_own_pence) == (300, 0)  # one of the two is ann
    assert desk.offers("bob", BACK)[0].fare_pence == 300
    desk.date += DAY
    assert desk.offers("ann", BACK)[0].fare_pence == 300


def test_what_is_cancelled_makes_room_and_what_is_held_counts_once_it_is_firm(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 500})
    out = desk.book("ann", OUT)
    desk.cancel(out)
    assert desk.offers("ann", BACK)[0].fare_pence == 300
    held = desk.hold("ann", OUT)
    assert desk.offers("ann", BACK)[0].fare_pence == 300
    desk.confirm(held)
    assert desk.offers("ann", BACK)[0].fare_pence == 200


def test_no_more_than_the_cap_in_a_week_which_begins_on_monday(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 500, "week_pence": 700})
    desk.book("ann", OUT)
    desk.book("ann", BACK)  # 500 on Wednesday
    desk.date += DAY
    thursday = desk.offers("ann", OUT)[0]
    assert lines(thursday)[1:] == [("No more is to pay for that week", -100)]
    desk.accept(thursday)
    for days, pence in ((4, 0), (5, 300)):  # Sunday, Monday
        desk.date = WEDNESDAY + days * DAY
        assert desk.offers("ann", OUT)[0].fare_pence == pence


def test_a_week_ends_on_sunday_and_counts_ones_own_place_in_this_service(desk: Desk) -> None:
    desk = charging(desk, caps={"week_pence": 500})
    desk.date = WEDNESDAY + 4 * DAY
    sunday = desk.book("ann", OUT, adults=2)
    assert sunday.fare_pence == 600
    desk.date = WEDNESDAY
    assert desk.offers("ann", OUT)[0].fare_pence == 200
    other = Service.objects.get()
    other.pk, other.slug = None, "next"
    other.save()
    Booking.objects.update(service=other)
    assert desk.offers("ann", OUT)[0].fare_pence == 300


def test_a_day_is_the_towns_whatever_the_clock_of_the_caller() -> None:
    desk = charging(open_desk("van1 Depot 8:00-18:00 seats 8", zone="Pacific/Auckland"), caps={"day_pence": 500})
    desk.book("ann", "Mill->Station leave 9:00")
    wish = desk.wish("Station->Mill leave 11:00")  # in Greenwich it's still Tuesday
    offers = desk.ask("ann", replace(wish, leave_at=wish.at.astimezone(UTC)))
    assert isinstance(offers, list)
    assert offers[0].fare_pence == 200


def test_a_way_back_on_another_day_goes_by_that_days_cap(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 500})
    desk.book("ann", "School->Station leave 8:30")
    answer = desk.ask("ann", there_and_back(desk, OUT, leave="10:00", days=1))
    assert isinstance(answer, list)
    assert (answer[0].fare_pence, answer[0].return_leg.fare_pence) == (200, 300)


def test_under_a_cap_that_was_reached_since_a_promotion_still_comes_off(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 200})
    Promotion.objects.create(operator=desk.service.operator, name="Half price", percent=50)
    one, other = desk.offers("ann", OUT)[0], desk.offers("ann", BACK)[0]
    assert (one.fare_pence, other.fare_pence) == (100, 100)
    # After the first, 100 is left under the cap, and half of that comes off.
    assert (desk.accept(one).fare_pence, desk.accept(other).fare_pence) == (100, 50)


def test_offers_made_together_dont_come_to_more_than_the_cap(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 500})
    one, other = desk.offers("ann", OUT)[0], desk.offers("ann", BACK)[0]
    assert (one.fare_pence, other.fare_pence) == (300, 300)
    assert (desk.accept(one).fare_pence, desk.accept(other).fare_pence) == (300, 200)
    assert sum(row.fare_own_pence for row in Booking.objects.all()) == 500
    assert lines(Booking.objects.latest("pk"))[-1] == ("No more is to pay for that day", -100)


def test_a_fare_never_becomes_more_than_was_offered(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 500})
    out = desk.book("ann", OUT)
    back = desk.offers("ann", BACK)[0]
    assert back.fare_pence == 200
    desk.cancel(out)
    with pytest.raises(FareMoved):  # what had reached the cap is given up: it's asked for again, and nothing is dearer than told
        desk.accept(back)
    assert desk.book("ann", BACK).fare_pence == 300


def test_who_takes_an_offer_made_to_nobody_has_their_own_cap(desk: Desk) -> None:
    desk = charging(desk, caps={"day_pence": 500})
    booked = desk.book("ann", OUT)
    offer = desk.offers("bob", BACK)[0]
    Offer.objects.update(passenger=None)
    taken = book_offer(offer.pk, planner=desk.planner, by=None, channel="phone", passenger=booked.passenger, now=desk.now)
    assert taken.fare_pence == 200


def test_old_fares_go_on_as_they_were(desk: Desk) -> None:
    assert desk.service.fares == FARES
    assert desk.offers("ann", "Mill->Station leave 8:30", concessions=1)[0].fare_lines == [
        {"kind": "band", "pence": 200, "band": "concession", "count": 1, "each_pence": 200, "rule": "except"}
    ]
