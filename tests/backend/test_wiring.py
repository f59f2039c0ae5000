"""Putting the parts together: which roads a service gets, and that its planner is made once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend import wiring
from bookings.actions.load_service import load_service
from bookings.models import Stop
from routing.optimise.protocol import Optimiser
from routing.travel.matrix import UNREACHABLE_S

RIPON = Path(__file__).resolve().parents[2] / "fixtures" / "ripon"


@pytest.mark.django_db
def test_a_planner_is_made_once_and_again_when_the_service_changes() -> None:
    service = load_service(RIPON)
    planner = wiring.planner_for(service)
    assert wiring.planner_for(service) is planner
    service.walk_limit_m = 100
    service.save()
    changed = wiring.planner_for(service)
    assert changed is not planner
    assert wiring.planner_for(service) is changed


@pytest.mark.django_db
def test_a_stop_that_is_added_is_known_at_once() -> None:
    service = load_service(RIPON)
    wiring.planner_for(service)
    stop = Stop.objects.filter(service=service).first()
    assert stop is not None
    stop.pk, stop.code = None, "NEW01"
    stop.save()
    service.refresh_from_db()
    assert "NEW01" in wiring.planner_for(service).stops


@pytest.mark.django_db
def test_ripon_reaches_every_stop_from_every_other() -> None:
    travel = wiring.planner_for(load_service(RIPON)).travel
    assert (travel.seconds < UNREACHABLE_S).all()


def test_roads_are_read_once_and_shared_among_threads() -> None:
    wiring._read.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(wiring.travel_times, ["ripon/roads.geojson"] * 4))
    assert {id(times) for times in found} == {id(wiring.travel_times("ripon/roads.geojson"))}


def test_roads_that_are_not_there_are_told_with_where_they_were_looked_for() -> None:
    with pytest.raises(wiring.NoRoads, match=r"no road network at .*fixtures/nowhere/roads.geojson"):
        wiring.travel_times("nowhere/roads.geojson")
    with pytest.raises(wiring.NoRoads, match="by which its format is known"):
        wiring.travel_times("ripon/stops.csv")


def test_there_is_an_optimiser() -> None:
    optimiser: Optimiser = wiring.optimiser()
    assert callable(optimiser.improve)
