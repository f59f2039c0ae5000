"""A service out of open data, made once and kept up to date with newer files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bookings.actions.add_service import BadTerms
from bookings.actions.service_report import Report
from bookings.files import BadFile
from bookings.models import Driver, Operator, Place, Service, ServiceHours, ShiftPattern, Stop, Vehicle
from tests.bookings.open_town import OpenTown, add, at

pytestmark = pytest.mark.django_db
MODELS = (Operator, Service, ServiceHours, Stop, Vehicle, Driver, ShiftPattern, Place)


@pytest.fixture
def town(tmp_path: Path) -> OpenTown:
    return OpenTown(tmp_path).write()


def everything() -> list[list[Any]]:
    """All rows of all that a service is made of."""
    return [list(model._default_manager.order_by("pk").values_list()) for model in MODELS]


def left_out(report: Report) -> dict[str, list[str]]:
    return {reason["why"]: reason["examples"] for reason in report.as_dict()["stops"]["left_out"]}


def test_a_town_becomes_a_service(town: OpenTown) -> None:
    report = add(town.sources(), operator="Mudford Buses", phone="01632 960100")

    service = Service.objects.get(slug="mudford")
    assert (service.name, service.zone, service.roads) == ("Mudford", "Europe/London", "kept.osm")
    assert (service.operator.name, service.operator.phone) == ("Mudford Buses", "01632 960100")
    assert [str(stop) for stop in service.stops.all()] == ["Mudford, Mill", "Mudford, School", "Mudford, Church"]
    assert service.hours.count() == 6
    assert {band["band"] for band in service.fares} == {"adult", "child", "under5", "concession", "companion"}
    assert service.shift_patterns.get().driver == Driver.objects.get(code="ash-wheeler")
    assert set(service.places.values_list("name", flat=True)) >= {"AB1 1AA", "Mudford", "Street 0", "Cottage Hospital"}
    # 5 streets and 5 avenues of 1.2 km, and 300 m of Island Lane that nothing leads to.
    roads = report.as_dict()["roads"]
    assert roads["km"] == pytest.approx(12.3, abs=0.1)
    assert roads["junctions"] == 25
    assert roads["share_that_hangs_together"] == pytest.approx(12 / 12.3, abs=0.001)


def test_who_has_no_stop_is_told(town: OpenTown) -> None:
    report = add(town.sources())

    # The third postcode is four blocks from the mill and from the church: 1200 m, and 1500 m as people walk; the limit is 800 m.
    addresses = report.as_dict()["addresses"]
    assert (addresses["walk_limit_m"], addresses["all"], addresses["with_a_stop"]) == (800, 3, 2)
    assert addresses["without"] == {"settlements": [{"name": "Mudford", "addresses": 1}], "examples": ["AB1 1AC"]}


def test_stops_that_no_vehicle_can_serve_are_left_out(town: OpenTown) -> None:
    town.stops += [("9D", "Island", 8, 0.5), ("9E", "Field", 6, 2), ("9F", "Far away", 20, 2), ("9G", "Mill", 0, 0)]
    report = add(town.write().sources())

    assert Stop.objects.filter(active=True).count() == 3
    told = left_out(report)
    assert told["outside the area"] == ["9F Mudford, Far away"]
    assert told["the same stop again"] == ["9G Mudford, Mill (as 9A)"]
    # Island Lane is 8 blocks east, the last avenue 4: 1200 m. The field is 2 blocks from either.
    assert told["not reached by road from the rest"] == ["9D Mudford, Island (1200 m from the roads that hang together)"]
    assert told["too far from any drivable road"] == ["9E Mudford, Field (600 m)"]


def test_twice_is_once(town: OpenTown) -> None:
    add(town.sources(), name="Mudford on demand")
    before = everything()
    report = add(town.sources())

    Service.objects.update(changed_at=before[1][0][-1])  # says when it was touched last
    assert everything() == before
    changes = report.changes
    assert not any((changes.new, changes.back, changes.gone, changes.moved, changes.renamed))
    assert report.as_dict()["done"] == "updated"


def test_next_years_stops_are_an_update_that_tells_what_moved(town: OpenTown) -> None:
    add(town.sources())
    Stop.objects.create(
        service=Service.objects.get(), code="BY-HAND", name="Our own", position=Stop.objects.get(code="9A").position
    )
    # The mill moves by a sixth of a block, the church goes by another name, the school is gone, the hall is new.
    town.stops = [("9A", "Mill", 1 / 6, 0), ("9C", "St Mary", 4, 4.01), ("9D", "Hall", 0, 4)]
    report = add(town.write().sources())

    told = report.as_dict()["stops"]
    assert told["moved"]["examples"] == ["9A Mudford, Mill: 50 m"]  # and not the church, by 3 m
    assert told["renamed"]["examples"] == ["9C Mudford, St Mary, was Church"]
    assert told["gone"]["examples"] == ["9B Mudford, School"]
    assert told["new"]["examples"] == ["9D Mudford, Hall"]
    assert dict(Stop.objects.values_list("code", "active")) == {
        "9A": True, "9B": False, "9C": True, "9D": True, "BY-HAND": True,
    }  # fmt: skip
    town.stops.append(("9B", "School", 2, 2))
    assert add(town.write().sources()).changes.back == ("9B Mudford, School",)


def test_where_a_wheelchair_can_board_is_taken_from_the_extract_and_what_staff_know_stays(town: OpenTown) -> None:
    add(town.sources())
    Stop.objects.filter(code="9A").update(wheelchair=True, closed_from=date(2027, 6, 2), closed_because="mud")
    add(town.sources())

    # NaPTAN doesn't say; the extract has a stop with the ATCO code 9C, tagged wheelchair=no.
    assert dict(Stop.objects.values_list("code", "wheelchair")) == {"9A": True, "9B": None, "9C": False}
    assert Stop.objects.get(code="9A").closed_because == "mud"

    add(town.sources(stops=(), postcodes=()), "mudford-osm", zone="Europe/London")
    assert set(Stop.objects.filter(service__slug="mudford-osm").values_list("wheelchair", flat=True)) == {False, None}


def test_what_was_changed_by_hand_stays_unless_rules_are_given(town: OpenTown) -> None:
    add(town.sources())
    Service.objects.update(walk_limit_m=300, name="By hand", zone="Europe/Dublin")
    ServiceHours.objects.filter(weekday=5).delete()

    add(town.sources(fleet=None))
    service = Service.objects.get()
    assert (service.walk_limit_m, service.name, service.zone, service.hours.count()) == (300, "By hand", "Europe/Dublin", 5)
    assert service.shift_patterns.count() == 1

    town.path("rules.json").write_text(
        json.dumps({"booking": {"walk_limit_m": 1000}, "hours": [{"days": ["mon"], "from": "09:00", "to": "12:00"}]})
    )
    report = add(town.sources(), rules=town.path("rules.json"), name="Again")
    service.refresh_from_db()
    assert (service.walk_limit_m, service.notice_s, service.name, service.hours.count()) == (1000, 1800, "Again", 1)
    assert report.coverage.limit_m == 1000


def test_hours_without_a_vehicle_are_told(town: OpenTown) -> None:
    # From 08:00 to 17:00, in two shifts with half an hour between them; on Saturdays the first alone.
    late = "bus-2,Bus 2,AB2 CDE,8+0,Yard,-0.7,52.6,late,mon-fri,12:30,17:00,\n"
    town.fleet = town.fleet.replace("mon-sat,08:00,17:00", "mon-sat,08:00,12:00") + late
    hours = [{"days": ["mon", "tue", "sat"], "from": "07:30", "to": "17:00"}, {"days": ["wed"], "from": "08:00", "to": "12:00"}]
    town.path("rules.json").write_text(json.dumps({"hours": hours, "holidays": {"region": "GB-ENG"}, "speeds": {"*": 0.9}}))
    report = add(town.write().sources(), rules=town.path("rules.json"))

    assert report.service.speeds == {"*": 0.9}
    assert report.warnings[1:] == (
        "open, but nobody drives on Mon, Tue: 07:30 to 08:00, 12:00 to 12:30; add shifts, or change the hours",
        "open, but nobody drives on Sat: 07:30 to 08:00, 12:00 to 17:00; add shifts, or change the hours",
    )


def test_a_dry_run_reports_the_same_and_writes_nothing(town: OpenTown) -> None:
    tried = add(town.sources(), dry_run=True)
    assert everything() == [[] for _ in MODELS]
    done = add(town.sources())

    differing = {key for key, value in tried.as_dict().items() if value != done.as_dict()[key]}
    assert differing == {"done"}
    before = everything()
    town.stops.pop()
    assert add(town.write().sources(), dry_run=True).changes.gone == ("9C Mudford, Church",)
    assert everything() == before


def test_without_stops_and_postcodes_the_extract_gives_them(town: OpenTown) -> None:
    with pytest.raises(BadTerms, match="give the time zone with --zone, such as Europe/Andorra"):
        add(town.sources(stops=(), postcodes=()))
    report = add(town.sources(stops=(), postcodes=()), zone="Europe/Andorra")

    # The second has no name, so it goes by a street at its corner.
    names = dict(Stop.objects.values_list("code", "name"))
    assert names.pop("osm-n204") in ("Street 3", "Avenue 3")
    assert names == {"osm-n203": "Market Cross"}
    assert report.as_dict()["addresses"]["counted"] == "settlements and landmarks"
    assert report.coverage.addresses == 2


def fleet(**changes: str) -> Callable[[OpenTown], None]:
    def change(town: OpenTown) -> None:
        for old, new in changes.items():
            town.fleet = town.fleet.replace(old, new)
        town.write()

    return change


def text(name: str, change: Callable[[str], str]) -> Callable[[OpenTown], None]:
    return lambda town: town.path(name).write_text(change(town.path(name).read_text())) and None


def outline(*corners: tuple[float, float]) -> Callable[[OpenTown], None]:
    def change(town: OpenTown) -> None:
        town.outline = list(corners)
        town.write()

    return change


SWAPPED = [at(column, row)[::-1] for column, row in [(-1, -1), (9, -1), (9, 5), (-1, 5)]]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (text("town.osm", lambda osm: osm[:2000]), r"town.osm, the file: .*Fetch the extract again"),
        (text("town.osm", lambda osm: osm.replace("highway", "waterway")), r"town.osm, the file: there is no road"),
        (text("stops.csv", lambda rows: rows[:-3]), r"stops.csv, row 4: Status is .* is the file whole\?"),
        (text("stops.csv", lambda rows: rows.replace("ATCOCode", "Code")), r"stops.csv, row 1: add the columns ATCOCode"),
        (text("stops.csv", lambda rows: rows.replace("BCT", "RSE")), r"stops.csv, its stops: there is no active bus stop in it"),
        (
            text("postcodes.csv", lambda rows: rows[:-7]),
            r"postcodes.csv, row 4: it has 2 values where row 1 names 3: is the file whole\?",
        ),
        (
            text("postcodes.csv", lambda rows: rows.replace("lon,lat", "lat,lon")),
            r"postcodes.csv, its postcodes: none of 3 .* swapped",
        ),
        (outline(*SWAPPED), r"area.geojson, its positions: lat comes before lon"),
        (outline((10, 50), (11, 50), (11, 51)), r"area.geojson, its positions: no road lies in the area \(lon 10.00 to 11.00"),
        (outline(at(0, 0), at(4, 4), at(4, 0), at(0, 4)), r"area.geojson, the geometry: the outline crosses itself at lon -0.69"),
        (
            outline(at(0.2, 0.2), at(1.5, 0.2), at(1, 1.1)),
            r"stops.csv, its stops: none of 3 bus stops can be used \(outside the area\)",
        ),
        (fleet(**{"-0.7,52.6": "52.6,-0.7"}), r"fleet.csv, row 2: depot Yard .* km from any road of town.osm: lon comes first"),
        (fleet(**{"8+0 5+1": "lots"}), r"fleet.csv, row 2: write layouts 'lots' like"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(town: OpenTown, spoil: Callable[[OpenTown], None], complaint: str) -> None:
    add(town.sources())
    before = everything()
    spoil(town)
    with pytest.raises(BadFile, match=complaint):
        add(town.sources())
    assert everything() == before


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ({"bookings": {}}, r"rules.json, bookings: there is no such key: use booking, fares, format, holidays"),
        ({"booking": {"walk_limit": 500}}, r"rules.json, booking.walk_limit: there is no such key: use"),
        ({"booking": {"hold_s": -1}}, r"rules.json, booking.hold_s: make -1 a number that is not negative"),
        ({"booking": {"max_party": 40_000}}, r"rules.json, max_party: Ensure this value is less than or equal to 32767"),
        ({"booking": 5}, r"rules.json, booking: make it an object"),
        ({"vehicles": []}, r"rules.json, vehicles: give vehicles, depots, drivers and shifts in the file of --fleet"),
        ({"fares": []}, r"rules.json, fares: fares need each of"),
        ({"service": {"zone": "Europe/Mudford"}}, r"rules.json, service.zone: 'Europe/Mudford' is not an IANA time zone"),
    ],
)
def test_rules_that_mean_nothing_are_told(town: OpenTown, rules: dict[str, Any], complaint: str) -> None:
    town.path("rules.json").write_text(json.dumps(rules))
    with pytest.raises(BadFile, match=complaint):
        add(town.sources(), rules=town.path("rules.json"))
    assert everything() == [[] for _ in MODELS]


def test_options_that_can_not_be_are_told(town: OpenTown) -> None:
    for terms, complaint in [
        ({"slug": "the town"}, "can't be in an address"),
        ({"name": "Mud" * 50}, "--name: write it in at most 120 characters"),
        ({"zone": "Europe/Mudford"}, "--zone: 'Europe/Mudford' is not an IANA time zone"),
    ]:
        with pytest.raises(BadTerms, match=complaint):
            add(town.sources(), **terms)
    with pytest.raises(BadTerms, match="a new service needs vehicles: give them with --fleet"):
        add(town.sources(fleet=None))


def test_two_services_of_one_operator(town: OpenTown) -> None:
    add(town.sources(), operator="Council", phone="01632 960100")
    add(town.sources(), slug="other", operator="Council")
    assert Operator.objects.get().phone == "01632 960100"
    assert (Stop.objects.count(), Vehicle.objects.count(), ShiftPattern.objects.count()) == (6, 1, 2)
