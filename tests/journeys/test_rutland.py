"""The whole way on real roads, stops and postcodes: added, asked, offered, booked, re-optimised, driven by a manifest."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from backend.wiring import optimiser, planner_for
from bookings.actions.reoptimise import reoptimise
from bookings.models import Driver, Refusal, Role, StaffMember
from routing.optimise.protocol import Limit
from tests.backend.api_world import MONDAY, World
from tests.journeys import judge
from tests.journeys.rutland import add_rutland, trips

pytestmark = pytest.mark.django_db
TRIPS = 60


@pytest.fixture
def world(tmp_path: Path, shared_data: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.DATA_DIR, settings.ROADS_ROOTS = tmp_path, [tmp_path]
    world = World(add_rutland(shared_data), MONDAY)
    monkeypatch.setattr("bookings.clock.database_now", lambda: world.now)
    for role in (Role.AGENT, Role.DISPATCHER):
        StaffMember.objects.create(user=world.user(role.value), operator=world.service.operator, role=role)
    for driver in Driver.objects.all():
        driver.user = world.user(driver.code)
        driver.save()
    return world


@pytest.mark.slow
def test_a_day_in_rutland_from_one_command_to_the_manifests(world: World) -> None:
    day = (world.now + timedelta(days=1)).date()
    booked = []
    for number, trip in enumerate(trips(world.service, TRIPS, seed=7)):
        passenger = {"name": f"Rider {number}", "phone": f"07700 900{number:03d}"}
        asked = trip.wish(leave_at=world.at(trip.hour, trip.minute, days=1), passenger=passenger)
        answer = world.post("agent", "offers", world.wish(**asked)).json()
        if answer.get("offers"):
            booked.append(world.post("agent", "bookings", {"offer": answer["offers"][0]["id"]}).json())
    refused = Counter(Refusal.objects.values_list("kind", flat=True))
    assert len(booked) + refused.total() == TRIPS
    assert len(booked) >= 42, "two buses carry most of sixty trips in a small county"
    # Who lives far from every stop is told so: a ninth of the postcodes.
    assert 0 < refused["no_stop_near"] < TRIPS / 5, refused

    limit = Limit(seconds=60, solutions=3000)
    planner = planner_for(world.service)
    outcome = reoptimise(world.service, day, optimiser=optimiser(), limit=limit, planner=planner, clock=lambda: world.now)
    assert outcome.published
    assert outcome.after < outcome.before

    assert judge.seated(world.service, day) == judge.expected(world.service, day)
    assert judge.faults(world.service, day) == []
    board = world.get("dispatcher", f"services/rutland/days/{day}").json()
    on_manifests = []
    for shift in board["shifts"]:
        driver = Driver.objects.get(name=shift["driver"])
        manifest = world.get(driver.code, f"shifts/{shift['id']}/manifest").json()
        on_manifests += [call["booking"] for call in manifest["calls"] if call["action"] == "board"]
        if shift["path"]:
            assert len(shift["path"]["coordinates"]) > 2 * len(shift["calls"]), "drawn along the roads"
    assert sorted(on_manifests) == sorted(booking["reference"] for booking in booked)
