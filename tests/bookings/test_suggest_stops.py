"""Virtual stops for those who live too far from any: as few as can be, where a bus can stand, once somebody accepts them."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bookings.actions.accept_stops import accept_stops
from bookings.files import BadFile
from bookings.models import Service, Stop
from bookings.open_data.covering import cover
from bookings.queries.stop_suggestions import Suggestions, as_geojson, suggest_stops
from routing.travel.osm import read_osm
from routing.travel.road_graph import RoadGraph
from tests.bookings.open_town import OpenTown, add, at

pytestmark = pytest.mark.django_db


def brute_force(served: list[frozenset[int]], need: int) -> tuple[int, int]:
    """The fewest places that serve so many, and the most that so few can serve."""
    for count in range(len(served) + 1):
        most = max(len(frozenset().union(*some)) for some in combinations(served, count))
        if most >= need:
            return count, most
    raise AssertionError("nobody can serve so many")


@pytest.mark.parametrize("seed", range(40))
def test_as_few_places_as_can_be_and_of_these_the_ones_that_serve_most(seed: int) -> None:
    rng = Random(seed)
    served = [frozenset(rng.sample(range(12), rng.randint(0, 5))) for _ in range(9)]
    need = rng.randint(1, len(frozenset().union(*served)))

    found = cover(served, need, seconds=20)

    reached = len(frozenset().union(*(served[place] for place in found.chosen)))
    fewest, most = brute_force(served, need)
    assert (len(found.chosen), found.proven) == (fewest, True)
    assert reached == most if fewest > 1 else reached >= need


def test_ctrl_c_is_answered_as_before_after_a_search() -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("Only Linux tells which signals a process answers: there is no /proc/self/status.")

    def answered() -> str:
        return next(line for line in status.read_text().splitlines() if line.startswith("SigCgt"))

    before = answered()
    cover([frozenset({1, 2}), frozenset({2, 3}), frozenset({1, 3})], need=3, seconds=20)

    assert answered() == before


def test_where_nobody_can_serve_them_all_as_many_as_possible_are() -> None:
    assert cover([frozenset({1}), frozenset({1, 2}), frozenset()], need=5, seconds=1).chosen == (1,)
    assert cover([], need=5, seconds=1).chosen == ()


@pytest.fixture
def town(tmp_path: Path) -> OpenTown:
    """Stops in the south-west alone; postcodes at every corner of the town, and one where no road goes."""
    town = OpenTown(tmp_path, stops=[("9A", "Mill", 0, 0)])
    town.postcodes = [("AB1 1AA", 0, 0), ("AB1 1AB", 4, 0.1), ("AB1 1AC", 4, 4), ("AB1 1AD", 0, 3.9), ("AB1 1AE", -1, -1)]
    return town.write()


def suggested(town: OpenTown, **asked: Any) -> tuple[Suggestions, RoadGraph]:
    add(town.write().sources())
    graph = read_osm(town.path("town.osm"))
    return suggest_stops(Service.objects.get(), graph, **asked), graph


def map_of(town: OpenTown, found: Suggestions, change: Callable[[list[Any]], object] = lambda features: None) -> Path:
    data, path = as_geojson(found), town.path("map.geojson")
    change(data["features"])
    path.write_text(json.dumps(data))
    return path


def test_stops_are_suggested_where_they_are_missing(town: OpenTown) -> None:
    found, _ = suggested(town, share=1.0)

    # Of the four corners only the first has a stop; AB1 1AE is 424 m from it, 530 m on foot. A stop serves those within 800 m
    # on foot, 640 m straight: two of the other corners, 1200 m apart, from the middle between them, and never all three.
    assert (found.before.covered, found.after.covered, found.enough) == (2, 5, True)
    assert (len(found.stops), found.at_least) == (2, 2)
    assert {code for stop in found.stops for code in stop.addresses} == {"AB1 1AB", "AB1 1AC", "AB1 1AD"}
    assert all(stop.settlement == "Mudford" and " / " in stop.name for stop in found.stops)


def test_nothing_is_suggested_where_enough_have_a_stop(town: OpenTown) -> None:
    found, _ = suggested(town, share=0.4)
    assert (found.stops, found.enough, found.after) == ((), True, found.before)


def test_nobody_is_asked_to_wait_beside_fast_traffic(town: OpenTown) -> None:
    fast = {"highway": "primary", "maxspeed": "60 mph"}
    town.tags = {"Avenue 4": fast, "Street 4": fast, "Street 0": {"highway": "primary", "maxspeed": "20 mph"}}
    found, _ = suggested(town, share=1.0)

    # Avenue 4 and Street 4, along the east and the north, are fast now; Street 0 is a main road too, but slow through the town.
    columns = {round((stop.point.lon + 0.7) / (at(1, 0)[0] + 0.7)) for stop in found.stops}
    rows = {round((stop.point.lat - 52.6) / (at(0, 1)[1] - 52.6)) for stop in found.stops}
    assert 4 not in columns | rows
    assert not found.enough or found.after.covered == 5


def test_what_is_accepted_becomes_a_stop_and_stays_one(town: OpenTown) -> None:
    found, graph = suggested(town, share=1.0)
    service = Service.objects.get()

    def change(features: list[Any]) -> None:
        features[1]["properties"]["accept"] = False

    accepted = accept_stops(service, map_of(town, found, change), graph)
    assert accepted == (["V1"], 0)
    accepted = accept_stops(service, map_of(town, found), graph)
    assert accepted == (["V2"], 1)
    assert accept_stops(service, map_of(town, found), graph) == ([], 2)

    add(town.sources())  # another year's data knows nothing of them
    assert set(Stop.objects.filter(active=True).values_list("code", flat=True)) == {"9A", "V1", "V2"}
    again = suggest_stops(service, graph, share=1.0)
    assert (again.before.share, again.stops) == (1.0, ())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            lambda features: features[0]["geometry"].update(coordinates=[52.6, -0.7]),
            r"features\[0\]: .* is outside the area: lon comes first",
        ),
        (
            lambda features: features[1]["geometry"].update(coordinates=list(at(6, 2))),
            r"features\[1\]: .* is 600 m from the nearest road",
        ),
        (lambda features: features[0]["geometry"].pop("coordinates"), r"features\[0\].geometry: make it a Point"),
        (lambda features: features[0]["properties"].update(name=""), r"features\[0\].properties.name: give the stop a name"),
    ],
)
def test_a_map_with_mistakes_is_told_and_nothing_is_accepted(
    town: OpenTown, change: Callable[[list[Any]], object], complaint: str
) -> None:
    found, graph = suggested(town, share=1.0)
    with pytest.raises(BadFile, match=complaint):
        accept_stops(Service.objects.get(), map_of(town, found, change), graph)
    town.path("map.geojson").write_text('{"type": "FeatureCollection"}')
    with pytest.raises(BadFile, match="features: make it a FeatureCollection, as suggest_stops writes it"):
        accept_stops(Service.objects.get(), town.path("map.geojson"), graph)
    assert Stop.objects.count() == 1
