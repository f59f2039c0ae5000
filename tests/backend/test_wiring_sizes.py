"""Each service drives the roads that its own vehicles fit: what is prepared for one never answers for another, nor piles up."""

from __future__ import annotations

import os
from pathlib import Path
from time import time

import pytest
from django.core.management import call_command
from pytest_django import Settings

from backend import wiring
from backend.web.roads import drawn_roads
from bookings.actions.load_service import load_service
from bookings.models import Service, Vehicle
from routing.model import Point
from routing.travel.fallback import FallbackTimes
from routing.travel.vehicle_size import MINIBUS_SIZE, VehicleSize
from tests.bookings.open_town import FLEET, OpenTown, add, at
from tests.routing.stub_servers import serving, valhalla

pytestmark = pytest.mark.django_db

RIPON = Path(__file__).resolve().parents[2] / "fixtures" / "ripon"
MILL, SCHOOL = Point(*at(0, 0)), Point(*at(2, 0))


def forget() -> None:
    """As if another process began."""
    wiring._planners.clear()
    for cache in (wiring._read, wiring._times, wiring._driven, wiring._served, wiring._footways):
        cache.cache_clear()


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    forget()


@pytest.fixture
def town(tmp_path: Path, settings: Settings) -> OpenTown:
    """Along Street 0 one drives from the mill to the school, under a low bridge."""
    settings.DATA_DIR = tmp_path / "data"
    settings.ROADS_ROOTS = [settings.DATA_DIR]
    (tmp_path / "town").mkdir()
    town = OpenTown(tmp_path / "town", tags={"Street 0": {"maxheight": "3.0"}})
    town.stops = [("9A", "Mill", 0, 0), ("9B", "School", 2, 0), ("9C", "Church", 4, 4)]
    return town.write()


def service_on(town: OpenTown, slug: str, **measures: float) -> Service:
    """A service with a bus of that size on one extract that it shares with others."""
    roads = town.folder.parent / "data" / "shared.osm"
    roads.parent.mkdir(exist_ok=True)
    roads.write_bytes(town.path("town.osm").read_bytes())
    head, row = FLEET.splitlines()
    values = [str(value) for value in measures.values()]
    town.fleet = "\n".join([",".join([head, *measures]), ",".join([row, *values])])
    add(town.write().sources(), slug, operator=f"Operator of {slug}")
    Service.objects.filter(slug=slug).update(roads="shared.osm")
    return Service.objects.get(slug=slug)


def metres(service: Service) -> int:
    return round(wiring.planner_for(service).drive.matrix([MILL, SCHOOL]).distance_m(MILL, SCHOOL), -1)


def kept(town: OpenTown) -> list[str]:
    return sorted(path.name for path in (town.folder.parent / "data").glob("shared.osm.*drover"))


def age(town: OpenTown, name: str) -> None:
    os.utime(town.folder.parent / "data" / name, (time() - 7200, time() - 7200))


def test_two_services_on_one_extract_drive_it_each_with_its_own_vehicles(town: OpenTown) -> None:
    low, high = service_on(town, "low"), service_on(town, "high", height_m=3.2)
    # Two blocks along Street 0; around it a block more at either end.
    assert (metres(low), metres(high), metres(low)) == (600, 1200, 600)
    assert kept(town) == [
        "shared.osm.for-2.3x2.9x7.5m-5.0t-3.5t.drover",
        "shared.osm.for-2.3x3.2x7.5m-5.0t-3.5t.drover",
        "shared.osm.walks.drover",
    ]

    forget()
    assert (metres(high), metres(low)) == (1200, 600)


def test_a_vehicle_that_grows_makes_a_new_planner(town: OpenTown) -> None:
    service = service_on(town, "low")
    planner = wiring.planner_for(service)
    assert metres(service) == 600
    bus = Vehicle.objects.get()
    bus.height_m = 3.2
    bus.save()
    service.refresh_from_db()
    assert wiring.planner_for(service) is not planner
    assert metres(service) == 1200


