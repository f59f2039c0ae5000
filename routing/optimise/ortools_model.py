"""A problem as a model of OR-Tools' routing library: every rule of `check`, and the objective of `cost`.

The dimensions of the model are cumulative values along a route:

* `time`: when a visit begins; waiting is its slack.
* `people`, `seats`, `wheelchairs`: who is on board before a visit. The last two only where somebody is in a wheelchair.

* `moving`: time without waiting.

Driving is the cost of the arcs. Riding is the library's path energy: people on board times seconds of moving. What the model
leaves out of `cost` is waiting with people on board: the library can price a route's slack, but not by who sits in it, and with
`time` in the energy it makes boardings later second by second. So `cost` has the last word on what the search finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from ortools.constraint_solver import pywrapcp

from routing.cost import Weights
from routing.model import Load, Problem, RequestId
from routing.optimise.nodes import Network
from routing.optimise.standing import Standing
from routing.optimise.tolerance import Tolerance, roomiest, seats_beside
from routing.plan import Action, Visit

LONGEST_S = 10**8
"""Longer than any route: no limit."""


class Contradiction(ValueError):
    """Bounds that leave a visit no time at all: the plan that the network was made from can't be what its tolerance says."""


@dataclass(frozen=True, slots=True)
class Model:
    """The routing model (closed by the search), its node numbers, and the network it was made from."""

    routing: Any
    manager: Any
    network: Network

    def index(self, node: int) -> int:
        return int(self.manager.NodeToIndex(node))


def build(network: Network, problem: Problem, weights: Weights, tolerance: Tolerance) -> Model:
    """The model of a network; feasible at least for the plan that the network was made from. Raises Contradiction."""
    manager = pywrapcp.RoutingIndexManager(len(network.nodes), len(network.standings), list(network.starts), list(network.ends))
    model = Model(pywrapcp.RoutingModel(manager), manager, network)
    _add_driving(model, problem, weights)
    legs = _add_time(model, problem, weights, tolerance)
    _add_loads(model, tolerance)
    _add_riding(model, legs, weights)
    _add_pairs(model, problem, tolerance)
    _add_turns(model)
    _pin(model)
    return model


def has_set_off(standing: Standing) -> bool:
    """Whether a shift is on its way, so that its duration counts from when it left."""
    return standing.done > 0 or standing.route.frozen > 0


def longest_s(standing: Standing, tolerance: Tolerance) -> int | None:
    """How long a shift may take from setting off to being back; None for as long as its window."""
    limit_s = standing.shift.max_duration_s
    return None if limit_s is None else tolerance.duration_s(standing.shift, limit_s)


def _legs(network: Network, problem: Problem, *, weight: int, service: int) -> list[list[int]]:
    travel = problem.travel
    rows = [travel.at(node.place) for node in network.nodes]
    return [
        [weight * travel.rows_s[a][b] + service * node.service_s for b in rows]
        for a, node in zip(rows, network.nodes, strict=True)
    ]


def _add_driving(model: Model, problem: Problem, weights: Weights) -> None:
    legs = model.routing.RegisterTransitMatrix(_legs(model.network, problem, weight=weights.driving, service=0))
    model.routing.SetArcCostEvaluatorOfAllVehicles(legs)
    for vehicle, standing in enumerate(model.network.standings):
        model.routing.SetVehicleUsedWhenEmpty(standing.done > 0, vehicle)  # it has to come home all the same


