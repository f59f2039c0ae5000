"""python -m tests.bench.cold_walks EXTRACT [STORE]: what a process needs for its footways, as a line of JSON.

In a process of its own, as `cold_roads`; read anew where no STORE is given.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

import numpy as np

from routing.travel import cch  # noqa: F401  what is imported counts as imported
from routing.travel.footways import as_footways
from routing.travel.osm_walks import read_walks
from routing.travel.stored import roads_of
from tests.bench.cold_roads import megabytes


def main(source: Path, store: Path | None = None) -> None:
    before = process_time()
    graph = as_footways(roads_of(source, store, read_walks).graph if store else read_walks(source))
    taken = process_time() - before
    grounds = len(np.unique(graph.outline_of))
    print(json.dumps({"load_s": taken, "peak_mb": megabytes("VmHWM"), "grounds": grounds, "doors": len(graph.door_of)}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
