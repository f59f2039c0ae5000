"""PyVRP: iterated local search with late acceptance; shipments since 0.14. It knows no limit on a ride.

Where vehicles count first, each costs three of the longest legs: more of it, or its own `minimise_fleet`, found more vehicles or
longer ways in trials.
"""

from __future__ import annotations

import numpy as np
from pyvrp import ActivityType, Depot, Location, ProblemData, Shipment, Solution, VehicleType, solve
from pyvrp.stop import MaxRuntime

from routing.bench.peers.task import Clock, Routes, Task, answer


def data_of(task: Task) -> ProblemData:
    depot, legs = task.nodes[0], np.array(task.legs, dtype=np.int64)
    unlimited = {} if task.max_duration is None else {"shift_duration": task.max_duration}
    shipments = [
        Shipment(
            pickup_location=pair.pickup,
            pickup_tw_early=task.nodes[pair.pickup].earliest,
            pickup_tw_late=task.nodes[pair.pickup].latest,
            pickup_service_duration=task.nodes[pair.pickup].service,
            delivery_location=pair.dropoff,
            delivery_tw_early=task.nodes[pair.dropoff].earliest,
            delivery_tw_late=task.nodes[pair.dropoff].latest,
            delivery_service_duration=task.nodes[pair.dropoff].service,
            amount=[pair.people],
        )
        for pair in task.pairs
    ]
    fleet = VehicleType(
        num_available=task.vehicles,
        capacity=[task.capacity],
        fixed_cost=3 * max(map(max, task.legs)) if task.fewest_vehicles else 0,
        tw_early=depot.earliest,
        tw_late=depot.latest,
        **unlimited,
    )
    return ProblemData([Location(0, 0)] * len(task.nodes), [], [Depot(location=0)], [fleet], [legs], [legs], [], shipments)


def routes_of(solution: Solution, task: Task) -> Routes:
    node = {
        ActivityType.PICKUP: [pair.pickup for pair in task.pairs],
        ActivityType.DELIVERY: [pair.dropoff for pair in task.pairs],
    }
    return [[node[step.type][step.idx] for step in route.schedule() if step.type in node] for route in solution.routes()]


def best(task: Task, clock: Clock) -> Routes:
    data = data_of(task)
    return routes_of(solve(data, MaxRuntime(clock.left), task.seed, collect_stats=False).best, task)


if __name__ == "__main__":
    answer(best)