def _add_time(model: Model, problem: Problem, weights: Weights, tolerance: Tolerance) -> int:
    """Gives the transit of time without waiting."""
    network, routing = model.network, model.routing
    origin = min(network.nodes[start].window.earliest for start in network.starts)
    horizon = max(0, *(network.nodes[end].window.latest - origin for end in network.ends))
    legs = routing.RegisterTransitMatrix(_legs(network, problem, weight=1, service=1))
    routing.AddDimension(legs, horizon, horizon, False, "time")
    time = routing.GetDimensionOrDie("time")
    for vehicle in range(len(network.standings)):
        _add_shift(model, vehicle, tolerance, origin)
        routing.AddWeightedVariableMinimizedByFinalizer(time.CumulVar(routing.End(vehicle)), 1)
    for chain in (*network.chains, *network.free):
        for number in chain:
            node, index = network.nodes[number], model.index(number)
            earliest, latest = max(0, node.window.earliest - origin), min(horizon, node.window.latest - origin)
            if earliest > latest:
                raise Contradiction(f"{node.visit} from {earliest + origin} to {latest + origin} s")
            time.CumulVar(index).SetRange(earliest, latest)
            routing.AddWeightedVariableMinimizedByFinalizer(time.CumulVar(index), 1)
            if node.late_after is not None:
                people = node.boards.people + node.alights.people
                time.SetCumulVarSoftUpperBound(index, max(0, node.late_after - origin), weights.lateness * people)
    return int(legs)


def _add_shift(model: Model, vehicle: int, tolerance: Tolerance, origin: int) -> None:
    """When a shift sets off and is back. One of limited duration may set off late, unless it has already."""
    network, routing, standing = model.network, model.routing, model.network.standings[vehicle]
    time = routing.GetDimensionOrDie("time")
    begin, end = time.CumulVar(routing.Start(vehicle)), time.CumulVar(routing.End(vehicle))
    leaves, limit_s = network.nodes[network.starts[vehicle]].window.earliest, longest_s(standing, tolerance)
    end.SetMax(network.nodes[network.ends[vehicle]].window.latest - origin)
    if limit_s is None:
        begin.SetValue(leaves - origin)
    elif has_set_off(standing):
        begin.SetValue(leaves - origin)
        end.SetMax(standing.timed.leaves + limit_s - origin)
    else:
        begin.SetMin(leaves - origin)
        time.SetSpanUpperBoundForVehicle(limit_s, vehicle)
        routing.AddWeightedVariableMinimizedByFinalizer(begin, 1)


def _add_loads(model: Model, tolerance: Tolerance) -> None:
    network = model.network
    seen = [
        [standing.load, *(call.load for call in standing.timed.calls)] if tolerance.overloaded else []
        for standing in network.standings
    ]
    room = [roomiest(standing.shift.vehicle, loads) for standing, loads in zip(network.standings, seen, strict=True)]
    wheelchairs = any(node.boards.wheelchairs or node.alights.wheelchairs for node in network.nodes)
    _add_load(model, "people", lambda load: load.people, [people if wheelchairs else seats for seats, _, people in room])
    people = model.routing.GetDimensionOrDie("people")
    for number, node in enumerate(network.nodes):
        if node.visit is not None and node.visit.action is Action.BREAK:
            people.CumulVar(model.index(number)).SetValue(0)
    if wheelchairs:
        _add_load(model, "seats", lambda load: load.seats, [seats for seats, _, _ in room])
        _add_load(model, "wheelchairs", lambda load: load.wheelchairs, [chairs for _, chairs, _ in room])
    if wheelchairs or tolerance.overloaded:
        _add_layouts(model, max(chairs for _, chairs, _ in room), wheelchairs, tolerance)


def _add_load(model: Model, name: str, part: Callable[[Load], int], room: list[int]) -> None:
    """Counts one part of the loads, at most `room` of vehicle v."""
    routing = model.routing
    changes = routing.RegisterUnaryTransitVector([part(node.change) for node in model.network.nodes])
    routing.AddDimensionWithVehicleCapacity(changes, 0, room, False, name)
    dimension = routing.GetDimensionOrDie(name)
    for vehicle, standing in enumerate(model.network.standings):
        dimension.CumulVar(routing.Start(vehicle)).SetValue(part(standing.load))


