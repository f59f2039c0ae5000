"""The demo service hangs together, and says of itself what is true."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Any

import holidays
import numpy as np
import pytest
import shapely

from fixtures.ripon.demand import PURPOSES
from fixtures.ripon.generate_wishes import PROFILES, as_text
from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.matrix import TravelMatrix
from routing.travel.sphere import distance_m
from routing.travel.walking import StopIndex
from tests.routing.travel_worlds import RIPON, ripon_graph, ripon_stops

SETTLEMENTS = {
    "Ripon": (54.1313, -1.5243), "Bedale": (54.2881, -1.5931), "Masham": (54.2243, -1.6501), "Aiskew": (54.2938, -1.5800),
    "Leeming Bar": (54.3031, -1.5630), "Grantley": (54.1250, -1.6449), "Kirkby Malzeard": (54.1647, -1.6439),
    "Grewelthorpe": (54.1876, -1.6488), "Sawley": (54.1012, -1.6159), "Fountains Abbey": (54.1169, -1.5893),
    "Bishop Monkton": (54.0932, -1.5032), "North Stainley": (54.1874, -1.5624), "West Tanfield": (54.2040, -1.5843),
    "Well": (54.2322, -1.5924), "Thornton Watlass": (54.2646, -1.6413), "Burneston": (54.2615, -1.5301),
    "Pickhill": (54.2455, -1.4702), "Melmerby": (54.1845, -1.4884), "Sharow": (54.1429, -1.4979), "Wath": (54.1881, -1.5060),
}  # fmt: skip
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
BANDS = {"adults", "children", "under5", "concessions", "companions", "wheelchairs"}


def load(name: str) -> Any:
    return json.loads((RIPON / name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    with (RIPON / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    found: dict[str, Any] = load("service.json")
    return found


@pytest.fixture(scope="module")
def matrix() -> TravelMatrix:
    return RoadGraphTimes(ripon_graph()).matrix(list(ripon_stops().values()))


@pytest.fixture(scope="module", params=["usual", "busiest"])
def day(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = load(f"wishes_{request.param}.json")
    return found


def people(wish: dict[str, Any]) -> int:
    return sum(count for band, count in wish["party"].items() if band != "wheelchairs")


def minute(text: str) -> int:
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute


# Stops and area


def test_every_settlement_has_stops_near_its_middle_and_towns_have_several() -> None:
    stops = rows("stops.csv")
    count = Counter(row["settlement"] for row in stops)
    assert (count["Ripon"] >= 18, count["Bedale"] >= 6, count["Masham"] >= 5) == (True, True, True)
    for name, (lat, lon) in SETTLEMENTS.items():
        there = [Point(float(row["lon"]), float(row["lat"])) for row in stops if row["settlement"] == name]
        assert min(distance_m(Point(lon, lat), place) for place in there) < 1000, name


def test_stops_are_told_apart_and_say_where_they_come_from() -> None:
    stops = rows("stops.csv")
    assert len({row["code"] for row in stops}) == len({(row["settlement"], row["name"]) for row in stops}) == len(stops)
    for row in stops:
        assert re.fullmatch(r"[A-Z]{3}\d\d", row["code"])
        assert row["source"] == ("NaPTAN" if row["atco_code"] else "Drover")


def test_stop_positions_are_those_of_naptan(shared_data: Path) -> None:
    with (shared_data / "stops" / "naptan-320-north-yorkshire.csv").open(encoding="utf-8-sig", newline="") as file:
        naptan = {row["ATCOCode"]: row for row in csv.DictReader(file)}
    for row in rows("stops.csv"):
        if row["source"] == "NaPTAN":
            real = naptan[row["atco_code"]]
            assert real["Status"] == "active"
            assert (
                distance_m(Point(float(row["lon"]), float(row["lat"])), Point(float(real["Longitude"]), float(real["Latitude"])))
                < 1
            )


def test_the_area_is_valid_and_holds_every_stop_with_a_margin() -> None:
    feature = load("area.geojson")["features"][0]
    area = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert area.is_valid
    assert feature["geometry"]["type"] == "MultiPolygon"
    inner = area.buffer(-0.008)  # about 500 m from east to west, 900 m from south to north
    assert all(inner.contains(shapely.Point(place)) for place in ripon_stops().values())


# Roads


def test_every_stop_is_on_the_network() -> None:
    snaps = RoadGraphTimes(ripon_graph()).snapper.snap(list(ripon_stops().values()))
    assert max(snap.access_m for snap in snaps) < 100


def test_the_towns_are_as_far_apart_as_they_are(matrix: TravelMatrix) -> None:
    stops = ripon_stops()
    ripon, masham, bedale = stops["RIP01"], stops["MAS01"], stops["BED01"]
    assert 20 <= matrix(ripon, masham) / 60 <= 26
    assert 22 <= matrix(ripon, bedale) / 60 <= 28
    assert 11 <= matrix(masham, bedale) / 60 <= 18


def test_no_road_is_a_short_cut_and_no_way_is_absurd(matrix: TravelMatrix) -> None:
    places = list(ripon_stops().values())
    crow = np.array([[distance_m(a, b) for b in places] for a in places])
    apart = crow > 2000
    winding = matrix.metres[apart] / crow[apart]
    assert winding.min() > 1.05
    assert np.median(winding) < 1.4
    assert np.quantile(winding, 0.99) < 2.2
    assert winding.max() < 3.5  # Lightwater Valley to Wath: the Ure has no bridge between Ripon and West Tanfield
    kmh = 3.6 * crow[apart] / matrix.seconds[apart]
    assert 18 < np.median(kmh) < 45
    assert kmh.max() < 70
    assert matrix.seconds.max() < 50 * 60


def test_the_network_says_that_it_is_made_by_hand() -> None:
    assert "by hand" in load("roads.geojson")["note"]
    assert "made by hand" in (RIPON / "README.md").read_text(encoding="utf-8")


# Rules


def test_hours_fares_and_fleet_are_the_published_ones(service: dict[str, Any]) -> None:
    assert service["hours"] == [
        {"days": WEEKDAYS, "from": "06:55", "to": "18:00"},
        {"days": ["sat"], "from": "09:00", "to": "18:00"},
    ]
    fares = {row["band"]: row for row in service["fares"]}
    assert {band: row["fare_pence"] for band, row in fares.items()} == {
        "adult": 200, "child": 100, "under5": 0, "concession": 0, "companion": 0,
    }  # fmt: skip
    assert (fares["child"]["from_age"], fares["child"]["to_age"]) == (5, 17)
    assert fares["concession"]["except"] == [{"days": WEEKDAYS, "before": "09:30", "fare_pence": 200}]
    assert [max(seats for seats, _ in vehicle["layouts"]) for vehicle in service["vehicles"]] == [14, 14]
    assert all(any(wheelchairs for _, wheelchairs in vehicle["layouts"]) for vehicle in service["vehicles"])
    booking = service["booking"]
    assert (booking["opens_days"], booking["closes_s"], booking["walk_limit_m"]) == (7, 1800, 400)


def test_it_is_closed_on_the_bank_holidays_of_england(service: dict[str, Any]) -> None:
    england = holidays.country_holidays("GB", subdiv="ENG", years=(2026, 2027, 2028))
    assert {date.fromisoformat(each) for each in service["holidays"]["closed"]} == set(england)


@pytest.mark.parametrize(("day_name", "per_bus"), [("mon", 2), ("fri", 2), ("sat", 1), ("sun", 0)])
def test_shifts_cover_the_hours_of_each_bus(service: dict[str, Any], day_name: str, per_bus: int) -> None:
    for vehicle in service["vehicles"]:
        shifts = [s for s in service["shifts"] if s["vehicle"] == vehicle["code"] and day_name in s["days"]]
        assert len(shifts) == per_bus
        for shift, after in pairwise(shifts):
            assert minute(shift["to"]) <= minute(after["from"])
        for hours in service["hours"]:
            if day_name in hours["days"]:
                assert minute(shifts[0]["from"]) <= minute(hours["from"])
                assert minute(shifts[-1]["to"]) >= minute(hours["to"])


@pytest.mark.parametrize("day_name", ["wed", "sat"])
def test_while_one_driver_rests_the_other_bus_is_out(service: dict[str, Any], day_name: str) -> None:
    today = [shift for shift in service["shifts"] if day_name in shift["days"]]
    rests = []
    for shift in today:
        (rest,) = shift["breaks"]
        begin, end = minute(rest["earliest"]), minute(rest["latest"]) + rest["duration_s"] // 60
        assert minute(shift["from"]) < begin < end < minute(shift["to"])
        # GB domestic rules: no more than five and a half hours without half an hour's break.
        assert rest["duration_s"] >= 1800
        assert minute(rest["latest"]) - minute(shift["from"]) <= 330
        assert minute(shift["to"]) - begin - rest["duration_s"] // 60 <= 330
        rests.append((begin, end))
    rests.sort()
    assert all(before[1] <= after[0] for before, after in pairwise(rests))


def test_places_vehicles_and_drivers_named_in_shifts_exist(service: dict[str, Any]) -> None:
    places = {depot["code"] for depot in service["depots"]} | set(ripon_stops())
    for shift in service["shifts"]:
        assert {shift["start"], shift["end"], *(each["place"] for each in shift["breaks"])} <= places
        assert shift["vehicle"] in {vehicle["code"] for vehicle in service["vehicles"]}
        assert shift["driver"] in {driver["code"] for driver in service["drivers"]}


# Wishes


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_the_generator_writes_the_same_bytes_again(profile: Any) -> None:
    assert as_text(profile).encode() == (RIPON / f"wishes_{profile.name}.json").read_bytes()


def test_another_seed_gives_another_day() -> None:
    assert as_text(PROFILES[0]) != as_text(PROFILES[0]._replace(seed=PROFILES[0].seed + 7))


def test_a_usual_day_has_45_journeys_and_the_busiest_78_and_36_percent_travel_together(day: dict[str, Any]) -> None:
    wishes = day["wishes"]
    assert day["modelled"] is True
    assert len(wishes) == {"usual": 45, "busiest": 78}[day["profile"]]
    assert sum(people(wish) > 1 for wish in wishes) / len(wishes) == pytest.approx(0.36, abs=0.01)
    assert {"hospital", "school", "hotel", "shopping"} <= {wish["purpose"] for wish in wishes} <= set(PURPOSES)
    assert 2 <= sum(wish["party"]["wheelchairs"] > 0 for wish in wishes) <= 8
    assert {wish["channel"] for wish in wishes} == {"app", "phone"}


def test_wishes_can_be_read_as_the_readme_says(day: dict[str, Any], service: dict[str, Any]) -> None:
    for wish in day["wishes"]:
        assert set(wish["party"]) == BANDS
        assert 1 <= people(wish) <= service["booking"]["max_party"]
        assert wish["party"]["wheelchairs"] <= service["booking"]["max_wheelchairs"]
        assert ("leave_at" in wish) != ("arrive_by" in wish)
        assert re.fullmatch(r"07700 900\d{3}", wish["passenger"]["phone"])  # Ofcom's range for drama


def test_everybody_lives_within_a_walk_of_a_stop_and_goes_somewhere_else(day: dict[str, Any], service: dict[str, Any]) -> None:
    index = StopIndex(ripon_stops())
    for wish in day["wishes"]:
        ends = [Point(*wish[end]["point"]) for end in ("origin", "destination")]
        for name, place in zip(("origin", "destination"), ends, strict=True):
            assert wish[name]["nearest_stop"] == index.near(place, service["booking"]["walk_limit_m"])[0].stop
        assert distance_m(*ends) > 700


def test_nobody_asks_outside_the_hours_or_the_booking_rules(day: dict[str, Any], matrix: TravelMatrix) -> None:
    stops = ripon_stops()
    for wish in day["wishes"]:
        direct_s = matrix(stops[wish["origin"]["nearest_stop"]], stops[wish["destination"]["nearest_stop"]])
        if "leave_at" in wish:
            leave, arrive = minute(wish["leave_at"]), minute(wish["leave_at"]) + direct_s / 60
        else:
            leave, arrive = minute(wish["arrive_by"]) - direct_s / 60, minute(wish["arrive_by"])
        assert minute("06:55") <= leave
        assert arrive <= minute("18:00")
        assert 0 <= wish["asked"]["days_before"] < 7
        if wish["asked"]["days_before"] == 0:
            assert minute(wish["asked"]["at"]) <= leave - 30


def test_wishes_come_in_the_order_in_which_they_are_asked_and_returns_after_the_way_out(day: dict[str, Any]) -> None:
    wishes = day["wishes"]
    order = [(-wish["asked"]["days_before"], minute(wish["asked"]["at"])) for wish in wishes]
    assert order == sorted(order)
    seen: dict[str, Any] = {}
    for wish in wishes:
        if wish["return_of"]:
            out = seen[wish["return_of"]]
            assert (wish["passenger"], wish["party"]) == (out["passenger"], out["party"])
            assert (wish["origin"], wish["destination"]) == (out["destination"], out["origin"])
            assert minute(wish["leave_at"]) >= minute(out.get("arrive_by") or out["leave_at"]) + 45
        seen[wish["id"]] = wish
    assert len(seen) == len(wishes)
    assert sum(bool(wish["return_of"]) for wish in wishes) > len(wishes) / 4
