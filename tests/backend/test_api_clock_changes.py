"""28 March and 31 October 2027 in London: an hour that doesn't exist, and one that comes twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bookings.models import Closure, ServiceHours, ShiftPattern
from tests.backend.api_world import LONDON, World

pytestmark = pytest.mark.django_db

SUNDAY = 6


@pytest.fixture
def night_bus(world: World) -> World:
    """Ripon on Sundays, from the small hours on, with one shift that needs no break."""
    from datetime import time

    service = world.service
    ServiceHours.objects.create(service=service, weekday=SUNDAY, opens=time(0, 30), closes=time(12))
    Closure.objects.filter(service=service).delete()
    type(service).objects.filter(pk=service.pk).update(holiday_region="")
    pattern = ShiftPattern.objects.filter(service=service).first()
    assert pattern is not None
    pattern.pk, pattern.code, pattern.name, pattern.weekdays = None, "night", "Night", [SUNDAY]
    pattern.starts, pattern.ends, pattern.breaks = time(0, 15), time(12), []
    pattern.save(force_insert=True)
    return world


@pytest.mark.parametrize(
    ("day", "leave_at", "offsets"),
    [
        ("2027-03-28", "2027-03-28T00:40:00+00:00", {"+00:00", "+01:00"}),
        ("2027-03-28", "2027-03-28T10:00:00+01:00", {"+01:00"}),
        ("2027-10-31", "2027-10-31T00:50:00+01:00", {"+00:00", "+01:00"}),
        ("2027-10-31", "2027-10-31T01:30:00+01:00", {"+00:00", "+01:00"}),
        ("2027-10-31", "2027-10-31T01:30:00+00:00", {"+00:00"}),
        ("2027-10-31", "2027-10-31T10:00:00+00:00", {"+00:00"}),
    ],
)
def test_times_are_right_on_both_sides_of_the_change(night_bus: World, day: str, leave_at: str, offsets: set[str]) -> None:
    world = night_bus
    asked = datetime.fromisoformat(leave_at)
    world.set_clock(datetime.fromisoformat(f"{day}T00:00:00+0{1 if day.startswith('2027-10') else 0}:00"))
    booking = world.book("ann", leave_at=leave_at)
    assert booking["service_date"] == day
    shift = booking["shift"]["id"]
    manifest = world.get("dispatcher", f"shifts/{shift}/manifest").json()
    calls = [call for call in manifest["calls"] if call["booking"]]
    told = [booking["pickup"]["from"], booking["eta"]["pickup"], booking["eta"]["arrival"], calls[0]["begin"], calls[1]["begin"]]
    for text in told:
        at = datetime.fromisoformat(text)
        assert text == at.astimezone(LONDON).isoformat()  # the offset is the one that holds at that instant
        assert 0 <= (at - asked).total_seconds() < 2 * 3600
    assert {text[-6:] for text in told} <= offsets
    assert calls[0]["begin"] == booking["eta"]["pickup"]
    seconds = (datetime.fromisoformat(calls[1]["begin"]) - datetime.fromisoformat(calls[0]["depart"])).total_seconds()
    assert seconds == booking["ride_s"]
    shown = next(each for each in world.get("dispatcher", f"services/ripon/days/{day}").json()["shifts"] if each["id"] == shift)
    assert [call["begin"] for call in shown["calls"]] == [call["begin"] for call in calls]


def test_the_hour_that_comes_twice_has_two_different_times(night_bus: World) -> None:
    night_bus.set_clock(datetime(2027, 10, 30, 23, 0, tzinfo=UTC))
    first = night_bus.book("ann", leave_at="2027-10-31T01:30:00+01:00")
    second = night_bus.book("bob", leave_at="2027-10-31T01:30:00+00:00")
    earlier, later = (datetime.fromisoformat(each["pickup"]["from"]) for each in (first, second))
    assert (later - earlier).total_seconds() >= 1800


@pytest.mark.parametrize("when", ["2027-03-28T01:30:00+00:00", "2027-03-28T01:30:00+01:00", "2027-03-28T01:30:00"])
def test_a_time_that_the_clocks_skip_is_pointed_at(night_bus: World, when: str) -> None:
    night_bus.set_clock(datetime(2027, 3, 27, 12, 0, tzinfo=UTC))
    response = night_bus.post("ann", "offers", night_bus.wish(leave_at=when))
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "#/leave_at"


def test_shifts_begin_by_the_wall_clock(night_bus: World) -> None:
    lengths: dict[str, Any] = {}
    for day in ("2027-03-28", "2027-10-31"):
        night_bus.set_clock(datetime.fromisoformat(f"{day}T00:00:00+00:00"))
        booking = night_bus.book("ann", leave_at=f"{day}T10:00:00Z")
        shift = night_bus.get("dispatcher", f"shifts?date={day}").json()["results"][0]
        assert shift["id"] == booking["shift"]["id"]
        assert (shift["starts"][11:16], shift["ends"][11:16]) == ("00:15", "12:00")
        starts, ends = (datetime.fromisoformat(shift[end]) for end in ("starts", "ends"))
        lengths[day] = (ends.astimezone(UTC) - starts.astimezone(UTC)).total_seconds() / 3600
    assert lengths == {"2027-03-28": 10.75, "2027-10-31": 12.75}
