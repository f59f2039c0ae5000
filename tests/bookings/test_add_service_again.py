"""What an update keeps, what it changes, and what it refuses to lose."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point as Position

from backend.adding.report_lines import lines
from bookings.actions.service_report import Report
from bookings.files import BadFile
from bookings.models import Driver, LastImport, Service, ShiftPattern, Stop, Vehicle
from tests.bookings.open_town import OpenTown, add, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path) -> OpenTown:
    return OpenTown(tmp_path).write()


def active() -> set[str]:
    return set(Stop.objects.filter(active=True).values_list("code", flat=True))


def virtual(code: str, column: float, row: float) -> Stop:
    place = Position(*at(column, row), srid=4326)
    return Stop.objects.create(service=Service.objects.get(), code=code, name="Corner", position=place)


def test_what_is_not_handed_in_again_stays_as_it_is(town: OpenTown) -> None:
    add(town.sources())
    report = add(town.sources(stops=(), postcodes=(), fleet=None))

    service = Service.objects.get()
    assert active() == {"9A", "9B", "9C"}
    assert service.places.filter(kind="postcode").count() == 3
    assert (report.changes.gone, report.places.dropped, report.coverage.addresses) == ((), 0, 3)
    told = "\n".join(lines(report.as_dict()))
    assert "3 stay as they were; others come with --stops" in told
    assert "postcodes stay as they were; others come with --postcodes" in told


def test_stops_and_postcodes_give_way_to_the_extract_where_that_is_said(town: OpenTown) -> None:
    add(town.sources())
    report = add(town.sources(stops=(), postcodes=(), of_extract=frozenset({"stops", "postcodes"})))

    assert active() == {"osm-n203", "osm-n204"}
    assert not Service.objects.get().places.filter(kind="postcode").exists()
    assert report.as_dict()["addresses"]["counted"] == "settlements and landmarks"
    # From now on they are those of the extract, and a newer one brings newer ones.
    town.path("town.osm").write_text(town.path("town.osm").read_text().replace("Market Cross", "Buttercross"))
    report = add(town.sources(stops=(), postcodes=()))
    assert [renamed.was for renamed in report.changes.renamed] == ["Market Cross"]


def test_virtual_stops_count_when_it_is_told_who_can_walk_to_one(town: OpenTown) -> None:
    assert add(town.sources()).coverage.covered == 2
    virtual("V1", 4, 0)  # where the third postcode is

    report = add(town.sources())
    assert (report.coverage.covered, report.coverage.addresses) == (3, 3)
    assert "1 more, virtual or made by hand" in "\n".join(lines(report.as_dict()))


def test_stops_made_by_hand_that_a_new_area_leaves_out_are_told(town: OpenTown) -> None:
    add(town.sources())
    virtual("V1", 4, 0)
    virtual("V2", 3, 1)
    town.outline = [at(-1, -1), at(3.5, -1), at(3.5, 5), at(-1, 5)]
    report = add(town.write().sources(stops=(), postcodes=()))

    assert (
        "outside the area, and kept: 2 stops (9C Mudford, Church, V1 Corner); deactivate them, or draw the area around them"
        in report.warnings
    )


def test_large_losses_are_refused_unless_they_are_meant(town: OpenTown) -> None:
    town.stops += [(f"8{number}", f"Stop {number}", 1, number / 4) for number in range(8)]
    town.postcodes += [(f"AB2 {number}AA", 1, number / 4) for number in range(8)]
    add(town.write().sources())
    stops, postcodes, roads = (town.path(name).read_text() for name in ("stops.csv", "postcodes.csv", "town.osm"))

    def cut(text: str, lines: int) -> str:
        return "".join(text.splitlines(keepends=True)[:-lines])

    # One of eleven may go; two are more than a tenth.
    town.path("stops.csv").write_text(cut(stops, 1))
    assert len(add(town.sources(), dry_run=True).changes.gone) == 1
    town.path("stops.csv").write_text(cut(stops, 2))
    with pytest.raises(BadFile, match=r"stops.csv, its stops: 2 of 11 stops would go: is it whole.* give --accept-losses"):
        add(town.sources())
    town.path("stops.csv").write_text(stops)
    town.path("postcodes.csv").write_text(cut(postcodes, 2))
    with pytest.raises(BadFile, match=r"postcodes.csv, its postcodes: 2 of 11 postcodes would go"):
        add(town.sources())
    town.path("postcodes.csv").write_text(postcodes)
    # Of five streets, five avenues and a lane, 12.3 km, two avenues are tracks now: 9.9 km.
    town.path("town.osm").write_text(roads)
    town.tags = {"Avenue 1": {"highway": "path"}, "Avenue 3": {"highway": "path"}}
    with pytest.raises(BadFile, match=r"town.osm, the file: 10 km of roads, where there were 12 km: is it whole"):
        add(town.write().sources())

    town.stops.pop(), town.stops.pop()
    report = add(town.write().sources(), accept_losses=True)
    assert report.km_before == pytest.approx(12.3, abs=0.1)
    assert "10 km for a minibus, where there were 12 km" in "\n".join(lines(report.as_dict()))
    assert report.coverage.addresses == 11


def test_another_source_is_no_loss(town: OpenTown) -> None:
    add(town.sources())
    add(town.sources(stops=(), of_extract=frozenset({"stops"})))
    assert active() == {"osm-n203", "osm-n204"}
    assert add(town.sources(), dry_run=True).changes.back == ("9A Mudford, Mill", "9B Mudford, School", "9C Mudford, Church")
    # But to go from two stops of the extract to one of a file is a loss.
    town.stops = town.stops[:1]
    with pytest.raises(BadFile, match="1 of 2 stops would go"):
        add(town.write().sources())


def test_what_people_have_changed_in_stops_stays_and_is_told(town: OpenTown) -> None:
    add(town.sources())
    Stop.objects.filter(code="9A").update(name="Old Mill", bearing=90)
    Stop.objects.filter(code="9B").update(active=False)
    town.stops[0], town.stops[2] = ("9A", "The Mill", 1 / 6, 0), ("9C", "St Mary", 4, 4)
    report = add(town.write().sources())

    mill, church = Stop.objects.get(code="9A"), Stop.objects.get(code="9C")
    assert (mill.name, mill.bearing, church.name) == ("Old Mill", 90, "St Mary")
    assert mill.point == at(1 / 6, 0)  # which nobody had touched
    assert active() == {"9A", "9C"}
    assert report.changes.by_hand == (
        "9A Mudford, The Mill: name stays Old Mill, and not The Mill",
        "9A Mudford, The Mill: bearing stays 90, and not none",
        "9B Mudford, School: stays inactive",
    )
    assert "3 kept as changed by hand" in "\n".join(lines(report.as_dict()))
    # The file comes round to the name: from then on it's the file's again.
    town.stops[0] = ("9A", "Old Mill", 0, 0)
    add(town.write().sources())
    town.stops[0] = ("9A", "New Mill", 0, 0)
    add(town.write().sources())
    assert Stop.objects.get(code="9A").name == "New Mill"


def test_a_stop_that_faces_another_way_is_told(town: OpenTown) -> None:
    def facing(bearing: str) -> Report:
        rows = [line.split(",") for line in town.write().path("stops.csv").read_text().splitlines()]
        rows = [[*rows[0], "Bearing", "BusStopType"], *([*row, bearing, "MKD"] for row in rows[1:])]
        town.path("stops.csv").write_text("\n".join(map(",".join, rows)) + "\n")
        return add(town.sources())

    facing("N")
    assert facing("E").changes.turned[0] == "9A Mudford, Mill: 90°, was 0°"


def test_what_people_have_changed_in_shifts_and_drivers_stays_and_is_told(town: OpenTown) -> None:
    add(town.sources())
    Driver.objects.update(phone="01632 960199")
    service, by_file = Service.objects.get(), ShiftPattern.objects.get()
    ShiftPattern.objects.create(
        service=service, code="evening", name="Evening", vehicle=by_file.vehicle, weekdays=[0], starts="18:00", ends="20:00",
        start_name="Yard", start_position=by_file.start_position, end_name="Yard", end_position=by_file.end_position,
    )  # fmt: skip
    assert add(town.sources()).fleet.by_hand == ("Evening: stays, though the file has no such shift",)
    assert set(service.shift_patterns.values_list("code", flat=True)) == {"bus-1-day", "evening"}
    assert Driver.objects.get().phone == "01632 960199"

    # Next year the day is longer, and there is a second bus; then somebody changes a shift, and the second bus goes.
    second = "bus-2,Bus 2,AB2 CDE,8+0,Yard,-0.7,52.6,late,mon-fri,12:30,17:00,\n"
    town.fleet = town.fleet.replace("08:00,17:00", "07:30,17:00") + second
    changes = add(town.write().sources()).fleet
    assert (changes.new, changes.changed) == (("Bus 2 late",), ("Bus 1 day: starts 07:30:00, was 08:00:00",))
    ShiftPattern.objects.filter(code="bus-1-day").update(ends=time(16, 30))
    town.fleet = town.fleet.replace(second, "").replace("AB1 CDE", "AB3 CDE")
    report = add(town.write().sources())
    assert report.fleet.gone == ("Bus 2 late",)
    assert report.fleet.vehicles == ("bus-1: registration AB3 CDE, was AB1 CDE",)
    assert report.fleet.by_hand[0] == "Bus 1 day: stays as it was set, the file has ends 17:00:00, was 16:30:00"
    told = "\n".join(lines(report.as_dict()))
    assert "1 shifts gone\n             Bus 2 late" in told
    assert "2 shifts kept as changed by hand" in told


def test_a_service_from_before_is_brought_up_to_date_as_ever(town: OpenTown) -> None:
    add(town.sources())
    LastImport.objects.all().delete()  # imported when nothing was remembered yet
    Stop.objects.filter(code="9A").update(name="Old Mill")
    report = add(town.sources())
    assert [renamed.was for renamed in report.changes.renamed] == ["Old Mill"]
    assert report.km_before is None


def other_fleet(town: OpenTown, **changes: str) -> OpenTown:
    for old, new in changes.items():
        town.fleet = town.fleet.replace(old, new)
    return town.write()


def test_another_service_of_the_operator_keeps_its_vehicles_and_drivers(town: OpenTown) -> None:
    add(town.sources(), operator="Council")
    other_fleet(town, **{"AB1 CDE": "XY9 ZZZ", "8+0 5+1": "14+0", "mon-sat": "sun"})
    refused = (
        r"fleet.csv, vehicle bus-1: it is a vehicle of Mudford too \(registration XY9 ZZZ, was AB1 CDE; layouts 14\+0, was 8"
    )
    with pytest.raises(BadFile, match=refused + r".*give another code to this one, or --change-shared if it is the same vehicle"):
        add(town.sources(), slug="other", operator="Council")
    assert (Vehicle.objects.get().registration, Service.objects.count()) == ("AB1 CDE", 1)

    report = add(town.sources(), slug="other", operator="Council", change_shared=True)
    assert Vehicle.objects.get().registration == "XY9 ZZZ"
    assert "1 vehicles changed, in all services of the operator" in "\n".join(lines(report.as_dict()))
    # Of its own vehicles a service may say what it likes.
    other_fleet(town, **{"bus-1": "bus-9", "Ash Wheeler": "Elm Carter"})
    add(town.sources(), slug="other", operator="Council")
    other_fleet(town, **{"XY9 ZZZ": "XY8 ZZZ"})
    assert add(town.sources(), slug="other", operator="Council").fleet.vehicles == ("bus-9: registration XY8 ZZZ, was XY9 ZZZ",)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {},
            r"shift Bus 1 day: vehicle bus-1 is in Bus 1 day of Mudford at the same time \(08:00 to 17:00, Mon .*another vehicle",
        ),
        (
            {"bus-1": "bus-2", "Bus 1": "Bus 2"},
            r"shift Bus 2 day: driver ash-wheeler is in Bus 1 day of Mudford at the same time",
        ),
        ({"mon-sat": "sun"}, None),
        ({"08:00,17:00": "17:00,20:00"}, None),
    ],
)
def test_nobody_drives_for_two_services_at_the_same_time(town: OpenTown, changes: dict[str, str], complaint: str | None) -> None:
    add(town.sources(), operator="Council")
    other_fleet(town, **changes)
    if complaint is None:
        assert add(town.sources(), slug="other", operator="Council").shifts == 1
        return
    with pytest.raises(BadFile, match=complaint):
        add(town.sources(), slug="other", operator="Council")
