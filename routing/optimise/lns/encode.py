"""From a plan and its problem to arrays, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from routing.cost import Weights
from routing.model import EMPTY, Problem, Request, RequestId, ShiftId
from routing.optimise.lns.net import ITEM, NEVER, NODE, NONE, VEHICLE, Net, Records, records
from routing.optimise.nodes import Network, Node, network
from routing.optimise.standing import Standing
from routing.optimise.tolerance import Tolerance, seats_beside
from routing.plan import Action, Plan, Visit

NEIGHBOURS = 100
"""So many of the most related items are remembered of each."""

BOARDS = {Action.BOARD: 1, Action.ALIGHT: -1}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A problem as arrays, the rows of the plan it came from, and what its nodes stand for."""

    net: Net
    rows: list[list[int]]
    standings: Sequence[Standing]
    visits: list[Visit | None]

    def decoded(self, rows: Sequence[Sequence[int]], plan: Plan) -> Plan:
        """The plan with what the rows hold after the committed part of each route."""
        routes = {}
        for standing, row, fixed in zip(self.standings, rows, self.net.vehicles["fixed"], strict=True):
            free = [visit for node in row[fixed:-1] if (visit := self.visits[node]) is not None]
            kept = standing.route.visits[: standing.route.frozen]
            routes[standing.shift.id] = standing.route.with_visits((*kept, *free))
        return plan.with_routes(routes)


def encode(
    standings: Sequence[Standing], waiting: Sequence[Request], problem: Problem, tolerance: Tolerance, weights: Weights
) -> Encoded:
    """`waiting` are requests that are in no route, and may be served. Raises UnknownPoint."""
    known = network(standings, problem, tolerance)
    all_nodes = [*known.nodes, *(node for request in waiting for node in _ends(request))]
    visits = [node.visit for node in all_nodes]
    nodes = _nodes(all_nodes, standings, known, problem, tolerance)
    movable = [index for row in known.free for index in row] + list(range(len(known.nodes), len(nodes)))
    vehicles = _vehicles(standings, known, nodes, tolerance)
    items = _items(movable, len(known.nodes), nodes, known, _more_than_any_plan(standings, all_nodes, weights))
    chairs = 1 + max(layout.wheelchairs for standing in standings for layout in standing.shift.vehicle.layouts)
    span = int(nodes["latest"].max() - nodes["earliest"].min())
    net = Net(
        travel=problem.travel.seconds,
        nodes=nodes,
        items=items,
        vehicles=vehicles,
        room=np.array([[seats_beside(each.shift.vehicle, w) for w in range(chairs)] for each in standings], np.int64),
        near=_related(items, nodes, problem.travel.seconds),
        driving=weights.driving,
        riding=weights.riding,
        lateness=weights.lateness if (nodes["late_from"] < NEVER).any() else 0,
        shift=weights.shift,
        plain=bool(
            (nodes["ride_limit"] >= span).all()
            and (vehicles["longest"] == NEVER).all()
            and weights.riding == 0
            and (nodes["late_from"] == NEVER).all()
        ),
    )
    rows = [[known.starts[v], *known.chains[v], *known.free[v], known.ends[v]] for v in range(len(standings))]
    return Encoded(net, rows, standings, visits)


def _ends(request: Request) -> tuple[Node, Node]:
    return (
        Node(request.pickup, request.pickup_window, request.boarding_s, request.load, EMPTY, Visit(Action.BOARD, request.id)),
        Node(request.dropoff, request.dropoff_window, request.alighting_s, EMPTY, request.load, Visit(Action.ALIGHT, request.id)),
    )


def _nodes(
    all_nodes: Sequence[Node], standings: Sequence[Standing], known: Network, problem: Problem, tolerance: Tolerance
) -> Records:
    nodes = records(len(all_nodes), NODE)
    nodes["partner"] = nodes["owner"] = NONE
    nodes["ride_limit"] = NEVER
    at = {node.visit: index for index, node in enumerate(all_nodes) if node.visit is not None}
    for index, node in enumerate(all_nodes):
        record = nodes[index]
        record["place"] = problem.travel.at(node.place)
        record["service"] = node.service_s
        record["earliest"], record["latest"] = node.window
        record["late_from"] = NEVER if node.late_after is None else node.late_after
        record["seats"], record["chairs"] = node.change
        record["people"] = node.boards.people + node.alights.people
        if node.visit is None:
            continue
        record["pause"] = node.visit.action is Action.BREAK
        record["serves"] = not record["pause"]
        record["boards"] = BOARDS.get(node.visit.action, 0)
        if node.visit.action is Action.BOARD:
            down = at[Visit(Action.ALIGHT, node.visit.subject)]
            nodes["partner"][[index, down]] = down, index
            record["ride_limit"] = tolerance.ride_s(problem.requests[RequestId(node.visit.subject)])
    for v, standing in enumerate(standings):
        nodes["seats"][known.starts[v]], nodes["chairs"][known.starts[v]] = standing.load
        nodes["serves"][known.starts[v]] = any(
            visit.action is not Action.BREAK for visit in standing.route.visits[: standing.done]
        )
        for rank, (aboard, since) in enumerate(standing.aboard.items()):
            alighting = at.get(Visit(Action.ALIGHT, aboard))
            if alighting is not None:
                nodes["boarded"][alighting], nodes["rank"][alighting] = since, rank
    _tighten(nodes)
    return nodes


