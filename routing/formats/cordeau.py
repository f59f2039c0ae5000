"""The dial-a-ride files of Cordeau & Laporte (2003; R1a to R10b) and Cordeau (2006; sets a and b).

Line 1: vehicles, requests or nodes, route duration, capacity, longest ride. Then a line a node: id, x, y, service, load,
earliest, latest. Node 0 is the depot, requests go from i to n + i; some files have a depot of their own to end at as node
2n + 1. The second number of line 1 is 2n in most files and n in some, so what follows decides.
"""

from __future__ import annotations

from routing.formats.lines import BadInstance, Line
from routing.formats.stated import Family, Pair, Stated, check_pair, euclidean, node_of


def read_cordeau(lines: list[Line]) -> Stated:
    """Raises BadInstance."""
    head, rows = lines[0], lines[1:]
    fleet, stated, duration, capacity, ride = head.numbers("vehicles requests-or-nodes route-duration capacity longest-ride")
    n, closing = _requests(head, head.whole(stated, "the number of requests or nodes", least=1), rows)
    nodes = []
    for index, line in enumerate(rows):
        node, x, y, service, load, earliest, latest = line.numbers("id x y service load earliest latest")
        if node != index:
            raise line.bad(f"node {node:g} where node {index} is expected: put the nodes in order, each once.")
        nodes.append(node_of(line, x, y, load, earliest, latest, service))
    pairs = tuple(Pair(i, n + i) for i in range(1, n + 1))
    for pair in pairs:
        check_pair(rows[pair.pickup], pair, nodes)
    for what, value in (("the route duration", duration), ("the longest ride", ride)):
        if value <= 0:
            raise head.bad(f"{what} is {value:g} and has to be above 0: correct it.")
    distances = euclidean(nodes)
    return Stated(
        family=Family.DARP,
        nodes=tuple(nodes),
        pairs=pairs,
        distances=distances,
        times=distances,
        vehicles=head.whole(fleet, "the number of vehicles", least=1),
        capacity=head.whole(capacity, "the capacity", least=1),
        end=2 * n + 1 if closing else 0,
        max_ride=ride,
        max_duration=duration,
    )


def _requests(head: Line, stated: int, rows: list[Line]) -> tuple[int, bool]:
    """The number of requests, and whether there is a depot to end at, from how many nodes follow."""
    for n in (stated // 2, stated) if stated % 2 == 0 else (stated,):
        if len(rows) in (2 * n + 1, 2 * n + 2):
            return n, len(rows) == 2 * n + 2
    likely = f"{stated + 1} or {stated + 2} where {stated} counts nodes, " if stated % 2 == 0 else ""
    raise BadInstance(
        head.path,
        rows[-1].number if rows else head.number,
        f"the file ends after {len(rows)} nodes, but line {head.number} announces {stated}: expected are {likely}"
        f"{2 * stated + 1} or {2 * stated + 2} where {stated} counts requests. Get it whole, or correct line {head.number}.",
    )
