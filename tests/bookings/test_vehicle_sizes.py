"""How large the vehicles of a service are: told in files or by hand; what an operator reads of stops that they can't reach."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point as Position
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.actions.load_service import load_service
from bookings.files import BadFile
from bookings.models import Service, Shift, ShiftPattern, Stop, Vehicle
from bookings.models.fleet import fleet_size
from bookings.opening import open_day
from routing.travel.vehicle_size import MEASURES, MINIBUS_SIZE, VehicleSize
from tests.bookings.open_town import FLEET, OpenTown, add, at

pytestmark = pytest.mark.django_db

RIPON = Path(__file__).resolve().parents[2] / "fixtures" / "ripon"
HEAD, BUS = FLEET.splitlines()


@pytest.fixture
def town(tmp_path: Path) -> OpenTown:
    return OpenTown(tmp_path).write()


def sized(columns: str, *rows: str) -> str:
    """A fleet file with more columns."""
    return "\n".join([f"{HEAD},{columns}", *rows]) + "\n"


def size_warnings(warnings: tuple[str, ...]) -> list[str]:
    return [one for one in warnings if "minibus" in one or "vehicles" in one]


def test_a_fleet_file_tells_sizes_and_the_largest_of_each_counts(town: OpenTown) -> None:
    other = BUS.replace("bus-1,Bus 1", "bus-2,Bus 2").replace("Ash Wheeler", "Rowan Carrier")
    town.fleet = sized("width_m,height_m,weight_t", f"{BUS},2.55,2.8,", f"{other},2.1,3.1,7.5")
    add(town.write().sources())

    bus_1, bus_2 = Vehicle.objects.order_by("code")
    assert bus_1.measures == {"width_m": 2.55, "height_m": 2.8, "length_m": None, "weight_t": None, "axle_t": None}
    assert bus_2.size == VehicleSize(2.1, 3.1, MINIBUS_SIZE.length_m, 7.5, MINIBUS_SIZE.axle_t)
    assert fleet_size(Service.objects.get()) == VehicleSize(width_m=2.55, height_m=3.1, weight_t=7.5)


def test_a_fleet_file_without_these_columns_leaves_what_is_known(town: OpenTown) -> None:
    add(town.sources())
    Vehicle.objects.update(width_m=2.5, weight_t=9.0)
    report = add(town.sources())
    assert (Vehicle.objects.get().width_m, report.found.roads.size) == (2.5, VehicleSize(width_m=2.5, weight_t=9.0))

    town.fleet = sized("width_m", f"{BUS},")  # and an empty cell says that nobody knows
    report = add(town.write().sources())
    assert (Vehicle.objects.get().width_m, report.found.roads.size) == (None, VehicleSize(weight_t=9.0))

    assert add(town.sources(fleet=None)).found.roads.size == VehicleSize(weight_t=9.0)


def test_what_is_known_and_what_is_told_have_to_fit_together(town: OpenTown) -> None:
    add(town.sources())
    Vehicle.objects.update(weight_t=5.0)
    town.fleet = sized("axle_t", f"{BUS},6")
    told = r"fleet\.csv, vehicle bus-1: axle_t 6 can't be more than weight_t 5"
    with pytest.raises(BadFile, match=told):
        add(town.write().sources())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RIPON, tmp_path / "ripon"))


def load_with(folder: Path, **measures: Any) -> Service:
    """Ripon with something more in the first of its vehicles."""
    path = folder / "service.json"
    data = json.loads((RIPON / "service.json").read_text())
    data["vehicles"][0] |= measures
    path.write_text(json.dumps(data))
    return load_service(folder)


def test_a_service_folder_tells_sizes(folder: Path) -> None:
    assert fleet_size(load_with(folder)) == MINIBUS_SIZE
    assert fleet_size(load_with(folder, width_m=2.5, axle_t=4)) == VehicleSize(width_m=2.5, axle_t=4.0)
    assert fleet_size(load_with(folder, height_m=3.2)) == VehicleSize(width_m=2.5, height_m=3.2, axle_t=4.0)
    assert fleet_size(load_with(folder, width_m=None)) == VehicleSize(height_m=3.2, axle_t=4.0)


@pytest.mark.parametrize(
    ("measures", "told"),
    [
        ({"width_m": 2300}, "vehicles[0].width_m: 2300 is in millimetres: write it in metres, 2.3"),
        ({"weight_t": "7.5 t"}, "vehicles[0].weight_t: make '7.5 t' a float"),
        ({"height_m": True}, "vehicles[0].height_m: make True a float"),
        ({"weight_t": 5, "axle_t": 6}, "vehicles[0]: axle_t 6 can't be more than weight_t 5"),
        ({"width": 2.3}, "vehicles[0]: call 'width' width_m, and write metres"),
    ],
)
def test_a_size_that_cannot_be_in_a_service_folder_is_told(folder: Path, measures: dict[str, Any], told: str) -> None:
    with pytest.raises(BadFile, match=re.escape(f"service.json, {told}")):
        load_with(folder, **measures)
    assert not Service.objects.exists()


def test_the_database_takes_no_axle_that_bears_more_than_all(town: OpenTown) -> None:
    add(town.sources())
    bus = Vehicle.objects.get()
    bus.width_m, bus.weight_t, bus.axle_t = 2300, 5.0, 6.0
    with pytest.raises(ValidationError) as error:
        bus.full_clean()
    assert error.value.message_dict["width_m"] == ["2300 is in millimetres: write it in metres, 2.3."]
    bus.width_m = 2.3
    with pytest.raises(ValidationError, match="An axle bears no more than the vehicle weighs"):
        bus.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        bus.save()


def test_a_vehicle_of_another_size_changes_its_services_and_another_name_none() -> None:
    service = load_service(RIPON)
    before, bus = service.changed_at, Vehicle.objects.get(code="bus-1")
    bus.name = "The old bus"
    bus.save()
    service.refresh_from_db()
    assert service.changed_at == before

    Vehicle.objects.create(operator=service.operator, code="spare", name="Spare", registration="X", layouts=[[8, 0]], width_m=3)
    bus.height_m = 3.2
    bus.save()
    service.refresh_from_db()
    assert service.changed_at > before
    assert fleet_size(service) == VehicleSize(height_m=3.2)  # and the spare one drives for nobody


def test_a_bus_that_is_in_a_day_already_open_counts_until_that_is_over() -> None:
    service = load_service(RIPON)
    Vehicle.objects.filter(code="bus-2").update(height_m=3.3)
    monday = timezone.now().date() + timedelta(days=(7 - timezone.now().weekday()) % 7)
    open_day(service, monday)
    ShiftPattern.objects.update(vehicle=Vehicle.objects.get(code="bus-1"))
    assert fleet_size(service) == VehicleSize(height_m=3.3)

    Shift.objects.update(date=timezone.now().date() - timedelta(days=3))
    assert fleet_size(service) == MINIBUS_SIZE
    before = service.changed_at
    bus = Vehicle.objects.get(code="bus-2")
    bus.height_m = 3.4
    bus.save()  # in a shift of the past: nobody minds being told
    service.refresh_from_db()
    assert service.changed_at > before


def low_bridges(town: OpenTown) -> OpenTown:
    """The church's two streets lead under bridges, and so does the southernmost, with the mill at its end."""
    town.tags = {name: {"maxheight": "3.0"} for name in ("Street 4", "Avenue 4", "Street 0")}
    town.stops.append(("9D", "Corner", 2.2, 0))
    return town


