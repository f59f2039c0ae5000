"""The whole way on real roads and real stops: asked, offered, booked, re-optimised, driven by a manifest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pytest_django import Settings

from backend.wiring import optimiser, planner_for
from bookings.actions.load_service import load_service
from bookings.actions.reoptimise import reoptimise
from bookings.models import Driver, Role, Service, StaffMember
from routing.optimise.protocol import Limit
from tests.backend.api_world import MONDAY, World
from tests.journeys import judge
from tests.journeys.rutland import write_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, shared_data: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    write_folder(tmp_path / "rutland", shared_data / "stops" / "naptan-268-rutland.csv")
    service = load_service(tmp_path / "rutland")
    Service.objects.update(roads="rutland.osm.pbf")
    service.refresh_from_db()
    settings.ROADS_ROOTS = [shared_data / "roads"]
    world = World(service, MONDAY)
    monkeypatch.setattr("bookings.clock.database_now", lambda: world.now)
    for role in (Role.AGENT, Role.DISPATCHER):
        StaffMember.objects.create(user=world.user(role.value), operator=service.operator, role=role)
    for driver in Driver.objects.all():
        driver.user = world.user(driver.code)
        driver.save()
    return world


def journeys(world: World, count: int) -> list[dict[str, Any]]:
    """Wishes between real stops a few kilometres apart, through the day."""
    rng, stops = Random(7), list(world.service.stops.order_by("code"))
    wishes = []
    while len(wishes) < count:
        start, end = rng.sample(stops, 2)
        if start.position.distance(end.position) > 0.03:
            hour, minute = rng.randint(8, 15), rng.choice([0, 15, 30, 45])
            wishes.append(
                {
                    "origin": {"stop": start.code},
                    "destination": {"stop": end.code},
                    "leave_at": world.at(hour, minute, days=1),
                    "party": {"adults": rng.choice([1, 1, 2])},
                    "passenger": {"name": f"Rider {len(wishes)}", "phone": f"07700 900{len(wishes):03d}"},
                }
            )
    return wishes


def test_a_day_in_rutland_on_real_roads(world: World) -> None:
    day = (world.now + timedelta(days=1)).date()
    booked = []
    for wish in journeys(world, 20):
        offers = world.post("agent", "offers", world.wish(**wish)).json()["offers"]
        if offers:
            booked.append(world.post("agent", "bookings", {"offer": offers[0]["id"]}).json())
    assert len(booked) >= 15, "two buses carry most of twenty journeys in a small county"

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
