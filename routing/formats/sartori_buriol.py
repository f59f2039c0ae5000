"""The files of Sartori & Buriol (2020) for pickup and delivery with time windows on real roads.

`KEY: value` lines, of which SIZE and CAPACITY matter; NODES and a line for each: id, lat, lon, demand, earliest, latest,
service, pickup, delivery; EDGES and a matrix of whole minutes; EOF. The number of vehicles is free: as many as requests.
"""

from __future__ import annotations

from itertools import takewhile

import numpy as np

from routing.formats.li_lim import pairs_of
from routing.formats.lines import BadInstance, Line
from routing.formats.stated import Family, Node, Stated, node_of


def read_sartori_buriol(lines: list[Line]) -> Stated:
    """Raises BadInstance."""
    head = list(takewhile(lambda line: line.words != ["NODES"], lines))
    size, capacity = _stated(head, "SIZE"), _stated(head, "CAPACITY")
    rest = _section(lines, len(head), "NODES")
    rows, rest = rest[:size], rest[size:]
    if len(rows) < size or rows[-1].words == ["EDGES"]:
        raise rows[-1].bad(f"fewer than the {size} nodes that SIZE announces: get the whole file, or correct SIZE.")
    nodes: list[Node] = []
    partners: list[tuple[int, int]] = []
    for index, line in enumerate(rows):
        node, lat, lon, demand, earliest, latest, service, *pair = line.numbers(
            "id lat lon demand earliest latest service pickup delivery"
        )
        if node != index:
            raise line.bad(f"node {node:g} where node {index} is expected: put the nodes in order, each once.")
        nodes.append(node_of(line, lon, lat, demand, earliest, latest, service))
        partners.append((line.whole(pair[0], "the pickup", least=0), line.whole(pair[1], "the delivery", least=0)))
    pairs = pairs_of(rows, partners, nodes)
    if not rest or rest[0].words != ["EDGES"]:
        raise (rest or rows)[0 if rest else -1].bad(f"EDGES is expected after {size} nodes: correct SIZE, or get the whole file.")
    times = _matrix(rest, size)
    return Stated(Family.SARTORI_BURIOL, tuple(nodes), pairs, times, times, len(pairs), capacity)


def _stated(head: list[Line], key: str) -> int:
    for line in head:
        if line.words[0] == f"{key}:":
            if len(line.words) != 2:
                raise line.bad(f"one whole number is expected after {key}.")
            return line.whole(line.number_of(line.words[1], key), key, least=1)
    raise BadInstance(head[0].path, head[-1].number, f"no line '{key}: <number>' before NODES: add it.")


def _section(lines: list[Line], at: int, name: str) -> list[Line]:
    """The lines after the one that is the name of a section, which is expected at an index."""
    if at == len(lines):
        raise lines[-1].bad(f"the file ends before the line {name}: get it whole.")
    if at + 1 == len(lines):
        raise lines[-1].bad(f"the file ends with the line {name}: get it whole.")
    return lines[at + 1 :]


def _matrix(lines: list[Line], size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The matrix that follows the line EDGES, up to the line EOF."""
    rows = lines[1 : size + 1]
    times = np.empty((size, size))
    for index, line in enumerate(rows):
        if len(line.words) != size:
            raise line.bad(
                f"row {index} of EDGES has {len(line.words)} times, and {size} are expected: get the whole file, or correct SIZE."
            )
        try:
            times[index] = np.array(line.words, dtype=np.float64)
        except ValueError:
            for column, word in enumerate(line.words):
                line.number_of(word, f"the time to node {column}")
            raise
        if not np.isfinite(times[index]).all() or (times[index] < 0).any():
            raise line.bad(f"row {index} of EDGES has a time that is below 0 or not finite: correct it.")
    end = lines[size + 1] if len(lines) > size + 1 else None
    if end is None or end.words != ["EOF"]:
        raise (end or lines[-1]).bad(f"EOF is expected after {size} rows of EDGES: get the whole file.")
    return times
