"""Somebody draws a network by hand, slips, and is told where and what to do."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from routing.travel.roads_geojson import BadRoads, read_roads

Network = dict[str, Any]


def two_villages() -> Network:
    """Features 1 and 2 are junctions, feature 3 the road between them, about 1 km long."""
    a, b = [-1.50, 54.0], [-1.50, 54.009]
    return {
        "type": "FeatureCollection",
        "classes": {"C": {"speed_kmh": 36, "circuity": 1.2}, "motorway": {"speed_kmh": 90, "circuity": 1.0}},
        "features": [
            {"type": "Feature", "properties": {"node": "Mill"}, "geometry": {"type": "Point", "coordinates": a}},
            {"type": "Feature", "properties": {"node": "Ford"}, "geometry": {"type": "Point", "coordinates": b}},
            {
                "type": "Feature",
                "properties": {"class": "C", "name": "Mill Lane", "from": "Mill", "to": "Ford"},
                "geometry": {"type": "LineString", "coordinates": [a, b]},
            },
        ],
    }


def save(network: Network | str, folder: Path) -> Path:
    path = folder / "roads.geojson"
    path.write_text(network if isinstance(network, str) else json.dumps(network), encoding="utf-8")
    return path


def test_length_is_drawn_length_times_circuity_and_time_follows_from_the_class(tmp_path: Path) -> None:
    graph = read_roads(save(two_villages(), tmp_path))
    assert (graph.nodes, graph.edges) == (2, 2)
    assert graph.length_m[0] == pytest.approx(1000.8 * 1.2, abs=1)
    assert graph.seconds[0] == pytest.approx(graph.length_m[0] / 10)


def test_a_bus_does_not_stop_on_a_motorway(tmp_path: Path) -> None:
    network = two_villages()
    network["features"].append(copy.deepcopy(network["features"][2]))
    network["features"][3]["properties"]["class"] = "motorway"
    assert read_roads(save(network, tmp_path)).kerbside.tolist() == [True, False]


def test_a_driver_is_told_streets_by_name(tmp_path: Path) -> None:
    network = two_villages()
    network["features"].append(copy.deepcopy(network["features"][2]))
    del network["features"][3]["properties"]["name"]
    graph = read_roads(save(network, tmp_path))
    assert [graph.names[name] for name in graph.name] == ["Mill Lane", ""]
    assert [graph.kinds[kind] for kind in graph.kind] == ["C", "C"]


def road(network: Network) -> dict[str, Any]:
    feature: dict[str, Any] = network["features"][2]
    return feature


SLIPS: dict[str, tuple[Callable[[Network], object], str]] = {
    "unknown class": (lambda n: road(n)["properties"].update({"class": "D"}), r"feature 3: class 'D'.*add it there or correct"),
    "no name of an end": (lambda n: road(n)["properties"].pop("to"), r"feature 3: no property 'to': add it"),
    "unknown junction": (lambda n: road(n)["properties"].update(to="Fjord"), r"feature 3: no junction 'Fjord': add a Point"),
    "end elsewhere": (
        lambda n: n["features"][1]["geometry"].update(coordinates=[-1.5, 54.01]),
        r"feature 3: ends \d+ m from .*'Ford'",
    ),
    "junction twice": (
        lambda n: n["features"][1]["properties"].update(node="Mill"),
        r"feature 2: junction 'Mill' is there twice",
    ),
    "a polygon": (lambda n: road(n)["geometry"].update(type="Polygon"), r"feature 3: a Polygon: use Point"),
    "one coordinate": (lambda n: road(n)["geometry"].update(coordinates=[[-1.5, 54.0]]), r"feature 3: .*at least two"),
    "text as number": (
        lambda n: n["features"][0]["geometry"].update(coordinates=["-1.5", 54]),
        r"feature 1: .*\[lon, lat\] pair",
    ),
    "off the earth": (lambda n: n["features"][0]["geometry"].update(coordinates=[-1.5, 154]), r"feature 1: .*not on the earth"),
    "not a number": (
        lambda n: n["features"][0]["geometry"].update(coordinates=[float("nan"), 54]),
        r"feature 1: .*not on the earth",
    ),
    "one-way in words": (
        lambda n: road(n)["properties"].update(oneway="yes"),
        r"feature 3: oneway is 'yes': write true or false",
    ),
    "a number as name": (lambda n: road(n)["properties"].update(name=7), r"feature 3: name is 7: write text"),
    "round in a circle": (lambda n: road(n)["properties"].update(to="Mill"), r"feature 3: .*(itself|ends \d+ m)"),
    "no geometry": (lambda n: road(n).update(geometry=None), r"feature 3: needs a geometry"),
    "no speed": (lambda n: n["classes"].update(C={"circuity": 1.2}), r"class 'C' wants a speed_kmh"),
    "no classes": (lambda n: n.pop("classes"), r'no "classes": add'),
    "one way only": (lambda n: road(n)["properties"].update(oneway=True), r"can't drive both to and from .*join them"),
    "no roads": (lambda n: n["features"].pop(), r"no road in it: add LineString"),
    "no features": (lambda n: n.pop("features"), r"not a GeoJSON FeatureCollection"),
}


@pytest.mark.parametrize("slip", SLIPS, ids=str)
def test_a_slip_is_named_with_file_feature_and_remedy(slip: str, tmp_path: Path) -> None:
    network, (make, message) = two_villages(), SLIPS[slip]
    make(network)
    path = save(network, tmp_path)
    with pytest.raises(BadRoads, match=message) as told:
        read_roads(path)
    assert str(path) in str(told.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '"roads"', "null"])
def test_a_file_that_is_something_else(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadRoads, match=r"not (JSON|a GeoJSON)"):
        read_roads(save(text, tmp_path))
