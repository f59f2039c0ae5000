"""Putting the parts together: which roads a service gets, and that its planner is made once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from backend import wiring
from bookings.actions.load_service import load_service
from bookings.models import Stop
from routing.optimise.protocol import Optimiser
from routing.travel.fallback import FallbackTimes
from routing.travel.matrix import UNREACHABLE_S
from tests.routing.stub_servers import osrm, serving

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
    travel = wiring.planner_for(load_service(RIPON)).travel.stops
    assert (travel.seconds < UNREACHABLE_S).all()


def test_roads_are_read_once_and_shared_among_threads() -> None:
    wiring._read.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(wiring.travel_times, ["ripon/roads.geojson"] * 4))
    assert {id(times) for times in found} == {id(wiring.travel_times("ripon/roads.geojson"))}


def test_roads_are_kept_among_the_data_for_the_next_process(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    wiring._read.cache_clear()
    wiring.travel_times("ripon/roads.geojson")
    assert (tmp_path / "ripon" / "roads.geojson.drover" / "topology").is_dir() is (find_spec("pyroutingkit") is not None)
    assert (tmp_path / "ripon" / "roads.geojson.drover" / "contents.json").is_file()


def test_roads_that_are_not_there_are_told_with_where_they_were_looked_for() -> None:
    with pytest.raises(wiring.NoRoads, match=r"no road network at .*fixtures/nowhere/roads.geojson"):
        wiring.travel_times("nowhere/roads.geojson")
    with pytest.raises(wiring.NoRoads, match="by which its format is known"):
        wiring.travel_times("ripon/stops.csv")


@pytest.mark.django_db
def test_a_service_may_have_a_routing_server_and_its_roads_stand_in_for_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    wiring._served.cache_clear()
    service = load_service(RIPON)
    by_road = wiring.planner_for(service).travel.stops
    with serving(osrm) as stub:
        settings.TRAVEL_SERVERS = {"ripon": f"osrm+{stub.url}"}
        service.touch()
        crow = wiring.planner_for(service)
        assert crow.travel.stops.points == by_road.points
        assert (crow.travel.stops.metres <= by_road.metres + 1).mean() > 0.99  # the stub flies
        assert (crow.travel.stops.seconds != by_road.seconds).mean() > 0.9
        a, b = by_road.points[:2]
        assert len(crow.path(a, b)) == 3

        stub.fault = lambda _: (500, {})
        service.touch()
        stand_in = wiring.planner_for(service)
        assert (stand_in.travel.stops.seconds == by_road.seconds).all()
        assert wiring.planner_for(service) is stand_in

        stub.fault = None
        served = wiring.travel_of(service)
        assert isinstance(served, FallbackTimes)
        served.ask_at = 0.0  # the pause is over
        back = wiring.planner_for(service)
        assert (back.travel.stops.seconds == crow.travel.stops.seconds).all()
        assert wiring.planner_for(service) is back


@pytest.mark.django_db
def test_a_day_is_planned_with_the_slowest_of_its_open_hours() -> None:
    service = load_service(RIPON)  # open from 06:55 to 18:00
    empty_roads = wiring.planner_for(service).travel.stops
    service.speeds = {"*": {"4-6": 0.2, "8-9": 0.5, "16-18": 0.8}}
    service.save()
    rush = wiring.planner_for(service).travel.stops
    assert (rush.seconds >= empty_roads.seconds).all()
    ripon, masham = (Stop.objects.get(service=service, code=code).point for code in ("RIP01", "MAS01"))
    assert rush(ripon, masham) == pytest.approx(2 * empty_roads(ripon, masham), abs=10)  # but for the way off the road

    for row in service.hours.all():
        row.opens = time(9)
        row.save()
    service.refresh_from_db()
    later = wiring.planner_for(service).travel.stops
    assert later(ripon, masham) == pytest.approx(empty_roads(ripon, masham) / 0.8, abs=10)


@pytest.mark.django_db
def test_one_server_for_all_but_those_with_another_or_none(settings: Settings) -> None:
    wiring._served.cache_clear()
    settings.TRAVEL_SERVER = "osrm+http://127.0.0.1:9"
    service = load_service(RIPON)
    assert isinstance(wiring.travel_of(service), FallbackTimes)
    settings.TRAVEL_SERVERS = {"ripon": ""}
    assert wiring.travel_of(service) is wiring.travel_times(service.roads)


def test_there_is_an_optimiser() -> None:
    optimiser: Optimiser = wiring.optimiser()
    assert callable(optimiser.improve)
