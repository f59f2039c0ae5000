"""Forbidden turns in a road graph: it is taken apart where turns are forbidden, so that shortest paths need not know of them.

A forbidden sequence of edges is found by what was driven last (as Aho & Corasick 1975 find words): edges in the middle of a
sequence of three or more get a copy for who is on it (Villeneuve & Desaulniers 2005), and a junction falls into nodes by what may
follow what, joined by *connectors*: edges of no length and no time, on a link of kind `turn`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from routing.travel.road_graph import RoadGraph

TURN = "turn"
"""The kind of the links of connectors."""

State = tuple[int, ...]
"""The edges driven last, as far as they begin a forbidden sequence; the last is the one that the bus is on."""


def forbid(graph: RoadGraph, banned: Iterable[Sequence[int]]) -> RoadGraph:
    """The graph without the ways that contain one of the sequences of (two or more) successive edges.

    Edges keep their numbers; copies and connectors come after them. Links where turning round would get a bus past a forbidden
    turn are no longer `turnable`.
    """
    given = {tuple(sequence) for sequence in banned}
    sequences = {sequence for sequence in given if not any(part in given for part in _parts(sequence))}  # the others follow
    return _Apart(graph, sequences).graph() if sequences else graph


def _parts(sequence: State) -> Iterator[State]:
    """The stretches of a sequence that are shorter than itself."""
    length = len(sequence)
    return (sequence[i:j] for i in range(length) for j in range(i + 2, length + 1) if j - i < length)


class _Apart:
    """Takes junctions apart, one after the other."""

    def __init__(self, graph: RoadGraph, sequences: set[State]) -> None:
        self.old, self.sequences = graph, sequences
        copies = sorted({sequence[:length] for sequence in sequences for length in range(2, len(sequence))})
        self.number: dict[State, int] = {copy: graph.edges + i for i, copy in enumerate(copies)}
        last = [copy[-1] for copy in copies]
        self.edge_of = [*range(graph.edges), *last]
        self.tail, self.head = (
            [*graph.tail.tolist(), *graph.tail[last].tolist()],
            [*graph.head.tolist(), *graph.head[last].tolist()],
        )
        self.node_of = list(range(graph.nodes))
        self.connectors: list[tuple[int, int, int]] = []  # from, to, the junction
        self.turnable = graph.turnable.copy()
        self.into, self.out_of = defaultdict[int, list[State]](list), defaultdict[int, list[int]](list)
        for edge, (tail, head) in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), strict=True)):
            self.into[head].append((edge,))
            self.out_of[tail].append(edge)
        for copy in copies:
            self.into[int(graph.head[copy[-1]])].append(copy)
        for junction in sorted({int(graph.head[edge]) for sequence in sequences for edge in sequence[:-1]}):
            self._take_apart(junction)

    def _take_apart(self, junction: int) -> None:
        moves = {state: frozenset(self._moves(state)) for state in self.into[junction]}
        self._keep_from_turning(junction, moves)
        arrivals = defaultdict[frozenset[State], list[State]](list)
        for state, after in moves.items():
            arrivals[after].append(state)
        entered_by = defaultdict[State, set[frozenset[State]]](set)
        for after in arrivals:
            for state in after:
                entered_by[state].add(after)
        for edge in self.out_of[junction]:
            entered_by[(edge,)]  # also one that nobody may enter any more
        departures = defaultdict[frozenset[frozenset[State]], list[State]](list)
        for state, enter in entered_by.items():
            departures[frozenset(enter)].append(state)
        node = {after: self._node(junction) if i else junction for i, after in enumerate(arrivals)}
        for after, states in arrivals.items():
            for state in states:
                self.head[self._number(state)] = node[after]
        for by, states in departures.items():
            # Who may go this way and no other needs no node in between.
            only = next((after for after in by if after == frozenset(states)), next(iter(by)) if len(by) == 1 else None)
            start = node[only] if only is not None else self._node(junction)
            for state in states:
                self.tail[self._number(state)] = start
            self.connectors += [(node[after], start, junction) for after in by if node[after] != start]

    def _moves(self, state: State) -> list[State]:
        """The states that may follow one."""
        found = []
        for edge in self.out_of[int(self.old.head[state[-1]])]:
            history = (*state, edge)
            ends = [history[i:] for i in range(len(history))]  # the longest first
            if not any(end in self.sequences for end in ends):
                found.append(next(end for end in ends if len(end) == 1 or end in self.number))
        return found

    def _keep_from_turning(self, junction: int, moves: dict[State, frozenset[State]]) -> None:
        """Marks the links on which whoever turns round may do afterwards what they might not have done before."""
        back = {int(self.old.link[state[0]]): after for state, after in moves.items() if len(state) == 1}
        for edge in self.out_of[junction]:
            link = int(self.old.link[edge])
            if any((edge,) in after and not back.get(link, after) <= after for after in moves.values()):
                self.turnable[link] = False

    def _number(self, state: State) -> int:
        return state[0] if len(state) == 1 else self.number[state]

    def _node(self, junction: int) -> int:
        self.node_of.append(junction)
        return len(self.node_of) - 1

    def graph(self) -> RoadGraph:
        old, edges, nodes = self.old, np.array(self.edge_of), np.array(self.node_of)
        starts, ends, junctions = np.array(self.connectors, dtype=np.int32).reshape(-1, 3).T
        links = len(old.shapes) + np.arange(len(starts), dtype=np.int32)
        none = np.zeros(len(starts))
        kinds, names = (*old.kinds, TURN), (*old.names, "")
        return replace(
            old,
            lon=old.lon[nodes],
            lat=old.lat[nodes],
            tail=np.concatenate([np.array(self.tail, dtype=np.int32), starts]),
            head=np.concatenate([np.array(self.head, dtype=np.int32), ends]),
            length_m=np.concatenate([old.length_m[edges], none]),
            seconds=np.concatenate([old.seconds[edges], none]),
            wait_s=np.concatenate([old.wait_s[edges], none]),
            link=np.concatenate([old.link[edges], links]),
            along=np.concatenate([old.along[edges], none == 0]),
            shapes=(*old.shapes, *(np.array([[old.lon[at], old.lat[at]]] * 2) for at in junctions.tolist())),
            kerbside=np.concatenate([old.kerbside, none > 0]),
            round=np.concatenate([old.round, none > 0]),
            kinds=kinds,
            kind=np.concatenate([old.kind, np.full(len(links), len(kinds) - 1, dtype=np.int32)]),
            names=names,
            name=np.concatenate([old.name, np.full(len(links), len(names) - 1, dtype=np.int32)]),
            turnable=np.concatenate([self.turnable, none > 0]),
        )
