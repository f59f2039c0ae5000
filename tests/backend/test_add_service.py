"""The command with which a council makes a service of its own: what it prints, what it leaves on the disk, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point as Position
from django.core.management import CommandError, call_command
from pytest_django import Settings

from backend.wiring import planner_for
from bookings.models import Service, Stop
from routing.model import Point
from tests.backend.test_spatialite import run
from tests.bookings.open_town import OpenTown, at
from tests.servers.embedded import put_database

pytestmark = pytest.mark.django_db

WORKDAYS = "Mon, Tue, Wed, Thu, Fri"


@pytest.fixture
def town(tmp_path: Path, settings: Settings) -> OpenTown:
    settings.DATA_DIR = tmp_path / "data"
    settings.ROADS_ROOTS = [settings.DATA_DIR]
    (tmp_path / "town").mkdir()
    return OpenTown(tmp_path / "town").write()


def kept(town: OpenTown) -> list[str]:
    """The road networks in the data folder, without what was made of them."""
    return sorted(path.name for path in town.folder.parent.glob("data/mudford/roads-*.osm"))


def test_the_report_tells_what_to_look_at(town: OpenTown, capsys: pytest.CaptureFixture[str]) -> None:
    town.stops += [("9D", "Island", 8, 0.5), ("9F", "Far away", 20, 2)]
    call_command("add_service", "mudford", *town.write().options(), "--name", "Mudford on demand")

    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "Mudford on demand (mudford) of mudford-on-demand, Europe/London: made",
        "",
        "Roads      12 km and 25 junctions in town.osm; 97.6% hang together",
        "Stops      3 kept",
        "           1 left out, outside the area",
        "             9F Mudford, Far away",
        "           1 left out, not reached by road from the rest",
        "             9D Mudford, Island (1200 m from the roads that hang together)",
        "Places     3 postcodes, 1 settlement, 11 streets, 1 landmark (16 new, 0 changed, 0 gone)",
        "Addresses  66.7% (2 of 3) of the postcodes have a stop within a walk of 800 m",
        "           without one, most in: Mudford 1",
        "Fleet      1 vehicle, 1 pattern of shifts",
        # The outline is 10 blocks wide and 6 high, the roads that hang together are 4 by 4.
        "Look at    73% of the area lies beyond the roads of town.osm: nobody is served there",
        f"Look at    open, but nobody drives on {WORKDAYS}: 07:00 to 08:00, 17:00 to 18:30; add shifts, or change the hours",
        "Look at    open, but nobody drives on Sat: 17:00 to 17:30; add shifts, or change the hours",
        "Look at    it runs on public holidays: give holidays.region, such as GB-ENG, in --rules if it shall not",
    ]
    assert "reading the roads of town.osm" in told.err


def test_the_same_as_json(town: OpenTown, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("add_service", "mudford", *town.options(), "--format", "json")
    report = json.loads(capsys.readouterr().out)
    assert (report["service"], report["done"], report["stops"]["kept"]) == ("mudford", "made", 3)

    town.path("area.geojson").write_text("{")
    with pytest.raises(CommandError):
        call_command("add_service", "mudford", *town.options(), "--format", "json")
    assert "area.geojson, line 1: this is not JSON" in json.loads(capsys.readouterr().out)["error"]


def test_the_service_drives_on_its_own_copy_of_the_roads(town: OpenTown) -> None:
    call_command("add_service", "mudford", *town.options())
    service = Service.objects.get()
    town.path("town.osm").unlink()

    planner = planner_for(service)
    corners = [Point(*at(0, 0)), Point(*at(2, 2))]
    assert [stop.point for stop in planner.stops.values()][:2] == corners
    assert 1190 <= planner.travel.stops.distance_m(*corners) <= 1210  # two blocks east, two north


def test_a_one_sided_stop_is_driven_to_from_its_side(town: OpenTown) -> None:
    call_command("add_service", "mudford", *town.options())
    start, middle = Point(*at(0, 0)), Point(*at(1.5, 0))
    metres = []
    for bearing in (None, 90, 270):
        Stop.objects.filter(code="9B").update(position=Position(*middle), bearing=bearing)
        service = Service.objects.get()
        service.touch()
        metres.append(round(planner_for(service).travel.stops.distance_m(start, middle), -1))
    # One and a half blocks east along Street 0. To face west there, a bus goes on to the next corner and comes back.
    assert metres == [450, 450, 2.5 * 300]


def test_newer_roads_take_the_place_of_older_ones(town: OpenTown) -> None:
    names = []
    for note in ("this year", "next year", "the year after"):
        town.write()
        town.path("town.osm").write_text(town.path("town.osm").read_text().replace("Street 0", f"Street {note}"))
        call_command("add_service", "mudford", *town.options())
        names.append(Path(Service.objects.get().roads).name)
    # The one before is kept: another process may be about to read it.
    assert kept(town) == sorted(names[1:])


def test_a_dry_run_and_a_failure_leave_nothing_behind(town: OpenTown) -> None:
    call_command("add_service", "mudford", *town.options(), "--dry-run")
    assert (Service.objects.count(), kept(town)) == (0, [])
    call_command("add_service", "mudford", *town.options())
    before, roads = kept(town), Service.objects.get().roads

    town.path("rules.json").write_text('{"booking": {"hold_s": -1}}')
    with pytest.raises(CommandError, match=r"rules\.json, booking\.hold_s"):  # after the roads were copied
        call_command("add_service", "other", *town.options(), "--rules", str(town.path("rules.json")))
    assert list(town.folder.parent.glob("data/other/*")) == []

    town.path("town.osm").write_text(town.path("town.osm").read_text()[:-300])
    with pytest.raises(CommandError, match=r"town.osm, the file") as told:
        call_command("add_service", "mudford", *town.options())
    assert told.value.returncode == 1
    assert (kept(town), Service.objects.get().roads) == (before, roads)


def test_from_the_command_line_on_the_built_in_database(tmp_path: Path) -> None:
    town = OpenTown(tmp_path).write()
    environment = {"DATABASE_URL": "", "DROVER_DATA": str(put_database(tmp_path / "data"))}
    done = run("manage.py", "add_service", "mudford", *town.options(), **environment)
    assert (done.returncode, "3 kept" in done.stdout) == (0, True), done.stderr
    town.path("stops.csv").write_text("ATCOCode\n")
    bad = run("manage.py", "add_service", "mudford", *town.options(), **environment)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "stops.csv, row 1: add the columns CommonName" in bad.stderr
    # 2 for options, whoever finds fault with them.
    wrong = [[], [*town.options(), "--zone", "Mars/Base"], town.options(fleet=None)]
    assert [run("manage.py", "add_service", "other", *each, **environment).returncode for each in wrong] == [2, 2, 2]
