"""The report of what was turned away, as a dispatcher asks for it."""

from __future__ import annotations

import pytest

from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


def test_what_was_refused_this_week(world: World) -> None:
    world.post("ann", "offers", world.wish(leave_at=world.at(21)))
    world.book("bob")
    report = world.get("dispatcher", "services/ripon/turned-away").json()
    assert (report["first"], report["last"], report["booked"]) == ("2027-05-10", "2027-06-07", 1)
    assert report["turned_away"] == [
        {"type": "/api/v1/problems/outside-hours", "title": "Outside the hours", "wishes": 1, "people": 1}
    ]
    assert report["would_serve"] == []


@pytest.mark.parametrize("query", ["first=2027-06-08", "first=2020-01-01", "last=soon", "since=2027-01-01"])
def test_days_that_make_no_sense(world: World, query: str) -> None:
    assert world.get("dispatcher", f"services/ripon/turned-away?{query}").status_code == 400
