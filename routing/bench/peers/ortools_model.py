"""OR-Tools' routing library by itself: every rule of the benchmarks, and nothing of Drover's own search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.bench.peers.task import Clock, Routes, Task

FIRST = routing_enums_pb2.FirstSolutionStrategy


def solve(task: Task, clock: Clock, search: Callable[[Model, Any], Any]) -> Routes:
    """The routes that `search` finds, starting from parallel cheapest insertion.

    Where that can't place everybody, the library has no plan at all to start from: then once more with everybody left out at a
    price, and inserted one by one.
    """
    model = Model(task)
    solution = search(model, model.settings(clock, FIRST.PARALLEL_CHEAPEST_INSERTION))
    if solution is None and clock.left > 0.05:
        model = Model(task, may_leave_out=True)
        solution = search(model, model.settings(clock, FIRST.LOCAL_CHEAPEST_INSERTION))
    return model.routes(solution)


class Model:
    """A task as a model of the routing library."""

    def __init__(self, task: Task, may_leave_out: bool = False) -> None:
        self.task = task
        self.manager = pywrapcp.RoutingIndexManager(len(task.nodes), task.vehicles, 0)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.routing.SetArcCostEvaluatorOfAllVehicles(self.routing.RegisterTransitMatrix(task.legs))
        self.routing.SetFixedCostOfAllVehicles(task.vehicle_price)
        self._add_time()
        self._add_people()
        self._add_pairs()
        if may_leave_out:
            price = 1 + task.vehicle_price * task.vehicles + 2 * sum(map(max, task.legs))
            for number in range(1, len(task.nodes)):
                self.routing.AddDisjunction([self.manager.NodeToIndex(number)], price)

    def _add_time(self) -> None:
        task, routing, depot = self.task, self.routing, self.task.nodes[0]
        moves = [[leg + node.service for leg in row] for row, node in zip(task.legs, task.nodes, strict=True)]
        routing.AddDimension(routing.RegisterTransitMatrix(moves), depot.latest, depot.latest, False, "time")
        time = routing.GetDimensionOrDie("time")
        for vehicle in range(task.vehicles):
            for end in (routing.Start(vehicle), routing.End(vehicle)):
                time.CumulVar(end).SetRange(depot.earliest, depot.latest)
            if task.max_duration is not None:
                time.SetSpanUpperBoundForVehicle(task.max_duration, vehicle)
                # Set off as late as the first visit lets you: else the finalizer's earliest times break the limit.
                routing.AddVariableMaximizedByFinalizer(time.CumulVar(routing.Start(vehicle)))
        for number, node in enumerate(task.nodes[1:], 1):
            time.CumulVar(self.manager.NodeToIndex(number)).SetRange(node.earliest, node.latest)

    def _add_people(self) -> None:
        change = [0] * len(self.task.nodes)
        for pair in self.task.pairs:
            change[pair.pickup], change[pair.dropoff] = pair.people, -pair.people
        people = self.routing.RegisterUnaryTransitVector(change)
        self.routing.AddDimension(people, 0, self.task.capacity, True, "people")

    def _add_pairs(self) -> None:
        routing, solver, time = self.routing, self.routing.solver(), self.routing.GetDimensionOrDie("time")
        for pair in self.task.pairs:
            up, down = self.manager.NodeToIndex(pair.pickup), self.manager.NodeToIndex(pair.dropoff)
            routing.AddPickupAndDelivery(up, down)
            solver.Add(routing.VehicleVar(up) == routing.VehicleVar(down))
            solver.Add(time.CumulVar(up) <= time.CumulVar(down))
            if pair.max_ride is not None:
                solver.Add(time.CumulVar(down) <= time.CumulVar(up) + self.task.nodes[pair.pickup].service + pair.max_ride)

    def settings(self, clock: Clock, first: Any) -> Any:
        """How to begin, and what is left of the time."""
        settings = pywrapcp.DefaultRoutingSearchParameters()
        settings.first_solution_strategy = first
        settings.time_limit.FromMilliseconds(max(1, round(clock.left * 1000)))
        return settings

    def routes(self, solution: Any) -> Routes:
        """Nobody served where the library found nothing."""
        found: Routes = []
        for vehicle in range(self.task.vehicles if solution else 0):
            index, route = solution.Value(self.routing.NextVar(self.routing.Start(vehicle))), list[int]()
            while not self.routing.IsEnd(index):
                route.append(self.manager.IndexToNode(index))
                index = solution.Value(self.routing.NextVar(index))
            found.append(route)
        return found