def test_stops_that_only_a_minibus_reaches_are_told_in_words(town: OpenTown) -> None:
    assert size_warnings(add(low_bridges(town).write().sources(), dry_run=True).warnings) == []

    town.fleet = sized(",".join(MEASURES), f"{BUS},2.55,3.2,9,7.5,5")
    report = add(town.write().sources(), dry_run=True)
    large = "2.55 m wide, 3.2 m high, 9 m long, 7.5 t heavy, 5 t on an axle"
    aside = "and would be served from another, up to 60 m away"
    # The church is a block from the next street. The corner is a fifth of a block along Street 0, and so is Avenue 2 from it.
    assert size_warnings(report.warnings) == [
        f"1 stop can be reached by a minibus and not by vehicles {large}: 9C Mudford, Church",
        f"1 stop is beside a road that vehicles {large} may not take, {aside}: 9D Mudford, Corner",
    ]
    told = report.as_dict()
    assert told["stops"]["left_out"][0] == {
        "why": "reached by a minibus, and not by vehicles as large as these",
        "count": 1,
        "examples": ["9C Mudford, Church (300 m from the roads that they may take)"],
    }
    # Ten streets of 1.2 km, of which three are gone, and with them the first stretches of none.
    assert (told["roads"]["vehicles"]["km"], told["roads"]["vehicles"]["km_of_a_minibus"]) == (8.4, 12.0)
    assert Service.objects.count() == 0


def test_a_stop_made_by_hand_is_told_too(town: OpenTown) -> None:
    add(low_bridges(town).write().sources())
    service = Service.objects.get()
    Stop.objects.create(service=service, code="OURS", name="The pump", position=Position(*at(2.5, 0), srid=4326))
    Vehicle.objects.update(height_m=3.2)
    first = size_warnings(add(town.sources(fleet=None), accept_losses=True).warnings)[0]
    assert first == "2 stops can be reached by a minibus and not by vehicles 3.2 m high: 9C Mudford, Church; OURS The pump"


def test_who_told_one_measure_and_forgot_others_is_reminded(town: OpenTown) -> None:
    rows = [BUS.replace("bus-1,Bus 1", f"bus-{i},Bus {i}").replace("Ash Wheeler", f"Driver {i}") for i in (1, 2, 3)]
    told = (",2.55,7.5", ",2.5,7.5", ",,9")
    town.fleet = sized("width_m,weight_t", *(row + measures for row, measures in zip(rows, told, strict=True)))
    like = "2.9 m high, 7.5 m long, 3.5 t on an axle, like a minibus"
    assert size_warnings(add(town.write().sources()).warnings) == [
        f"nobody told height, length, axle load of Bus 1, Bus 2, so they count as {like}",
        f"nobody told width, height, length, axle load of Bus 3, so it counts as 2.3 m wide, {like}",
    ]


def test_a_depot_that_the_bus_cannot_reach_is_no_slip_of_the_pen(town: OpenTown) -> None:
    town.tags = {name: {"maxweight": "6"} for name in ("Street 0", "Avenue 0", "Street 1", "Avenue 1")}
    town.fleet = sized("weight_t", f"{BUS},7.5")
    told = r"fleet\.csv, row 2: depot Yard at lon -0\.7, lat 52\.6 is not reached by vehicles 7\.5 t heavy: is that their size\?"
    with pytest.raises(BadFile, match=told):
        add(town.write().sources())
