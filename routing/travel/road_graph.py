"""A road network as arrays: junctions, directed edges between them, and the shape of each road."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.model import Point


class Link(NamedTuple):
    """A stretch of road between two junctions (indices of nodes), before it becomes one or two directed edges."""

    tail: int
    head: int
    length_m: float
    seconds: float
    shape: NDArray[np.float64]
    """(lon, lat) rows from tail to head, both included."""
    oneway: bool = False
    kerbside: bool = True
    """Whether a bus may stop along it: not on a motorway."""
    kind: str = ""
    """The class of the road: the value of OpenStreetMap's `highway`, or the class in a hand-made network."""
    name: str = ""
    """The name of the street; empty where it has none."""
    back_s: float | None = None
    """Seconds from head to tail, where they are not those from tail to head."""
    round: bool = False
    """Whether it is part of a roundabout."""
    wait_s: float = 0.0
    """Of the seconds from tail to head those that a bus stands: at a light, at a gate. The others it drives."""
    back_wait_s: float = 0.0


class EmptyNetwork(ValueError):
    """A network without a single road on which one could drive there and back."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """n nodes, m directed edges, k links; a two-way link is two edges. Immutable by convention: nobody writes to the arrays.

    `round`: whether a link is part of a roundabout, shape (k,).
    `lon`, `lat`: degrees, shape (n,). `tail`, `head`: node indices, shape (m,), int32. `length_m`, `seconds`: shape (m,);
    `wait_s`: how many of these seconds a bus stands and does not drive, shape (m,).
    `link`: the link of each edge, shape (m,); `along`: whether the edge runs as its link's shape does, shape (m,).
    `shapes`: k arrays of (lon, lat) rows. `kerbside`: shape (k,). `kind`, `name`: the class and the street name of each link, as
    an index into `kinds` and `names`, shape (k,); a link without a name has "". `turnable`: whether a bus that stops along a link
    may turn round there, shape (k,): not where that would get it past a turn restriction. `left`: whether traffic keeps left.

    Where turns are forbidden (see `turns`), several nodes stand for a junction, several edges may run along a link in one
    direction, and links and edges of no length join nodes.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_m: NDArray[np.float64]
    seconds: NDArray[np.float64]
    wait_s: NDArray[np.float64]
    link: NDArray[np.int32]
    along: NDArray[np.bool_]
    shapes: tuple[NDArray[np.float64], ...]
    kerbside: NDArray[np.bool_]
    round: NDArray[np.bool_]
    kinds: tuple[str, ...]
    kind: NDArray[np.int32]
    names: tuple[str, ...]
    name: NDArray[np.int32]
    turnable: NDArray[np.bool_]
    left: bool

    @property
    def nodes(self) -> int:
        return len(self.lon)

    @property
    def edges(self) -> int:
        return len(self.tail)

    @property
    def road_km(self) -> float:
        """The length of all roads, each counted once."""
        first = np.unique(self.link, return_index=True)[1]
        return float(self.length_m[first].sum()) / 1000

    def node(self, index: int) -> Point:
        return Point(float(self.lon[index]), float(self.lat[index]))

    def edge_shape(self, edge: int) -> NDArray[np.float64]:
        """The (lon, lat) rows of an edge, in driving direction."""
        shape = self.shapes[self.link[edge]]
        return shape if self.along[edge] else np.flipud(shape)


