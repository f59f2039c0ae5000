"""The files of Li & Lim (2001) for pickup and delivery with time windows, as SINTEF keeps them.

Line 1: vehicles, capacity, speed. Then a line a node: id, x, y, demand, earliest, latest, service, pickup, delivery; of the
last two one is 0 and the other the partner. Node 0 is the depot. Distances are Euclidean in double precision and are the
travel times: the speed is 1 or, in some files, 0, and nobody uses it.
"""

from __future__ import annotations

from routing.formats.lines import Line
from routing.formats.stated import Family, Node, Pair, Stated, check_pair, euclidean, node_of


def read_li_lim(lines: list[Line]) -> Stated:
    """Raises BadInstance."""
    head, rows = lines[0], lines[1:]
    fleet, capacity, _ = head.numbers("vehicles capacity speed")
    nodes: list[Node] = []
    partners: list[tuple[int, int]] = []
    for index, line in enumerate(rows):
        node, x, y, demand, earliest, latest, service, *pair = line.numbers(
            "id x y demand earliest latest service pickup delivery"
        )
        if node != index:
            raise line.bad(f"node {node:g} where node {index} is expected: put the nodes in order, each once.")
        nodes.append(node_of(line, x, y, demand, earliest, latest, service))
        partners.append((line.whole(pair[0], "the pickup", least=0), line.whole(pair[1], "the delivery", least=0)))
    distances = euclidean(nodes)
    return Stated(
        family=Family.LI_LIM,
        nodes=tuple(nodes),
        pairs=pairs_of(rows, partners, nodes),
        distances=distances,
        times=distances,
        vehicles=head.whole(fleet, "the number of vehicles", least=1),
        capacity=head.whole(capacity, "the capacity", least=1),
    )


def pairs_of(rows: list[Line], partners: list[tuple[int, int]], nodes: list[Node]) -> tuple[Pair, ...]:
    """The pairs that the last two columns name, in order of their pickups. Raises BadInstance where the ends don't agree."""
    pairs = []
    for index, (line, (pickup, delivery)) in enumerate(zip(rows, partners, strict=True)):
        if index == 0:
            continue
        partner = pickup or delivery
        if bool(pickup) == bool(delivery):
            raise line.bad(
                f"node {index} has {pickup} as its pickup and {delivery} as its delivery: exactly one of the two has to be 0."
            )
        if partner >= len(rows):
            raise line.bad(f"node {index} belongs to node {partner}, and the file ends with node {len(rows) - 1}: get it whole.")
        if partners[partner] != ((0, index) if pickup else (index, 0)):
            role = "delivery" if pickup else "pickup"
            raise line.bad(
                f"node {index} names node {partner} as its partner, but line {rows[partner].number} does not name node {index} "
                f"as the {role} of node {partner}: make the two lines agree."
            )
        if delivery:
            pair = Pair(index, delivery)
            check_pair(line, pair, nodes)
            pairs.append(pair)
    return tuple(pairs)
