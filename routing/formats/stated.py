"""What an instance file states, in its own numbers, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.formats.lines import Line


class Family(StrEnum):
    """The sets of instances that can be read."""

    DARP = "Cordeau & Laporte, dial-a-ride"
    LI_LIM = "Li & Lim, pickup and delivery with time windows"
    SARTORI_BURIOL = "Sartori & Buriol, pickup and delivery with time windows"


class Objective(StrEnum):
    """What the publications of a set compare."""

    DISTANCE = "distance"
    VEHICLES_FIRST = "vehicles, then distance"


class Node(NamedTuple):
    """A row of the file. Service begins within the window; `demand` is what gets on (or, below 0, off)."""

    x: float
    y: float
    demand: int
    earliest: float
    latest: float
    service: float


class Pair(NamedTuple):
    """The two nodes of a request."""

    pickup: int
    delivery: int


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """An instance as in its file: `nodes[i]` is node i; `distances` and `times` are float64 of shape (nodes, nodes), row = from.

    Every vehicle sets off at node `start` and ends at node `end`, which may be the same. `max_ride` counts from the end of
    service at the pickup to the begin of service at the delivery, `max_duration` from setting off to being back; None: no limit.
    """

    family: Family
    nodes: tuple[Node, ...]
    pairs: tuple[Pair, ...]
    distances: NDArray[np.float64]
    times: NDArray[np.float64]
    vehicles: int
    capacity: int
    start: int = 0
    end: int = 0
    max_ride: float | None = None
    max_duration: float | None = None


def node_of(line: Line, x: float, y: float, demand: float, earliest: float, latest: float, service: float) -> Node:
    """A node of a line's values. Raises BadInstance for a window that ends before it begins, or a service below 0."""
    if earliest > latest:
        raise line.bad(f"the time window ends ({latest:g}) before it begins ({earliest:g}): correct the order.")
    if service < 0:
        raise line.bad(f"the service takes {service:g}, which is less than nothing: correct it.")
    return Node(x, y, line.whole(demand, "the demand"), earliest, latest, service)


def check_pair(line: Line, pair: Pair, nodes: list[Node]) -> None:
    """Raises BadInstance, about the line of the pickup, where the two demands don't belong together."""
    up, down = nodes[pair.pickup].demand, nodes[pair.delivery].demand
    if up <= 0:
        raise line.bad(f"node {pair.pickup} is a pickup, so its demand has to be above 0, not {up}. Is the file whole?")
    if up != -down:
        raise line.bad(
            f"node {pair.pickup} picks up {up} and its delivery, node {pair.delivery}, has a demand of {down} where {-up} is "
            "expected. Is the file whole?"
        )


def euclidean(nodes: list[Node]) -> NDArray[np.float64]:
    """Distances in the plane in double precision, never rounded; shape (nodes, nodes)."""
    x, y = np.array([node.x for node in nodes]), np.array([node.y for node in nodes])
    return np.asarray(np.sqrt((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2), dtype=np.float64)