def _add_layouts(model: Model, most: int, wheelchairs: bool, tolerance: Tolerance) -> None:
    """After each boarding, the seats taken are at most those that are left beside the wheelchairs on board, in that vehicle."""
    network, routing, solver = model.network, model.routing, model.routing.solver()
    seats = routing.GetDimensionOrDie("seats" if wheelchairs else "people")
    for number, node in enumerate(network.nodes):
        if node.visit is None or not (node.boards.people or tolerance.overloaded):
            continue
        index, vehicles = model.index(number), [standing.shift.vehicle for standing in network.standings]
        table = [seats_beside(vehicle, chairs, node.max_over) for vehicle in vehicles for chairs in range(most + 1)]
        row = routing.VehicleVar(index) * (most + 1)
        if wheelchairs:
            row = row + (routing.GetDimensionOrDie("wheelchairs").CumulVar(index) + node.change.wheelchairs)
        solver.Add(seats.CumulVar(index) + node.change.seats <= solver.Element(table, row))


def _add_riding(model: Model, legs: int, weights: Weights) -> None:
    """`legs` is the transit of time without waiting."""
    model.routing.AddDimension(legs, 0, LONGEST_S, True, "moving")
    for vehicle in range(len(model.network.standings)):
        model.routing.SetPathEnergyCostOfVehicle("people", "moving", weights.riding, vehicle)


def _add_pairs(model: Model, problem: Problem, tolerance: Tolerance) -> None:
    """Who boards alights later, from the same vehicle, and soon enough."""
    routing, solver, at = model.routing, model.routing.solver(), model.network.at()
    time = routing.GetDimensionOrDie("time")
    for visit, number in at.items():
        if visit.action is not Action.BOARD:
            continue
        request = problem.requests[RequestId(visit.subject)]
        up, down = model.index(number), model.index(at[Visit(Action.ALIGHT, request.id)])
        routing.AddPickupAndDelivery(up, down)
        solver.Add(routing.VehicleVar(up) == routing.VehicleVar(down))
        longest = tolerance.ride_s(request) + request.boarding_s
        solver.Add(time.CumulVar(down) <= time.CumulVar(up) + longest)
        solver.Add(time.CumulVar(up) <= time.CumulVar(down))


def _add_turns(model: Model) -> None:
    """Last in, first out where a vehicle wants it: the library knows it of pairs, those who are on board need more.

    They alight in the reverse order of boarding, and whoever boards before one of them alights does so before as well.
    """
    network, routing, solver, at = model.network, model.routing, model.routing.solver(), model.network.at()
    wanting = [v for v, standing in enumerate(network.standings) if standing.shift.vehicle.last_in_first_out]
    for vehicle in wanting:
        routing.SetPickupAndDeliveryPolicyOfVehicle(routing.PICKUP_AND_DELIVERY_LIFO, vehicle)
    if not any(network.standings[vehicle].aboard for vehicle in wanting):
        return
    routing.AddConstantDimension(1, len(network.nodes) + 1, True, "turns")
    turns = routing.GetDimensionOrDie("turns")
    turn = {visit: turns.CumulVar(model.index(number)) for visit, number in at.items()}
    pairs = [(visit, Visit(Action.ALIGHT, visit.subject)) for visit in at if visit.action is Action.BOARD]
    for vehicle in wanting:
        leaving = [Visit(Action.ALIGHT, request) for request in network.standings[vehicle].aboard]
        for first, later in pairwise(leaving):
            solver.Add(turn[later] <= turn[first])
        for (up, down), left in product(pairs, leaving):
            here = solver.IsEqualCstVar(routing.VehicleVar(model.index(at[up])), vehicle)
            before, after = solver.IsLessVar(turn[up], turn[left]), solver.IsLessVar(turn[left], turn[down])
            solver.Add(here * before * after == 0)


def _pin(model: Model) -> None:
    """Visits that belong to one vehicle, and the committed ones in their order."""
    routing = model.routing
    for number, node in enumerate(model.network.nodes):
        if node.vehicle is not None:
            routing.VehicleVar(model.index(number)).SetValue(node.vehicle)
    for vehicle, chain in enumerate(model.network.chains):
        before = routing.Start(vehicle)
        for number in chain:
            routing.NextVar(before).SetValue(model.index(number))
            before = model.index(number)
