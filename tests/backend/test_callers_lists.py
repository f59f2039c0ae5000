"""Ann rings. The agent sees what she has booked, what she waits for and what comes again, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from bookings.actions.wait import join_waitlist
from bookings.models import Booking, Driver, Partner, Passenger, Role, Shift, StaffMember
from tests.backend.access_world import turned_away, weekly
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

LISTS = ("bookings", "waitlist", "series")


@pytest.fixture
def whose(world: World) -> dict[str, int]:
    """Ann and Bob, each with a booking, a wish that waits and a journey that comes again; and Eve of another operator."""
    for who, hour in (("ann", 10), ("bob", 14)):
        row = Booking.objects.get(reference=world.book(who, leave_at=world.at(hour))["reference"])
        join_waitlist(turned_away(row, world), passenger=row.passenger, by=None, channel="app", now=world.now)
        assert world.post(who, "series", weekly(world, leave_at=world.at(hour + 1))).status_code == 201
    return {row.name.lower(): row.pk for row in Passenger.objects.all()}


def listed(world: World, who: str, path: str) -> set[str]:
    answer = world.get(who, path)
    assert answer.status_code == 200, answer.data
    named = [each["passenger"] for each in answer.json()["results"]]
    return {each if isinstance(each, str) else each["name"] for each in named}


@pytest.mark.parametrize("path", LISTS)
def test_an_agent_lists_what_is_a_callers(world: World, whose: dict[str, int], path: str) -> None:
    assert listed(world, "agent", path) == {"Ann", "Bob"}
    assert listed(world, "agent", f"{path}?passenger={whose['ann']}") == {"Ann"}
    assert listed(world, "agent", f"{path}?passenger={whose['bob']}&limit=1") == {"Bob"}


@pytest.mark.parametrize("path", LISTS)
def test_of_somebody_whom_one_may_not_see_there_is_nothing(world: World, whose: dict[str, int], path: str) -> None:
    assert listed(world, "agent", f"{path}?passenger={whose['eve']}") == set()
    assert listed(world, "otto", f"{path}?passenger={whose['ann']}") == set()
    assert listed(world, "ann", f"{path}?passenger={whose['bob']}") == set()
    assert listed(world, "ann", f"{path}?passenger={whose['ann']}") == {"Ann"}


@pytest.mark.parametrize("asked", ["Ann", "0", "-1", str(2**63)])
@pytest.mark.parametrize("path", LISTS)
def test_what_is_no_id_is_told_so(world: World, path: str, asked: str) -> None:
    refused = world.get("agent", f"{path}?passenger={asked}")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "passenger")


def test_a_partner_lists_what_its_own_passengers_have_booked(world: World, whose: dict[str, int]) -> None:
    Partner.objects.create(user=world.user("ward"), operator=world.service.operator, name="Ripon hospital")
    mine: dict[str, Any] = {
        name: world.book("ward", passenger={"name": name, "phone": "07700 900004"}, leave_at=world.at(hour))["passenger"]["id"]
        for name, hour in (("Fern", 12), ("Moss", 16))
    }
    assert listed(world, "ward", f"bookings?passenger={mine['Moss']}") == {"Moss"}
    assert listed(world, "ward", f"bookings?passenger={whose['ann']}") == set()
    assert listed(world, "agent", f"bookings?passenger={mine['Moss']}") == {"Moss"}


# --- What a caller asks


def test_why_was_i_refused(world: World) -> None:
    """Ann was, and Bob as well: the agent tells Ann of her own."""
    ann = Passenger.objects.get(name="Ann").pk
    told = {
        who: world.post(who, "offers", world.wish(leave_at=world.at(22, minute))).json()["detail"]
        for who, minute in (("ann", 0), ("bob", 30))
    }
    day = f"services/ripon/days/{world.now.date()}/refusals"
    (found,) = world.get("agent", f"{day}?passenger={ann}").json()["results"]
    assert (found["passenger"], found["leave_at"], found["detail"]) == ("Ann", world.at(22), told["ann"])
    assert len(world.get("agent", day).json()["results"]) == 2
    assert world.get("otto", day).status_code == 404
    assert world.get("ann", day).status_code == 403


def test_where_is_my_bus(world: World) -> None:
    """Which bus it is, who drives it, and when it should come by now; not who else is on it."""
    reference = world.book("ann")["reference"]
    booking = world.get("agent", f"bookings/{reference}").json()
    shift = next(each for each in world.get("agent", "shifts").json()["results"] if each["id"] == booking["shift"]["id"])
    assert shift["vehicle"]["registration"] == booking["shift"]["registration"]
    assert shift["driver"]["name"]
    assert booking["eta"]["pickup"] == booking["pickup"]["expected"]
    for path in ("manifest", "directions"):
        assert world.get("agent", f"shifts/{shift['id']}/{path}").status_code == 403
    assert world.get("otto", "shifts").json()["results"] == []


def test_an_agent_who_also_drives_sees_their_own_passengers_alone(world: World) -> None:
    shift = Shift.objects.get(pk=world.book("ann")["shift"]["id"])
    other = next(driver for driver in Driver.objects.filter(operator=world.service.operator) if driver != shift.driver)
    assert other.user is not None
    StaffMember.objects.create(user=other.user, operator=world.service.operator, role=Role.AGENT)
    assert shift.pk in [each["id"] for each in world.get(other.code, "shifts").json()["results"]]
    assert world.get(other.code, f"shifts/{shift.pk}/manifest").status_code == 404
