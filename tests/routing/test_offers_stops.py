"""Which of several stops is best for a passenger: the plan has its say, and how long boarding takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.routing.test_offers import VAN, at, offered, wish


@pytest.mark.parametrize("passes", ["Station", "School"])
def test_the_bus_decides_which_stop_is_best_and_not_nearness_alone(passes: str) -> None:
    asked = wish((at("Station", 50), at("School", 390)), "Mill", "leave 8:00")
    ann = f"ann {passes}->Mill from 8:10 until 8:40 by 9:00 ride 25m"

    best, *_ = offered(asked, f"van1 | +ann@{passes} | -ann@Mill", VAN, ann)

    # Where the bus goes no farther than School, 10 minutes of driving (6000) outweigh 255 s more on foot (1020).
    assert best.origin.stop == passes


def test_a_stop_where_boarding_takes_long_is_left_for_one_a_little_farther() -> None:
    quick, slow = replace(at("Mill", 90), stop="quick"), replace(at("Mill", 80), stop="slow", extra_s=300)
    ann = "ann Depot->Station from 8:00 until 8:05 by 9:00 ride 40m"

    best, *_ = offered(wish((slow, quick), "Station", "leave 8:00"), "van1 | +ann@Depot | -ann@Station", VAN, ann)
    only_slow, *_ = offered(wish((slow,), "Station", "leave 8:00"), "van1 | +ann@Depot | -ann@Station", VAN, ann)

    # Ann, on board, would wait 300 s more (600); the walk is 8 s longer.
    assert (best.origin.stop, best.request.boarding_s) == ("quick", 60)
    assert (only_slow.request.boarding_s, only_slow.request.alighting_s) == (360, 30)
    assert only_slow.dropoff_begin >= only_slow.pickup_begin + 360 + 11 * 60