def _tighten(nodes: Records) -> None:
    """Narrow the window at each end of a request to what the window at the other end and the ride limit leave.

    Nothing that is feasible is lost, and the least solution stays the same (Cordeau 2006, section 5.1.1).
    """
    for index in np.flatnonzero((nodes["boards"] == 1) & (nodes["partner"] != NONE)):
        up = nodes[index]
        down = nodes[up["partner"]]
        up["latest"] = min(up["latest"], max(up["earliest"], down["latest"] - up["service"]))
        if up["ride_limit"] < NEVER:
            longest = up["service"] + up["ride_limit"]
            down["latest"] = min(down["latest"], up["latest"] + longest)
            up["earliest"] = max(up["earliest"], min(up["latest"], down["earliest"] - longest))


def _vehicles(standings: Sequence[Standing], known: Network, nodes: Records, tolerance: Tolerance) -> Records:
    """A shift that has not set off may do so late; one that has must be back in time, and its end is told so."""
    vehicles = records(len(standings), VEHICLE)
    vehicles["longest"] = NEVER
    classes: dict[object, int] = {}
    kinds: dict[object, int] = {}
    for v, standing in enumerate(standings):
        shift, limit = standing.shift, standing.shift.max_duration_s
        start, end = known.starts[v], known.ends[v]
        if limit is not None and (standing.done or standing.route.frozen):
            back_by = standing.timed.leaves + tolerance.duration_s(shift, limit)
            nodes["latest"][end] = min(nodes["latest"][end], back_by)
        elif limit is not None:
            nodes["latest"][start] = shift.window.latest
            vehicles["longest"][v] = tolerance.duration_s(shift, limit)
        begun, unnamed = standing.done > 0, replace(shift, id=ShiftId(""), vehicle=replace(shift.vehicle, id=""))
        alike = unnamed, standing.place, standing.leaves, begun
        vehicles[v]["start"], vehicles[v]["end"], vehicles[v]["fixed"] = start, end, 1 + len(known.chains[v])
        vehicles[v]["begun"] = begun
        vehicles[v]["lifo"] = shift.vehicle.last_in_first_out
        vehicles[v]["alike"] = classes.setdefault(alike, len(classes))
        single = any(nodes["partner"][index] == NONE for index in known.free[v])
        own = begun or vehicles[v]["fixed"] > 1 or single or tolerance.concerns(standing.route)
        vehicles[v]["kind"] = kinds.setdefault(v if own else alike, len(kinds))
    return vehicles


def _items(movable: Sequence[int], served: int, nodes: Records, known: Network, price: int) -> Records:
    """Requests, of which those from node `served` on may stay out; and single visits."""
    vehicle_of = {index: v for v, row in enumerate(known.free) for index in row}
    free = set(movable)
    found = []
    for index in movable:
        partner = int(nodes["partner"][index])
        if nodes["boards"][index] > 0:
            found.append((index, partner, NONE, 0 if index >= served else 1))
        elif partner not in free:
            found.append((NONE, index, vehicle_of[index], 1))
    items = records(len(found), ITEM)
    for number, (up, down, home, promised) in enumerate(found):
        items[number] = up, down, home, price * (1 + len(found)) if promised else price
        nodes["owner"][down] = number
        if up != NONE:
            nodes["owner"][up] = number
    return items


def _more_than_any_plan(standings: Sequence[Standing], nodes: Sequence[Node], weights: Weights) -> int:
    """A price above the cost of every feasible plan."""
    most = 1
    for standing in standings:
        people = max(layout.people for layout in standing.shift.vehicle.layouts)
        span = max(0, max(standing.shift.window.latest, standing.timed.ends) - standing.leaves)
        most += (weights.driving + weights.riding * people) * span + weights.shift
    late_s = sum(node.window.latest - node.late_after for node in nodes if node.late_after is not None)
    return most + weights.lateness * late_s * max(1, *(node.boards.people + node.alights.people for node in nodes))


def _related(items: Records, nodes: Records, travel: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each item the others by how near they are: driving between the ends of both, and the time between their windows."""
    many = len(items)
    near = np.zeros((many, min(NEIGHBOURS, max(0, many - 1))), np.int32)
    last = nodes[items["down"]]
    first = nodes[np.where(items["up"] == NONE, items["down"], items["up"])]
    for item in range(many):
        gap = np.maximum(first["earliest"] - first["latest"][item], first["earliest"][item] - first["latest"])
        far = np.maximum(0, gap).astype(np.int64)
        far += travel[first["place"][item], first["place"]]
        far += travel[last["place"][item], last["place"]]
        far[item] = NEVER
        near[item] = np.argsort(far, kind="stable")[: near.shape[1]]
    return near
