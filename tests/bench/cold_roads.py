"""python -m tests.bench.cold_roads ROADS STORE STOPS: what a process needs for its first matrix, as a line of JSON.

In a process of its own, since the memory of one can't be told from what others in it have used before.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

from routing.travel import cch  # noqa: F401  what is imported counts as imported
from routing.travel.osm import read_osm
from routing.travel.roads_geojson import read_roads
from routing.travel.stored import roads_of
from tests.bench.road_stops import stops_on


def main(source: Path, store: Path, stops: int) -> None:
    before = process_time()
    roads = roads_of(source, store, read_roads if source.suffix == ".geojson" else read_osm)
    times = roads.times()
    ready = process_time()
    memory = {"peak_mb": megabytes("VmHWM"), "own_mb": megabytes("RssAnon")}
    places = stops_on(roads.graph, stops)
    asked = process_time()
    times.matrix(places)
    print(json.dumps({"load_s": ready - before, "matrix_s": process_time() - asked, **memory}))


def megabytes(what: str) -> float:
    """Of this process, as Linux counts; 0 elsewhere."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:")), 0.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