def from_links(lon: Sequence[float], lat: Sequence[float], links: Iterable[Link], *, left: bool = False) -> RoadGraph:
    """The graph of nodes at `lon`, `lat` (degrees) and links between them; a two-way link becomes two edges, those back last.

    Raises ValueError for a link from a node to itself (split it) or whose length or time is not positive and finite.
    """
    kept = list(links)
    for number, link in enumerate(kept):
        if link.tail == link.head:
            raise ValueError(f"link {number} runs from node {link.tail} to itself: split it in the middle")
        if not all(0 < amount < np.inf for amount in (link.length_m, link.seconds, _back_s(link))):
            raise ValueError(f"link {number} is {link.length_m} m and {link.seconds} s long: both must be positive")
    back = [number for number, link in enumerate(kept) if not link.oneway]
    link_of = np.array([*range(len(kept)), *back], dtype=np.int32)
    along = np.arange(len(link_of)) < len(kept)
    ends = np.array([(link.tail, link.head) for link in kept], dtype=np.int32).reshape(-1, 2)[link_of]
    ends[~along] = ends[~along, ::-1]
    kinds, kind = _numbered([link.kind for link in kept])
    names, name = _numbered([link.name for link in kept])
    return RoadGraph(
        lon=np.asarray(lon, dtype=np.float64),
        lat=np.asarray(lat, dtype=np.float64),
        tail=np.ascontiguousarray(ends[:, 0]),
        head=np.ascontiguousarray(ends[:, 1]),
        length_m=np.array([link.length_m for link in kept], dtype=np.float64)[link_of],
        seconds=np.array([*(link.seconds for link in kept), *(_back_s(kept[number]) for number in back)], dtype=np.float64),
        wait_s=np.array([*(link.wait_s for link in kept), *(kept[number].back_wait_s for number in back)], dtype=np.float64),
        link=link_of,
        along=along,
        shapes=tuple(np.asarray(link.shape, dtype=np.float64) for link in kept),
        round=np.array([link.round for link in kept], dtype=np.bool_),
        kerbside=np.array([link.kerbside for link in kept], dtype=np.bool_),
        kinds=kinds,
        kind=kind,
        names=names,
        name=name,
        turnable=np.ones(len(kept), dtype=np.bool_),
        left=left,
    )


def _back_s(link: Link) -> float:
    return link.seconds if link.back_s is None else link.back_s


def _numbered(texts: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The different texts in the order of the alphabet, and the number of each text among them."""
    different = sorted(set(texts))
    number = {text: i for i, text in enumerate(different)}
    return tuple(different), np.array([number[text] for text in texts], dtype=np.int32)


def strong_components(graph: RoadGraph) -> NDArray[np.int32]:
    """The number of each node's strongly connected component, shape (n,): within one, every place reaches every other."""
    ones = np.ones(graph.edges, dtype=np.int8)
    matrix = coo_array((ones, (graph.tail, graph.head)), shape=(graph.nodes, graph.nodes))
    labels: NDArray[np.int32] = connected_components(matrix, connection="strong")[1]
    return labels


def largest_component(graph: RoadGraph) -> RoadGraph:
    """The part of a graph within which every place reaches every other; the biggest one, by nodes.

    Raises EmptyNetwork where nothing is left.
    """
    if graph.edges == 0:
        raise EmptyNetwork("there is no road in this network: look at the classes and access of its roads")
    labels = strong_components(graph)
    keep_node = labels == np.bincount(labels).argmax()
    keep_edge = keep_node[graph.tail] & keep_node[graph.head]
    if not keep_edge.any():
        raise EmptyNetwork("no two places in this network reach each other both ways: look at its one-way roads")
    new_node = np.cumsum(keep_node, dtype=np.int32) - 1
    kept_links = np.unique(graph.link[keep_edge])
    new_link = np.zeros(len(graph.shapes), dtype=np.int32)
    new_link[kept_links] = np.arange(len(kept_links), dtype=np.int32)
    return RoadGraph(
        lon=graph.lon[keep_node],
        lat=graph.lat[keep_node],
        tail=new_node[graph.tail[keep_edge]].astype(np.int32),
        head=new_node[graph.head[keep_edge]].astype(np.int32),
        length_m=graph.length_m[keep_edge],
        seconds=graph.seconds[keep_edge],
        wait_s=graph.wait_s[keep_edge],
        link=new_link[graph.link[keep_edge]],
        along=graph.along[keep_edge],
        shapes=tuple(graph.shapes[link] for link in kept_links),
        round=graph.round[kept_links],
        kerbside=graph.kerbside[kept_links],
        kinds=graph.kinds,
        kind=graph.kind[kept_links],
        names=graph.names,
        name=graph.name[kept_links],
        turnable=graph.turnable[kept_links],
        left=graph.left,
    )
