"""Travel times on real roads: matrices beside plain RoutingKit, cold starts, memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import cycle, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np

from routing.model import Point
from routing.travel.cch import CchEngine
from routing.travel.dijkstra import DijkstraEngine
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm
from routing.travel.road_graph import RoadGraph
from routing.travel.roads_geojson import read_roads
from routing.travel.stored import Roads, roads_of
from tests.bench.ground import Ground
from tests.bench.report import Table, ms, percentile
from tests.bench.road_stops import stops_on

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = {"ripon": ROOT / "fixtures" / "ripon" / "roads.geojson"} | {
    name: ROOT.parent / "shared" / "data" / "roads" / f"{name}.osm.pbf" for name in ("andorra", "rutland")
}
REPEATS = 15
NOTE = "Processor time, so that little depends on what else runs."


def tables(ground: Ground) -> Iterator[Table]:
    """Matrices, what goes beside them, and the first matrix of a new process; of the networks that are there."""
    size = ground.size
    found = {name: NETWORKS[name] for name in size.networks if NETWORKS[name].is_file()}
    with TemporaryDirectory() as folder:
        stores = {name: Path(folder, f"{name}.drover") for name in found}
        cold = [row for name, path in found.items() for row in _cold(name, path, stores[name], max(size.stops))]
        columns = ("network", "start", "roads, ms", f"matrix of {max(size.stops)} stops, ms", "peak with roads, MB")
        yield Table("A new process, imports before", (*columns, "of its own, MB", "kept on disk, MB"), cold, note=NOTE)
        all_roads = {name: roads_of(path, stores[name], _reader(path)) for name, path in found.items()}
    columns = ("network", "junctions", "edges", "stops", "RoutingKit: nodes, ms", "RoutingKit: all spots, ms", "matrix, ms")
    matrices = [_matrix(name, roads, stops) for name, roads in all_roads.items() for stops in size.stops]
    yield Table(
        "Matrices of stops",
        (*columns, "times nodes", "times all spots", "of new stops, ms", "a door more, ms"),
        matrices,
        note=SPOTS,
    )
    columns = ("network", "re-weight, ms", "line, ms", "directions, ms", "20 × 20 with all metres, ms", "SciPy, 20 sources, ms")
    yield Table("Beside the matrix", columns, [_beside(name, roads) for name, roads in all_roads.items()], note=NOTE)


SPOTS = f"""{NOTE} RoutingKit alone answers for nodes. A stop on a two-way road is left and reached by either end of it: all spots
are up to four times as many pairs, and what a matrix really asks for."""


def _reader(path: Path) -> Callable[[Path], RoadGraph]:
    return read_roads if path.suffix == ".geojson" else read_osm


def _cold(name: str, path: Path, store: Path, stops: int) -> Iterator[list[object]]:
    for start in ("read and prepared", "loaded"):
        command = [sys.executable, "-m", "tests.bench.cold_roads", str(path), str(store), str(stops)]
        repeats = 3 if start == "loaded" else 1
        runs = [json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout) for _ in range(repeats)]
        kept = sum(file.stat().st_size for file in store.rglob("*") if file.is_file()) / 1e6
        middle = {key: percentile([run[key] for run in runs], 50) for key in runs[0]}
        memory = f"{middle['peak_mb']:.0f}", f"{middle['own_mb']:.0f}", f"{kept:.1f}"
        yield [name, start, ms(middle["load_s"]), ms(middle["matrix_s"]), *memory]


def _matrix(name: str, roads: Roads, stops: int) -> list[object]:
    times, graph = roads.times(), roads.graph
    places, metric = stops_on(graph, stops), _metric(times)
    nodes = np.random.default_rng(5).choice(graph.nodes, stops, replace=stops > graph.nodes).astype(np.uint32)
    edges = np.array([spot.edge for snap in times.snapper.snap(places) for spot in snap.spots])
    out, into = (np.unique(ends[edges]).astype(np.uint32) for ends in (graph.head, graph.tail))
    plain = _middle(lambda: metric.distances_many_to_many(nodes, nodes))
    spots = _middle(lambda: metric.distances_many_to_many(out, into))
    anew = _middle(lambda: (times.snaps.clear(), times.matrix(places)))
    known = _middle(lambda: times.matrix(places))
    whole, doors = times.matrix(places), [Point(place.lon + 2e-4, place.lat) for place in places[:REPEATS]]
    next_door = cycle(doors)
    door = _middle(lambda: times.extended(whole, [next(next_door)]))
    shares = f"{known / plain:.1f}", f"{known / spots:.1f}"
    return [name, graph.nodes, graph.edges, stops, ms(plain), ms(spots), ms(known), *shares, ms(anew), ms(door)]


def _beside(name: str, roads: Roads) -> list[object]:
    times, graph = roads.times(), roads.graph
    places, metric, scipy = stops_on(graph, 20), _metric(times), DijkstraEngine(graph)
    weights, sources, pairs = metric.weights.copy(), graph.tail[:20].astype(np.int64), list(pairwise(places))
    return [
        name,
        ms(_middle(lambda: metric.customize(weights))),
        ms(_middle(lambda: [times.path(*pair) for pair in pairs]) / len(pairs)),
        ms(_middle(lambda: [times.route(*pair) for pair in pairs]) / len(pairs)),
        ms(_middle(lambda: (times.lengths.clear(), times.matrix(places).metres))),
        ms(_middle(lambda: scipy.times_ms(sources, sources))),
    ]


def _metric(times: RoadGraphTimes) -> Any:
    """RoutingKit itself, below the engine."""
    assert isinstance(times.engine, CchEngine)
    return times.engine.metric


def _middle(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        begun = process_time()
        work()
        taken.append(process_time() - begun)
    return percentile(taken, 50)
