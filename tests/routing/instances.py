"""Tiny instance files in each format, made by hand: on a line or in a small square, so that distances are seen at a glance."""

from __future__ import annotations

from pathlib import Path

# Requests 1 (node 1 to 3) and 2 (node 2 to 4) on a line: depot 0, then 3, 4, 7 and 9 minutes east of it.
#   1 vehicle for 2, route 40 minutes, ride 6 minutes, service 1 minute everywhere.
DARP = """1 4 40 2 6
0 0.0 0.0 0 0 0 100
1 3.0 0.0 1 1 0 100
2 4.0 0.0 1 1 10 20
3 7.0 0.0 1 -1 0 100
4 9.0 0.0 1 -1 0 100
"""

# The same with requests counted in line 1, and a depot to end at that closes at 60.
DARP_CLOSING = DARP.replace("1 4 40 2 6", "1 2 40 2 6") + "5 0.0 0.0 0 0 0 60\n"

# Requests 1 -> 4 and 3 -> 2: three vehicles for 10, a square with sides 3 and 4, diagonal 5.
LI_LIM = """3 10 1
0 0 0 0 0 100 0 0 0
1 3 0 6 0 50 2 0 4
2 3 4 -5 0 60 2 3 0
3 0 4 5 10 50 2 0 2
4 3 4 -6 0 60 2 1 0
"""

# Requests 1 -> 3 and 2 -> 4, minutes by road that are not the same in both directions.
SARTORI_BURIOL = """NAME: tiny-n4-1
LOCATION: Nowhere
COMMENT: made by hand
TYPE: PDPTW
SIZE: 5
DISTRIBUTION: random
DEPOT: central
ROUTE-TIME: 60
TIME-WINDOW: 30
CAPACITY: 5
NODES
0 54.1 -1.5 0 0 60 0 0 0
1 54.2 -1.4 2 0 30 1 0 3
2 54.3 -1.3 3 0 30 1 0 4
3 54.4 -1.2 -2 0 60 1 1 0
4 54.5 -1.1 -3 0 60 1 2 0
EDGES
0 4 5 6 7
4 0 2 3 4
6 2 0 2 3
6 3 2 0 1
7 4 3 2 0
EOF
"""

ALL = {"darp": DARP, "closing": DARP_CLOSING, "lilim": LI_LIM, "roads": SARTORI_BURIOL}


def written(folder: Path, name: str, text: str | None = None) -> Path:
    """One of `ALL`, or another text, as a file."""
    path = folder / f"{name}.txt"
    path.write_text(ALL[name] if text is None else text)
    return path
