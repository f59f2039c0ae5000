"""Driving times beside those of Routino, an engine of others, over the same extracts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm
from routing.travel.osm_profile import MINIBUS, Profile
from routing.travel.road_graph import RoadGraph
from routing.travel.sphere import distance_m, line_m
from tests.bench.bench_travel import NETWORKS
from tests.bench.ground import Ground
from tests.bench.report import Cell, Table

PROGRAMS = ("planetsplitter", "routino-router")
PROFILES = Path("/usr/share/routino/profiles.xml")
ROADS = ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "service", "track")
PROPERTIES = ("paved", "multilane", "bridge", "tunnel", "footroute", "bicycleroute")
APART_M = 3000
"""Routino tells times to 6 s: pairs nearer than this would measure that."""
SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
COLUMNS = ("network", "pairs", "what", *(f"p{100 * share:.0f}" for share in SHARES), "within 5 %")
SAME = replace(MINIBUS, limit_share=1.0, node_s={})
"""Without what Routino does not know: averages below the limit, and time lost at lights and gates."""


class Way(NamedTuple):
    """What Routino found."""

    seconds: float
    metres: float


def tables(ground: Ground) -> Iterator[Table]:
    """Ratios of our times to Routino's, for both engines with our speeds, and for each with its own."""
    title = "Driving times over Routino's"
    found = {name: NETWORKS[name] for name in ground.size.networks if _is_osm(NETWORKS[name])}
    missing = next((program for program in PROGRAMS if shutil.which(program) is None), None)
    if missing or not found:
        why = f"no {missing}: apt-get install --no-install-recommends routino" if missing else "no OpenStreetMap extract"
        yield Table(title, ("skipped",), [(why,)])
        return
    rows = [row for name, path in found.items() for row in _rows(name, path, ground.size.pairs)]
    yield Table(title, COLUMNS, rows, note=NOTE)


NOTE = """Ratios of ours to Routino's, between bends of roads at least 3 km apart. `same speeds`: Routino is told ours by class,
and we take limits as they are, so that what is left is the network: which roads, one-way streets, turns. `own speeds`: its PSV
drives at the limit."""


def _is_osm(path: Path) -> bool:
    return path.name.endswith(".osm.pbf") and path.is_file()


def _rows(name: str, path: Path, count: int) -> Iterator[list[Cell]]:
    same, own = (RoadGraphTimes(read_osm(path, vehicle)) for vehicle in (SAME, MINIBUS))
    pairs = _pairs(same.graph, count)
    with TemporaryDirectory() as folder:
        command = ["planetsplitter", f"--dir={folder}", f"--prefix={name}", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        as_ours = [(pair, way) for pair in pairs if (way := _routino(folder, name, pair, _our_speeds(SAME)))]
        as_its = [(pair, way) for pair in pairs if (way := _routino(folder, name, pair, []))]
    matrices = [(pair, same.matrix(pair), way) for pair, way in as_ours]
    yield _row(name, "seconds, same speeds", [matrix(*pair) / way.seconds for pair, matrix, way in matrices])
    yield _row(name, "metres, same speeds", [matrix.distance_m(*pair) / way.metres for pair, matrix, way in matrices])
    yield _row(name, "seconds, own speeds", [own.matrix(pair)(*pair) / way.seconds for pair, way in as_its])


def _row(name: str, what: str, ratios: list[float]) -> list[Cell]:
    near = np.mean(np.abs(np.array(ratios) - 1) <= 0.05)
    return [name, len(ratios), what, *(f"{value:.3f}" for value in np.quantile(ratios, SHARES)), f"{near:.0%}"]


def _pairs(graph: RoadGraph, count: int) -> list[tuple[Point, Point]]:
    """Pairs of bends of named classes of road, where both engines look for the same road."""
    rng, named = np.random.default_rng(11), np.array([kind in ROADS[1:7] for kind in graph.kinds])
    links = np.flatnonzero(named[graph.kind] & graph.kerbside)
    pairs = list[tuple[Point, Point]]()
    while len(pairs) < count:
        shapes = [graph.shapes[link] for link in rng.choice(links, 2)]
        a, b = (Point(*shape[len(shape) // 2].tolist()) for shape in shapes)
        if distance_m(a, b) >= APART_M:
            pairs.append((a, b))
    return pairs


def _our_speeds(vehicle: Profile) -> list[str]:
    its = vehicle.size
    size = f"--weight={its.weight_t} --height={its.height_m} --width={its.width_m} --length={its.length_m}".split()
    speeds = [f"--speed-{road}={vehicle.kmh[road]:.0f}" for road in ROADS]
    return [*size, *speeds, *(f"--highway-{road}=100" for road in ROADS), *(f"--property-{each}=50" for each in PROPERTIES)]


def _routino(folder: str, name: str, pair: tuple[Point, Point], options: list[str]) -> Way | None:
    ends = [f"--{axis}{i}={value}" for i, point in enumerate(pair, 1) for axis, value in zip(("lon", "lat"), point, strict=True)]
    command = ["routino-router", f"--dir={folder}", f"--prefix={name}", f"--profiles={PROFILES}", "--transport=psv", "--quickest"]
    run = subprocess.run([*command, *ends, *options, "--output-text-all", "--output-stdout"], capture_output=True, text=True)
    if run.returncode:
        return None  # no way that Routino's preferences would take
    rows = [line.split("\t") for line in run.stdout.splitlines() if line.strip() and not line.startswith("#")]
    line = np.array([(float(row[1]), float(row[0])) for row in rows])
    return Way(60 * float(rows[-1][7]), line_m(line))  # its own metres lose up to one in each bend
