"""What a peer is asked: one instance as plain numbers, a time limit and a seed. Standard library only.

The peers' own Python runs this, which has none of Drover's dependencies.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

Routes = list[list[int]]
"""Nodes visited by each vehicle that is used, without the depot."""


class Node(NamedTuple):
    """A place: when a visit may begin, and how long it takes. Node 0 is the depot, its window that of the vehicles."""

    earliest: int
    latest: int
    service: int


class Pair(NamedTuple):
    """Who rides from one node to another; at most `max_ride` from the end of boarding to the begin of alighting, or None."""

    pickup: int
    dropoff: int
    people: int
    max_ride: int | None


@dataclass(frozen=True, slots=True)
class Task:
    """One instance in whole units of time. `legs[a][b]` is both the time and the distance from node a to node b."""

    name: str
    legs: list[list[int]]
    nodes: list[Node]
    pairs: list[Pair]
    vehicles: int
    capacity: int
    max_duration: int | None
    fewest_vehicles: bool
    """Whether a vehicle saved outweighs every distance."""
    seconds: float
    seed: int

    @property
    def vehicle_price(self) -> int:
        """What outweighs every distance: more than the longest conceivable way; 0 where vehicles are free."""
        return sum(map(max, self.legs)) if self.fewest_vehicles else 0

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Task:
        fields: dict[str, Any] = json.loads(text)
        fields["nodes"] = [Node(*each) for each in fields["nodes"]]
        fields["pairs"] = [Pair(*each) for each in fields["pairs"]]
        return cls(**fields)


class Clock:
    """The seconds that are left of a task; building the peer's model counts."""

    def __init__(self, task: Task) -> None:
        self.ends = perf_counter() + task.seconds

    @property
    def left(self) -> float:
        return max(0.01, self.ends - perf_counter())


def answer(solve: Callable[[Task, Clock], Routes]) -> None:
    """The main program of a peer: reads the task of the first argument, writes its routes to the second."""
    source, target = map(Path, sys.argv[1:3])
    task = Task.from_json(source.read_text(encoding="utf-8"))
    begun = perf_counter()
    routes = solve(task, Clock(task))
    taken = perf_counter() - begun
    target.write_text(json.dumps({"routes": [route for route in routes if route], "seconds": round(taken, 3)}), encoding="utf-8")
