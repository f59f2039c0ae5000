"""A folder that describes a service becomes one; mistakes in it are told with file, place and remedy."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.db.models import Extent

from bookings.actions.load_service import load_service
from bookings.files import BadFile
from bookings.models import Closure, Driver, Operator, Place, Service, ServiceHours, ShiftPattern, Stop, Vehicle

pytestmark = pytest.mark.django_db

RIPON = Path(__file__).resolve().parents[2] / "fixtures" / "ripon"
MODELS = (Operator, Service, ServiceHours, Closure, Stop, Place, Vehicle, Driver, ShiftPattern)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RIPON, tmp_path / "ripon"))


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "service.json"
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


def test_ripon_as_it_is() -> None:
    service = load_service(RIPON)
    assert (service.slug, service.zone, service.horizon_days, service.notice_s) == ("ripon", "Europe/London", 7, 1800)
    assert [(row.weekday, f"{row.opens:%H:%M}") for row in service.hours.all()] == [
        *((weekday, "06:55") for weekday in range(5)),
        (5, "09:00"),
    ]
    assert rows()["Vehicle"] == 2
    assert rows()["ShiftPattern"] == 6
    assert all(pattern.breaks for pattern in ShiftPattern.objects.all())
    assert service.pickup_before_s + service.pickup_after_s == 900
    outside = [stop.code for stop in service.stops.all() if not service.area.intersects(stop.position)]
    assert outside == []


def test_its_places_can_be_found() -> None:
    service = load_service(RIPON)

    places = {f"{place}": place for place in Place.objects.filter(service=service)}

    assert places["Ripon Community Hospital, Ripon"].kind == "landmark"
    assert len([place for place in places.values() if place.kind == "settlement"]) == len(
        {stop.settlement for stop in service.stops.all()}
    )
    west, south, east, north = service.stops.filter(settlement="Masham").aggregate(box=Extent("position"))["box"]
    assert west < places["Masham"].position.x < east
    assert south < places["Masham"].position.y < north


def test_a_folder_without_landmarks_has_settlements_to_find(folder: Path) -> None:
    (folder / "places.csv").unlink()

    service = load_service(folder)

    assert set(Place.objects.filter(service=service).values_list("kind", flat=True)) == {"settlement"}


def test_twice_is_once() -> None:
    load_service(RIPON)
    before, stops = rows(), set(Stop.objects.values_list("pk", "code"))
    load_service(RIPON)
    assert rows() == before
    assert set(Stop.objects.values_list("pk", "code")) == stops


def test_changes_are_taken_over(folder: Path) -> None:
    load_service(folder)

    def change(data: dict[str, Any]) -> None:
        data["service"]["name"] = "Ripon and beyond"
        data["shifts"] = data["shifts"][:2]

    edit(folder, change)
    lines = (folder / "stops.csv").read_text().splitlines()
    gone = lines.pop().split(",")[0]
    (folder / "stops.csv").write_text("\n".join(lines))
    service = load_service(folder)
    assert service.name == "Ripon and beyond"
    assert service.shift_patterns.count() == 2
    assert not service.stops.get(code=gone).active  # bookings may still point to it


def without(*keys: str) -> Callable[[dict[str, Any]], object]:
    def change(data: dict[str, Any]) -> None:
        for key in keys[:-1]:
            data = data[key]
        del data[keys[-1]]

    return change


def having(value: object, *keys: str | int) -> Callable[[dict[str, Any]], object]:
    def change(data: Any) -> None:
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (without("booking", "hold_s"), "booking: add 'hold_s'"),
        (having(2, "format"), "format: this version of Drover reads format 1"),
        (having("soon", "booking", "hold_s"), "booking.hold_s: make 'soon' a int"),
        (having(True, "booking", "hold_s"), "booking.hold_s: make True a int"),
        (having("Europe/Ripon", "service", "zone"), "'Europe/Ripon' is not an IANA time zone"),
        (having("25:00", "hours", 0, "from"), r"hours\[0\].from: write '25:00' like 09:30"),
        (having(["someday"], "hours", 0, "days"), r"hours\[0\].days: use days among mon, tue"),
        (having(["mon", "sat"], "hours", 1, "days"), r"hours\[1\].days: name each day in one entry only"),
        (having("06:00", "hours", 0, "to"), r"hours\[0\]: 'from' must be before 'to'"),
        (having(["2027-02-30"], "holidays", "closed"), "write dates like 2027-03-26"),
        (having("bus-9", "shifts", 0, "vehicle"), r"shifts\[0\].vehicle: define 'bus-9' or use one of bus-1, bus-2"),
        (having("nowhere", "shifts", 0, "breaks", 0, "place"), r"shifts\[0\].breaks\[0\].place: define 'nowhere'"),
        (having([[14]], "vehicles", 0, "layouts"), "layouts are a list of"),
        (having([], "fares"), "fares: fares need each of adult, child"),
        (having({"A": {"7-9": 0}}, "speeds"), "speeds: speeds of 'A': a factor is a number from 0.1 to 2.0, not 0"),
        (having([91.0, 181.0], "depots", 0, "point"), r"depots\[0\].point: make it \[lon, lat\] in degrees"),
    ],
)
def test_mistakes_in_the_service_are_told_and_change_nothing(
    folder: Path, change: Callable[[dict[str, Any]], object], complaint: str
) -> None:
    load_service(RIPON)
    before = rows()
    edit(folder, change)
    with pytest.raises(BadFile, match=complaint) as told:
        load_service(folder)
    assert str(folder / "service.json") in str(told.value)
    assert rows() == before


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("RIP01,Again,Ripon,-1.52,54.13,,Drover", "the code 'RIP01' is that of row 2 already"),
        ("NEW01,New,Ripon,54.13,-1.52,,Drover", "is outside the area: is lon first?"),
        ("NEW01,New,Ripon,east,54.13,,Drover", "write lon and lat as degrees"),
        ("NEW01,New,Ripon,nan,54.13,,Drover", "is not on the earth"),
        ("NEW01,,Ripon,-1.52,54.13,,Drover", "give it a code and a name"),
    ],
)
def test_mistakes_in_the_stops_are_told_by_row(folder: Path, line: str, complaint: str) -> None:
    path = folder / "stops.csv"
    path.write_text(path.read_text().rstrip("\n") + f"\n{line}\n")
    last = len(path.read_text().splitlines())
    with pytest.raises(BadFile, match=re.escape(complaint)) as told:
        load_service(folder)
    assert f"stops.csv, row {last}:" in str(told.value)


def test_a_missing_or_broken_file_is_named(folder: Path) -> None:
    (folder / "area.geojson").write_text("{")
    with pytest.raises(BadFile, match=r"area.geojson, line 1: this is not JSON"):
        load_service(folder)
    (folder / "area.geojson").unlink()
    with pytest.raises(BadFile, match=r"area.geojson, the file: it can't be read"):
        load_service(folder)


def test_what_else_is_known_of_a_stop_stands_in_columns_that_may_be_left_out(folder: Path) -> None:
    path = folder / "stops.csv"
    plain = path.read_text()
    known = "wheelchair,extra_boarding_s,closed_from,closed_until,closed_because"
    head, first, second, *others = plain.splitlines()

    def write(first_said: str, second_said: str) -> None:
        lines = [f"{head},{known}", f"{first},{first_said}", f"{second},{second_said}", *(f"{line},,,,," for line in others)]
        path.write_text("\n".join(lines))

    def told() -> list[tuple[Any, ...]]:
        rows = {row.pop("code"): tuple(row.values()) for row in load_service(folder).stops.values("code", *known.split(","))}
        return [rows[line.split(",")[0]] for line in (first, second, others[0])]

    nothing = (None, 0, None, None, "")
    write("yes,30,,,", "no,,2027-06-01,2027-06-30,The road is dug up")
    as_told = [(True, 30, None, None, ""), (False, 0, date(2027, 6, 1), date(2027, 6, 30), "The road is dug up"), nothing]
    assert told() == as_told

    path.write_text(plain)
    assert told() == as_told  # a file that says nothing of it changes nothing

    write("unknown,,,,", "no,0,,,")
    assert told() == [nothing, (False, 0, None, None, ""), nothing]


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("maybe,,,", "write wheelchair 'maybe' as yes, no or unknown"),
        (",-5,,", "write extra_boarding_s '-5' as whole seconds such as 30"),
        (",,June,", "write closed_from 'June' as a date like 2027-03-26"),
        (",,2027-06-02,2027-06-01", "give closed_from a date that is not after closed_until"),
        (",,,2027-06-01", "give closed_from a date that is not after closed_until"),
    ],
)
def test_mistakes_in_these_columns_are_told_by_row(folder: Path, said: str, complaint: str) -> None:
    path = folder / "stops.csv"
    head, first, *_ = path.read_text().splitlines()
    path.write_text(f"{head},wheelchair,extra_boarding_s,closed_from,closed_until\n{first},{said}\n")

    with pytest.raises(BadFile, match=r"stops.csv, row 2: " + re.escape(complaint)):
        load_service(folder)