def test_what_was_prepared_for_vehicles_that_are_no_more_goes(town: OpenTown) -> None:
    low, high = service_on(town, "low"), service_on(town, "high", height_m=3.2)
    metres(low)
    metres(high)
    high_name = kept(town)[1]
    (town.folder.parent / "data" / "shared.osm.drover").mkdir()  # as an earlier version called it
    for height_m in (3.3, 3.4, 3.5):
        for name in kept(town):
            age(town, name)
        bus = Vehicle.objects.get(operator=high.operator)
        bus.height_m = height_m
        bus.save()
        high.refresh_from_db()
        metres(high)
        newest = f"shared.osm.for-2.3x{height_m}x7.5m-5.0t-3.5t.drover"
        assert kept(town) == ["shared.osm.for-2.3x2.9x7.5m-5.0t-3.5t.drover", newest, "shared.osm.walks.drover"]
    assert high_name not in kept(town)
    assert metres(low) == 600


def test_what_was_prepared_a_moment_ago_stays_for_the_service_that_is_being_added(town: OpenTown) -> None:
    service = service_on(town, "low")
    wiring.travel_times("shared.osm", VehicleSize(height_m=4.0))
    metres(service)
    assert "shared.osm.for-2.3x4.0x7.5m-5.0t-3.5t.drover" in kept(town)


def test_roads_drawn_by_hand_are_the_same_for_all() -> None:
    service = load_service(RIPON)
    before = wiring.travel_of(service)
    bus = Vehicle.objects.get(code="bus-1")
    bus.width_m, bus.weight_t = 2.55, 18.0
    bus.save()
    assert wiring.roads_for(service) is wiring.roads_at(service.roads)
    stops = [stop.point for stop in service.stops.all()[:5]]
    assert (wiring.travel_of(service).matrix(stops).seconds == before.matrix(stops).seconds).all()


def test_the_command_prepares_the_roads_for_the_fleet_that_it_is_given(
    town: OpenTown, capsys: pytest.CaptureFixture[str]
) -> None:
    head, row = FLEET.splitlines()
    town.fleet = f"{head},height_m\n{row},3.2\n"
    call_command("add_service", "mudford", *town.write().options(), "--dry-run")
    told = capsys.readouterr().out.splitlines()
    # Ten streets of 1.2 km and one less.
    assert told[3] == "           10.8 km for vehicles 3.2 m high, where a minibus has 12.0 km"
    assert not (town.folder.parent / "data" / "mudford").exists()

    call_command("add_service", "mudford", *town.options())
    made = [path.name.partition(".osm.")[2] for path in town.folder.parent.glob("data/mudford/*.drover")]
    assert sorted(made) == ["for-2.3x3.2x7.5m-5.0t-3.5t.drover", "walks.drover"]
    assert metres(Service.objects.get()) == 1200


def test_the_map_shows_the_roads_that_the_vehicles_reach(town: OpenTown) -> None:
    low, high = service_on(town, "low"), service_on(town, "high", height_m=3.2)
    lines = [drawn_roads(service)["features"][0]["geometry"]["coordinates"] for service in (low, high)]
    assert len(lines[0]) > len(lines[1])


def test_stops_are_suggested_where_the_vehicles_get(town: OpenTown, capsys: pytest.CaptureFixture[str]) -> None:
    town.tags = {name: {"maxheight": "3.0"} for name in ("Street 2", "Avenue 4")}
    town.stops, town.postcodes = [("9A", "Mill", 0, 0)], [("AB1 1AA", 3.95, 2)]
    for slug, measures in (("low", {}), ("high", {"height_m": 3.2})):
        service_on(town.write(), slug, **measures)
        Service.objects.filter(slug=slug).update(walk_limit_m=50)
        call_command("suggest_stops", slug)
    told = capsys.readouterr().out
    # The only corner within 50 m is that of the two streets.
    assert "Low: 0.0% of 1 addresses have a stop within 50 m, 100.0% with 1 more" in told
    assert "High: 0.0% of 1 addresses have a stop within 50 m, 0.0% with 0 more" in told


def test_valhalla_is_told_the_largest_of_the_fleet(town: OpenTown, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    service = service_on(town, "high", height_m=3.2, weight_t=7.5)
    with serving(valhalla) as stub:
        settings.TRAVEL_SERVERS = {"high": f"valhalla+{stub.url}?profile=bus"}
        times = wiring.travel_of(service)
        assert isinstance(times, FallbackTimes)
        times.matrix([MILL, SCHOOL])
    told = {"width": MINIBUS_SIZE.width_m, "height": 3.2, "length": MINIBUS_SIZE.length_m, "weight": 7.5}
    assert stub.sent[0]["costing_options"] == {"bus": told}
