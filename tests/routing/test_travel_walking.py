"""Which stops somebody can walk to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.model import Point
from routing.travel.sphere import distance_m
from routing.travel.walking import StopIndex, Walking, nearest_stops
from tests.routing.travel_worlds import at, ripon_stops


def test_three_hundred_metres_as_the_crow_flies_are_a_walk_of_375() -> None:
    walk = nearest_stops(at(0), {"mill": at(300)}, limit_m=400)[0]
    assert (walk.stop, walk.point) == ("mill", at(300))
    assert walk.metres == pytest.approx(375, abs=1)  # 300 * 1.25
    assert walk.seconds == pytest.approx(313, abs=1)  # at 1.2 m/s


def test_stops_come_nearest_first_and_none_beyond_the_limit() -> None:
    stops = {"far": at(330), "near": at(100), "middle": at(0, -200)}
    assert [walk.stop for walk in nearest_stops(at(0), stops, limit_m=400)] == ["near", "middle"]


def test_the_limit_is_kept_to_the_metre() -> None:
    stops = {"mill": at(320.6)}  # a walk of 400.75 m, told as 401
    assert nearest_stops(at(0), stops, limit_m=400) == []
    assert [walk.metres for walk in nearest_stops(at(0), stops, limit_m=401)] == [401]


def test_a_slower_and_more_winding_walk() -> None:
    walk = nearest_stops(at(0), {"mill": at(100)}, 400, Walking(circuity=2.0, speed_m_s=0.5))[0]
    assert walk.metres == pytest.approx(200, abs=1)
    assert walk.seconds == pytest.approx(400, abs=2)


def test_nowhere_to_walk_to() -> None:
    assert nearest_stops(at(0), {}, 400) == []
    assert nearest_stops(at(0), {"mill": at(5000)}, 400) == []


def test_swapped_coordinates_are_refused_or_far_away() -> None:
    with pytest.raises(ValueError, match="lon before lat"):
        nearest_stops(Point(54.0, -181.0), {"mill": at(0)}, 400)
    assert nearest_stops(Point(54.0, -1.5), {"mill": at(0)}, 400) == []


@given(st.integers(-2000, 2000), st.integers(-2000, 2000), st.integers(0, 1500))
def test_the_index_finds_what_looking_at_every_stop_finds(east_m: int, north_m: int, limit_m: int) -> None:
    stops = ripon_stops()
    market = stops["RIP01"]
    here = Point(market.lon + east_m / 65_000, market.lat + north_m / 111_000)
    walking = Walking()
    slowly = {name for name, place in stops.items() if round(distance_m(here, place) * 1.25) <= limit_m}
    assert {walk.stop for walk in StopIndex(stops, walking).near(here, limit_m)} == slowly
