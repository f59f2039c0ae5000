"""An instance as a peer is asked it, and the peer's answer as nodes of the file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from routing.bench.peers.task import Node, Pair, Task
from routing.formats.instance import Instance
from routing.formats.stated import Objective
from routing.model import RequestId


class CantAsk(ValueError):
    """An instance that the peers' models can't hold."""


def task_of(instance: Instance, seconds: float, seed: int) -> Task:
    """The task in units of the instance's problem, counted from when the depot opens. Raises CantAsk.

    Windows are as tight as the problem has them: what Drover finds out about them beforehand, the peers are told.
    """
    stated, problem = instance.stated, instance.problem
    files = _files(instance)
    shift = next(iter(problem.shifts.values()))
    opening, closing = shift.window
    legs = problem.travel.seconds
    if not (np.array_equal(legs[stated.start], legs[stated.end]) and np.array_equal(legs[:, stated.start], legs[:, stated.end])):
        raise CantAsk(f"{instance.name} ends at another depot than it starts from: the peers' models know one")
    nodes, pairs = [Node(0, closing - opening, 0)], []
    for each in stated.pairs:
        request = problem.requests[RequestId(str(each.pickup))]
        for window, service in ((request.pickup_window, request.boarding_s), (request.dropoff_window, request.alighting_s)):
            nodes.append(Node(max(0, window.earliest - opening), max(0, window.latest - opening), service))
        ride = None if stated.max_ride is None else request.max_ride_s
        pairs.append(Pair(len(nodes) - 2, len(nodes) - 1, request.load.seats, ride))
    return Task(
        name=instance.name,
        legs=legs[np.ix_(files, files)].tolist(),
        nodes=nodes,
        pairs=pairs,
        vehicles=len(problem.shifts),
        capacity=stated.capacity,
        max_duration=shift.max_duration_s,
        fewest_vehicles=instance.objective is Objective.VEHICLES_FIRST,
        seconds=seconds,
        seed=seed,
    )


def nodes_of(routes: Sequence[Sequence[int]], instance: Instance) -> list[list[int]]:
    """A peer's routes as nodes of the file. Raises IndexError for what it was not asked about."""
    files = _files(instance)
    if any(node < 1 for route in routes for node in route):
        raise IndexError("a route visits the depot or a node below it")
    return [[files[node] for node in route] for route in routes]


def _files(instance: Instance) -> list[int]:
    """The file's number of each node of the task: the depot, then the two nodes of each pair."""
    return [instance.stated.start, *(node for pair in instance.stated.pairs for node in (pair.pickup, pair.delivery))]
