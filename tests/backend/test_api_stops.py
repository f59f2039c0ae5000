"""What the API tells of a stop, and of one that is closed."""

from __future__ import annotations

from datetime import date

import pytest

from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


def test_a_stop_says_who_can_use_it_and_when(world: World) -> None:
    stop = world.service.stops.get(code="RIP01")
    stop.wheelchair, stop.extra_boarding_s = True, 20
    stop.closed_from, stop.closed_until, stop.closed_because = date(2027, 6, 1), date(2027, 6, 3), "the market is on"
    stop.save()

    answer = world.client("ann").get("/api/v1/services/ripon/stops").json()

    told = next(feature["properties"] for feature in answer["features"] if feature["id"] == "RIP01")
    assert told == {
        "code": "RIP01",
        "name": "Bus Station",
        "settlement": "Ripon",
        "atco_code": "3200YND12810",
        "wheelchair": True,
        "extra_boarding_s": 20,
        "closed_from": "2027-06-01",
        "closed_until": "2027-06-03",
        "closed_because": "the market is on",
    }
