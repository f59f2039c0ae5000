"""The nodes of a routing model: where every shift starts and ends, and every visit still ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.model import EMPTY, FOREVER, Load, Point, Problem, RequestId, TimeWindow
from routing.optimise.standing import Standing
from routing.optimise.tolerance import Tolerance
from routing.plan import Action, Visit
from routing.schedule import task_of
from routing.units import ServiceTime


@dataclass(frozen=True, slots=True)
class Node:
    """A place where something takes `service_s`, begun within `window`. Starts, ends and turning points have no `visit`."""

    place: Point
    window: TimeWindow
    service_s: int = 0
    boards: Load = EMPTY
    alights: Load = EMPTY
    visit: Visit | None = None
    vehicle: int | None = None
    """The only vehicle that may come here; None where any may."""
    late_after: ServiceTime | None = None
    """Set for passengers that are late already: from when on each second of lateness costs."""
    max_over: int = 0
    """People on board beyond every layout that the plan has here already."""

    @property
    def change(self) -> Load:
        return self.boards.minus(self.alights)


@dataclass(frozen=True, slots=True)
class Network:
    """All nodes: starts[v] and ends[v] of vehicle v, chains[v] the committed nodes it has to drive first, in order."""

    standings: Sequence[Standing]
    nodes: Sequence[Node]
    starts: Sequence[int]
    ends: Sequence[int]
    chains: Sequence[Sequence[int]]
    free: Sequence[Sequence[int]]
    """free[v]: the nodes that follow in the current plan, in order."""

    def at(self) -> dict[Visit, int]:
        """Visit -> node."""
        return {node.visit: index for index, node in enumerate(self.nodes) if node.visit is not None}


def network(standings: Sequence[Standing], problem: Problem, tolerance: Tolerance) -> Network:
    """The nodes of all visits that are still ahead of the shifts."""
    nodes: list[Node] = []

    def add(node: Node) -> int:
        nodes.append(node)
        return len(nodes) - 1

    starts, ends, chains, free = [], [], [], []
    for vehicle, standing in enumerate(standings):
        shift = standing.shift
        starts.append(add(Node(standing.place, TimeWindow(standing.leaves, standing.leaves))))
        ends.append(add(Node(shift.end, TimeWindow(standing.leaves, tolerance.ends(shift)))))
        ahead = [_visit_node(visit, standing, problem, tolerance, vehicle) for visit in standing.committed]
        if ahead:  # what follows can't be set off for before now, wherever the committed visits are thought to be
            ahead.append(Node(ahead[-1].place, TimeWindow(problem.now, FOREVER), vehicle=vehicle))
        chains.append([add(node) for node in ahead])
        bound = {Visit(Action.ALIGHT, request) for request in standing.aboard}
        bound |= {Visit(Action.ALIGHT, visit.subject) for visit in standing.committed if visit.action is Action.BOARD}
        bound |= {visit for visit in standing.free if visit.action is Action.BREAK}
        following = [
            _visit_node(visit, standing, problem, tolerance, vehicle if visit in bound else None) for visit in standing.free
        ]
        free.append([add(node) for node in following])
    return Network(standings, nodes, starts, ends, chains, free)


def _visit_node(visit: Visit, standing: Standing, problem: Problem, tolerance: Tolerance, vehicle: int | None) -> Node:
    task = task_of(visit, standing.shift, problem)
    earliest, latest = task.window.earliest, tolerance.latest(visit, task.window)
    if standing.followed and visit in standing.committed:
        earliest = max(earliest, problem.now)
    if visit.action is Action.ALIGHT and visit.subject in standing.aboard:
        request = problem.requests[RequestId(visit.subject)]
        latest = min(latest, ServiceTime(standing.aboard[request.id] + tolerance.ride_s(request)))
    return Node(
        place=task.place,
        window=TimeWindow(earliest, latest),
        service_s=task.service_s,
        boards=task.boarding,
        alights=task.alighting,
        visit=visit,
        vehicle=vehicle,
        late_after=task.window.latest if tolerance.late_s(visit) and visit.action is not Action.BREAK else None,
        max_over=tolerance.people_over(visit),
    )
