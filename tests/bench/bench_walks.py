"""Footways with the grounds beside them: reading and loading them, and looking for stops near places in grounds and elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from routing.model import Point
from routing.travel.footways import Footways
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm_walks import read_walks
from routing.travel.road_graph import RoadGraph
from routing.travel.walk_paths import PathIndex, WalkPaths
from routing.travel.walking import Walking
from tests.bench.bench_travel import NETWORKS, ROOT
from tests.bench.ground import Ground
from tests.bench.report import Cell, Table, ms, percentile
from tests.bench.road_stops import stops_on

LIMIT_M = 800
NOTE = "Processor time, so that little depends on what else runs. Without grounds: the same paths, and everybody to the nearest."


def tables(ground: Ground) -> Iterator[Table]:
    """New processes, read and loaded; then walks, of the networks that are OpenStreetMap's."""
    size = ground.size
    found = {name: NETWORKS[name] for name in size.networks if NETWORKS[name].is_file() and NETWORKS[name].suffix == ".pbf"}
    if not found:
        yield Table("Footways", ("skipped",), [("no OpenStreetMap extract",)])
        return
    cold = [row for name, path in found.items() for row in _cold(name, path)]
    yield Table("Footways in a new process", ("network", "start", "ms", "peak, MB", "kept on disk, MB", "grounds", "doors"), cold)
    columns = ("network", "place", "places", "stops", "ms a place", "without grounds, ms", "shorter to the nearest")
    rows = [row for name, path in found.items() for row in _near(name, read_walks(path), max(size.stops))]
    yield Table(f"Stops within {LIMIT_M} m", columns, rows, note=NOTE)


def _cold(name: str, path: Path) -> Iterator[list[Cell]]:
    with TemporaryDirectory() as folder:
        store = Path(folder, "walks.drover")
        _run(path, store)  # which keeps them
        kept = sum(file.stat().st_size for file in store.rglob("*") if file.is_file()) / 1e6
        for start, place in (("read", None), ("loaded", store)):
            runs = [_run(path, place) for _ in range(3)]
            middle = {key: percentile([run[key] for run in runs], 50) for key in runs[0]}
            counts = int(middle["grounds"]), int(middle["doors"])
            yield [name, start, ms(middle["load_s"]), f"{middle['peak_mb']:.0f}", f"{kept:.1f}", *counts]


def _run(path: Path, store: Path | None) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.cold_walks", str(path), *([str(store)] if store else [])]
    found: dict[str, float] = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    return found


def _near(name: str, graph: Footways, count: int) -> Iterator[list[Cell]]:
    stops = {str(i): stop for i, stop in enumerate(stops_on(graph, count))}
    bare = RoadGraph(**{each.name: getattr(graph, each.name) for each in fields(RoadGraph)})
    with_them, without = (PathIndex(stops, WalkPaths(RoadGraphTimes(each), Walking())) for each in (graph, bare))
    within = [Point(*((ring.min(axis=0) + ring.max(axis=0)) / 2).tolist()) for ring in graph.outlines]
    for place, places in (("amid an outline", within), ("at a path", stops_on(graph, len(within)))):
        taken, before = _taken(with_them, places), _taken(without, places)
        now, then = ([index.nearest(place) for place in places] for index in (with_them, without))
        shorter = sum(a is not None and b is not None and a.metres < b.metres for a, b in zip(now, then, strict=True))
        yield [name, place, len(places), len(stops), ms(taken), ms(before), shorter]


def _taken(index: PathIndex, places: Sequence[Point]) -> float:
    """The middle of how long an answer took."""
    taken = []
    for place in places:
        begun = process_time()
        index.near(place, LIMIT_M)
        taken.append(process_time() - begun)
    return percentile(taken, 50)
