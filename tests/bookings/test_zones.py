"""Zones: which one a place is in, and the rules that go by them and by distance. Each stop that a refusal names is tried."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.contrib.gis.geos import Point as Position

from bookings.models import ForbiddenTrip, Refusal, Service, Zone
from bookings.models.service import ZoneTrips
from bookings.planner import make_planner
from bookings.wish import RideWish
from bookings.zones import read_zones
from routing.model import Point
from routing.travel.matrix_times import MatrixTimes
from routing.travel.sphere import distance_m
from tests.bookings.town import TOWN, Desk, open_desk

pytestmark = pytest.mark.django_db

WEST, EAST = (-0.01, 53.99, 0.004, 54.01), (0.004, 53.99, 0.02, 54.01)
"""The mill lies in the west, the school and the station in the east; the border runs between."""


def zone(service: Service, code: str, *boxes: tuple[float, float, float, float], rank: int = 0) -> Zone:
    area = MultiPolygon([Polygon.from_bbox(box) for box in boxes], srid=4326)
    return Zone.objects.create(service=service, code=code, name=code.title(), area=area, rank=rank)


def planned(desk: Desk) -> Desk:
    """The desk with what its service has by now."""
    return replace(desk, planner=make_planner(desk.service, MatrixTimes(TOWN.travel)))


@pytest.fixture
def desk() -> Desk:
    desk = open_desk(now="9:00", days_before=0)
    zone(desk.service, "west", WEST)
    zone(desk.service, "east", EAST)
    return planned(desk)


def forbid(desk: Desk, origin: str, destination: str, both_ways: bool = True, why: str = "") -> Desk:
    zones = {row.code: row for row in desk.service.zones.all()}
    ForbiddenTrip.objects.create(origin=zones[origin], destination=zones[destination], both_ways=both_ways, why=why)
    return planned(desk)


def refusal(desk: Desk, text: str) -> Refusal:
    return desk.refusal("ann", desk.wish(text))


def taken(desk: Desk, refused: Refusal, wish: RideWish) -> RideWish:
    """The wish with all that the refusal says would be possible."""
    assert refused.alternatives
    for each in refused.alternatives:
        end, place = each["kind"].removesuffix("_stop"), TOWN.places[each["stop"].title()]
        wish = replace(wish, **{end: place})
    return wish


# --- Where a place is ---------------------------------------------------------------------------------------------------------


def test_where_zones_overlap_the_lowest_rank_counts(desk: Desk) -> None:
    zone(desk.service, "centre", (0.005, 53.999, 0.007, 54.001), rank=0)
    for row in desk.service.zones.exclude(code="centre"):
        row.rank = 5
        row.save()
    zones = read_zones(desk.service)
    found = {name: zones.find(point) for name, point in TOWN.places.items()}
    assert {name: each and each.code for name, each in found.items()} == {
        "Depot": "west",
        "Mill": "west",
        "School": "centre",
        "Station": "east",
    }
    assert zones.find(Point(0.03, 54.0)) is None


def test_a_place_on_the_edge_of_a_zone_is_in_it(desk: Desk) -> None:
    east_edge = Point(EAST[2], 54.0)
    found = read_zones(desk.service).find(east_edge)
    assert found
    assert found.code == "east"


def test_another_services_zones_are_no_concern_of_this_one(desk: Desk) -> None:
    other = Service.objects.get(pk=desk.service.pk)
    other.pk, other.slug = None, "next"
    other.save()
    here = zone(other, "west", (0.0, 53.9, 0.1, 54.1)), zone(other, "east", (0.0, 53.9, 0.1, 54.1), rank=1)
    ForbiddenTrip.objects.create(origin=here[0], destination=here[1], why="no road")
    zones = read_zones(desk.service)
    assert [each.code for each in zones.zones] == ["east", "west"]
    assert zones.forbidden == {}


def test_memory_and_database_agree_on_where_a_place_is(desk: Desk) -> None:
    rng = random.Random(3)
    Zone.objects.update(rank=9)
    for number in range(6):
        lon, lat = rng.uniform(-0.01, 0.015), rng.uniform(53.99, 54.005)
        hole = Polygon.from_bbox((lon + 0.001, lat + 0.001, lon + 0.002, lat + 0.002))
        outline = Polygon.from_bbox((lon, lat, lon + 0.004, lat + 0.004))
        area = MultiPolygon(outline.difference(hole), srid=4326)
        Zone.objects.create(service=desk.service, code=f"z{number}", name=f"Z{number}", area=area, rank=rng.randrange(4))
    zones = read_zones(desk.service)
    seen = set()
    for _ in range(300):
        point = Point(rng.uniform(-0.012, 0.022), rng.uniform(53.988, 54.012))
        rows = Zone.objects.filter(service=desk.service, area__intersects=Position(*point, srid=4326))
        row = rows.order_by("rank", "code").first()
        found = zones.find(point)
        assert (found and found.code) == (row and row.code)
        seen.add(found and found.code)
    assert len(seen) > 5


def test_whoever_keeps_a_planner_is_told_of_every_change(desk: Desk) -> None:
    def changed_at() -> object:
        return Service.objects.get(pk=desk.service.pk).changed_at

    seen = [changed_at()]
    made = zone(desk.service, "north", (0.0, 54.0, 0.01, 54.01))
    seen.append(changed_at())
    ban = ForbiddenTrip.objects.create(origin=made, destination=made)
    seen.append(changed_at())
    ban.delete()
    seen.append(changed_at())
    made.delete()
    seen.append(changed_at())
    assert len(set(seen)) == 5


# --- Zones that are not served ------------------------------------------------------------------------------------------------


def test_between_forbidden_zones_nobody_is_taken_and_a_stop_on_this_side_would_do(desk: Desk) -> None:
    zone(desk.service, "yard", (0.0055, 53.999, 0.0065, 54.001))  # the school's, which `east` has no say in
    Zone.objects.filter(code="east").update(rank=1)
    desk = forbid(desk, "west", "east", why="take bus 36")
    refused = refusal(desk, "Mill->Station leave 11:00")
    assert refused.kind == "zones_not_served"
    assert refused.detail == "Town takes nobody from West to East (take bus 36). Choose another place."
    assert refused.alternatives == [
        {"kind": "destination_stop", "text": "School is the nearest stop that will do, 245 m on foot", "stop": "SCHOOL"}
    ]
    assert isinstance(desk.ask("ann", taken(desk, refused, desk.wish("Mill->Station leave 11:00"))), list)
    assert refusal(desk, "Station->Mill leave 11:00").kind == "zones_not_served"


def test_one_way_may_be_forbidden_and_the_other_not(desk: Desk) -> None:
    desk = forbid(desk, "west", "east", both_ways=False)
    assert refusal(desk, "Mill->Station leave 11:00").kind == "zones_not_served"
    assert desk.offers("ann", "Station->Mill leave 11:00")


def test_trips_inside_one_zone_may_be_forbidden(desk: Desk) -> None:
    desk = forbid(desk, "east", "east")
    refused = refusal(desk, "School->Station leave 11:00")
    assert refused.detail == "Town takes nobody inside East. Choose another place."
    assert desk.offers("ann", "Mill->Station leave 11:00")
    assert isinstance(desk.ask("ann", taken(desk, refused, desk.wish("School->Station leave 11:00"))), list)


@pytest.mark.parametrize(
    ("trips", "let", "refused"),
    [
        (ZoneTrips.ANY, ["Mill->Station", "School->Station"], []),
        (ZoneTrips.INSIDE, ["School->Station"], ["Mill->Station"]),
        (ZoneTrips.BETWEEN, ["Mill->Station"], ["School->Station"]),
    ],
)
def test_a_service_may_take_trips_inside_or_between_zones_alone(
    desk: Desk, trips: str, let: list[str], refused: list[str]
) -> None:
    desk.service.zone_trips = trips
    for way in let:
        assert desk.offers("ann", f"{way} leave 11:00")
    for way in refused:
        answer = refusal(desk, f"{way} leave 11:00")
        assert answer.kind == "zones_not_served"
        if answer.alternatives:
            assert isinstance(desk.ask("ann", taken(desk, answer, desk.wish(f"{way} leave 11:00"))), list)


def test_outside_all_zones_is_inside_none_and_between_it_and_a_zone_is_between(desk: Desk) -> None:
    desk.service.zones.get(code="west").delete()
    desk = planned(desk)
    desk.service.zone_trips = ZoneTrips.INSIDE
    assert "from a place outside its zones to East" in refusal(desk, "Mill->Station leave 11:00").detail
    desk.service.zone_trips = ZoneTrips.BETWEEN
    assert desk.offers("ann", "Mill->Station leave 11:00")
    desk.service.zones.all().delete()
    desk = planned(desk)
    for trips in (ZoneTrips.INSIDE, ZoneTrips.BETWEEN):
        desk.service.zone_trips = trips
        assert "between two places outside its zones" in refusal(desk, "Mill->Station leave 11:00").detail


@pytest.mark.parametrize(
    ("trips", "pair", "text"),
    [
        (ZoneTrips.INSIDE, ("east", "east"), "School->Station leave 11:00"),
        (ZoneTrips.BETWEEN, ("west", "east"), "Mill->Station leave 11:00"),
    ],
)
def test_what_is_forbidden_is_so_whichever_trips_are_taken(desk: Desk, trips: str, pair: tuple[str, str], text: str) -> None:
    desk.service.zone_trips = trips
    desk = forbid(desk, *pair, why="take bus 36")
    assert "(take bus 36)" in refusal(desk, text).detail


def test_where_the_origin_is_the_trouble_another_origin_is_named(desk: Desk) -> None:
    desk.service.zone_trips = ZoneTrips.INSIDE
    Zone.objects.filter(code="west").delete()
    zone(desk.service, "mill", (0.002, 53.999, 0.003, 54.001))
    desk = planned(desk)
    # Nobody else's stop is in the mill's zone, so it's the origin that has to change.
    refused = refusal(desk, "Mill->Station leave 11:00")
    assert [each["kind"] for each in refused.alternatives] == ["origin_stop"]
    assert isinstance(desk.ask("ann", taken(desk, refused, desk.wish("Mill->Station leave 11:00"))), list)


# --- Distances ----------------------------------------------------------------------------------------------------------------


def test_no_shorter_and_no_longer_than_the_service_goes(desk: Desk) -> None:
    # On the 54th parallel 0.001 degrees are 65.4 m: 432 m from the mill to the station, 235 m to the school.
    desk.service.min_trip_m, desk.service.max_trip_m = 300, 400
    short, long = refusal(desk, "Mill->School leave 11:00"), refusal(desk, "Mill->Station leave 11:00")
    assert (short.kind, long.kind) == ("trip_too_short", "trip_too_long")
    assert short.detail.startswith("It is 235 m from the origin to the destination in a straight line")
    assert short.alternatives == []
    desk.service.min_trip_m = 200
    assert long.alternatives == []  # the school was too near, the mill itself even more so
    long = refusal(desk, "Mill->Station leave 11:00")
    assert isinstance(desk.ask("ann", taken(desk, long, desk.wish("Mill->Station leave 11:00"))), list)
    assert desk.offers("ann", "Mill->School leave 11:00")


def test_limits_themselves_are_let_through(desk: Desk) -> None:
    straight_m = distance_m(TOWN.places["Mill"], TOWN.places["Station"])
    desk.service.min_trip_m = desk.service.max_trip_m = straight_m
    assert desk.offers("ann", "Mill->Station leave 11:00")
    desk.service.min_trip_m = straight_m + 0.01
    assert refusal(desk, "Mill->Station leave 11:00").kind == "trip_too_short"
    desk.service.min_trip_m, desk.service.max_trip_m = 0, straight_m - 0.01
    assert refusal(desk, "Mill->Station leave 11:00").kind == "trip_too_long"


# --- Stops that would do ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("far", [Point(1.0, 54.0), Point(0.019, 54.009), Point(-0.0099, 54.0)])
def test_where_both_ends_wont_do_two_stops_are_named_that_do_together(desk: Desk, far: Point) -> None:
    wish = replace(desk.wish("Mill->Station leave 11:00"), origin=far, destination=far)
    refused = desk.refusal("ann", wish)
    if refused.kind == "same_place":
        wish = replace(wish, destination=Point(far.lon, far.lat - 0.003))
        refused = desk.refusal("ann", wish)
    assert {each["kind"] for each in refused.alternatives} == {"origin_stop", "destination_stop"}
    assert isinstance(desk.ask("ann", taken(desk, refused, wish)), list)


def test_a_stop_is_named_with_a_time_at_which_there_is_room(desk: Desk) -> None:
    # The van is out from 8:00 to 12:00.
    wish = replace(desk.wish("Mill->Station leave 14:00"), destination=Point(0.012, 54.003))
    refused = desk.refusal("ann", wish)
    assert refused.kind == "no_stop_near"
    at = refused.alternatives[0]["leave_at"]
    assert refused.alternatives[0]["text"].endswith("m on foot: Leave at 11:25 on Wednesday 2 June")
    again = replace(taken(desk, refused, wish), leave_at=wish.at.fromisoformat(at))
    assert isinstance(desk.ask("ann", again), list)
