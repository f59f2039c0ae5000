"""Turn restrictions of OpenStreetMap, as forbidden sequences of edges.

Follows the wiki, page "Relation:restriction": no_* and only_*, by way of a node or of ways, exceptions, and keys for buses. Where
there is only one turn, one may not turn round either. What holds at certain hours holds always: a forbidden turn costs a detour
and hardly ever cuts anything off. What holds for vehicles of some size holds for those. A restriction that fits its roads in more
than one way (the way it comes from runs through the junction) or in none is left out.
"""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import osmium

from routing.travel.osm_profile import Profile
from routing.travel.osm_sizes import metres, tonnes
from routing.travel.osm_speeds import Tags
from routing.travel.road_graph import RoadGraph

KEYS = (
    "restriction:minibus",
    "restriction:bus",
    "restriction:psv",
    "restriction:motor_vehicle",
    "restriction:vehicle",
    "restriction",
)
"""From the particular to the general: the first one given holds."""
EXEMPT = {"minibus", "bus", "psv", "motor_vehicle", "vehicle"}
COMPARISON = re.compile(r"\b(weight|maxweight|axleload|length|width|height)\s*([<>]=?)\s*([^\s;)&]+(?:\s?(?:t|m|kg|lbs|st)\b)?)")
MEASURES = {
    "weight": "weight_t",
    "maxweight": "weight_t",
    "axleload": "axle_t",
    "length": "length_m",
    "width": "width_m",
    "height": "height_m",
}
COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


class Restriction(NamedTuple):
    """What holds for whoever comes from one way: a turn that they may not take, or the only one that they may."""

    only: bool
    come_from: int
    node: int | None
    """The junction; None where it goes by way of `ways`."""
    ways: tuple[int, ...]
    go_to: int


class Origin(NamedTuple):
    """Where a link comes from: its way, and the nodes at its tail and head."""

    way: int
    tail: int
    head: int


def read_restrictions(path: Path, vehicle: Profile) -> list[Restriction]:
    """The turn restrictions of an extract that hold for a vehicle. Raises RuntimeError for what is not an extract."""
    relations = osmium.FileProcessor(str(path), osmium.osm.RELATION).with_filter(osmium.filter.TagFilter(("type", "restriction")))
    found: list[Restriction] = []
    for relation in relations:
        only = holds(dict(relation.tags), vehicle)
        if only is None or not isinstance(relation, osmium.osm.Relation):
            continue
        ways, nodes = defaultdict[str, list[int]](list), list[int]()
        for member in relation.members:
            if member.type == "w":
                ways[member.role].append(member.ref)
            elif member.type == "n" and member.role == "via":
                nodes.append(member.ref)
        if len(nodes) + bool(ways["via"]) == 1:
            node, by = (nodes[0] if nodes else None), tuple(ways["via"])
            found += [Restriction(only, start, node, by, end) for start in ways["from"] for end in ways["to"]]
    return found


def holds(tags: Tags, vehicle: Profile) -> bool | None:
    """Whether the tags of a restriction tell the only turn allowed (or one that is forbidden); None if it does not hold."""
    if EXEMPT & {who.strip() for who in tags.get("except", "").split(";")}:
        return None
    for key in KEYS:
        value, _, condition = tags.get(key, tags.get(f"{key}:conditional", "")).partition("@")
        if not value:
            continue
        if condition and not _may_hold(condition, vehicle):
            return None
        return {"no": False, "only": True}.get(value.strip().partition("_")[0]) if "_" in value else None
    return None


def _may_hold(condition: str, vehicle: Profile) -> bool:
    """Whether a condition is one of time, or one of size that the vehicle meets."""
    for measure, sign, text in COMPARISON.findall(condition):
        field = MEASURES[measure]
        limit = tonnes(text) if field.endswith("_t") else metres(text)
        if limit is not None and not COMPARE[sign](getattr(vehicle.size, field), limit):
            return False
    return True


def banned_turns(graph: RoadGraph, origins: Sequence[Origin], restrictions: Sequence[Restriction]) -> set[tuple[int, ...]]:
    """The sequences of edges that the restrictions forbid. `graph` as `from_links` made it, `origins` one for each link."""
    turns = _Turns(graph, origins)
    banned: set[tuple[int, ...]] = set()
    for restriction in restrictions:
        found = set(turns.driven(restriction))
        if len(found) != 1:
            continue
        way = next(iter(found))
        if restriction.only:
            banned.update((*way[:-1], edge) for edge in turns.out_of[int(graph.head[way[-2]])] if edge != way[-1])
        else:
            banned.add(way)
        # Whoever turned round on a way in between, to drive along it once more, would be past the restriction.
        banned.update((*way[:end], edge) for end in range(2, len(way)) for edge in turns.back(way[end - 1]))
    return banned


class _Turns:
    """The edges of a graph by the ways that they come from."""

    def __init__(self, graph: RoadGraph, origins: Sequence[Origin]) -> None:
        self.graph = graph
        self.of_way, self.out_of = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        self.way = [origins[link].way for link in graph.link.tolist()]
        for edge, (link, tail) in enumerate(zip(graph.link.tolist(), graph.tail.tolist(), strict=True)):
            self.of_way[origins[link].way].append(edge)
            self.out_of[tail].append(edge)
        self.head_ref = [
            origins[link].head if along else origins[link].tail
            for link, along in zip(graph.link.tolist(), graph.along.tolist(), strict=True)
        ]

    def driven(self, restriction: Restriction) -> Iterator[tuple[int, ...]]:
        """The sequences of edges that a restriction can mean."""
        for edge in self.of_way.get(restriction.come_from, ()):
            if restriction.node is None:
                for ways in {restriction.ways, restriction.ways[::-1]}:
                    yield from self._on((edge,), (*ways, restriction.go_to))
            elif self.head_ref[edge] == restriction.node:
                yield from self._on((edge,), (restriction.go_to,))

    def _on(self, driven: tuple[int, ...], ways: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """On to the first edge of the last of the ways, along all of each of the others."""
        here = self.way[driven[-1]]
        for edge in self.out_of[int(self.graph.head[driven[-1]])]:
            if self.way[edge] == ways[0]:
                if len(ways) == 1:
                    yield (*driven, edge)
                elif not self._again(driven, edge):
                    yield from self._on((*driven, edge), ways[1:])
            elif len(driven) > 1 and self.way[edge] == here and not self._again(driven, edge):
                yield from self._on((*driven, edge), ways)

    def back(self, edge: int) -> list[int]:
        """The edges that go back where one came from."""
        return [other for other in self.out_of[int(self.graph.head[edge])] if self.graph.link[other] == self.graph.link[edge]]

    def _again(self, driven: tuple[int, ...], edge: int) -> bool:
        return int(self.graph.link[edge]) in {int(self.graph.link[other]) for other in driven}
