"""VROOM through pyvroom. It knows no limit on a ride or on a route's duration, and has no seed.

It ends when it is done, often long before the limit. Where vehicles count first, what is left of the time goes into
doing it again with one vehicle less.
"""

from __future__ import annotations

from datetime import timedelta

import vroom

from routing.bench.peers.task import Clock, Routes, Task, answer

MOST_EXPLORATION = 5


def attempt(task: Task, vehicles: int, clock: Clock) -> tuple[Routes, int]:
    """The routes with at most so many vehicles, and how many people are left over."""
    problem = vroom.Input()
    problem.set_durations_matrix("car", task.legs)
    depot = task.nodes[0]
    price = vroom.VehicleCosts(fixed=task.vehicle_price)
    for number in range(vehicles):
        window = vroom.TimeWindow(depot.earliest, depot.latest)
        problem.add_vehicle(vroom.Vehicle(number, start=0, end=0, capacity=[task.capacity], time_window=window, costs=price))
    for pair in task.pairs:
        problem.add_shipment(step(task, pair.pickup), step(task, pair.dropoff), amount=vroom.Amount([pair.people]))
    solution = problem.solve(MOST_EXPLORATION, nb_threads=1, timeout=timedelta(seconds=clock.left)).to_dict()
    routes = [
        [visit["id"] for visit in route["steps"] if visit["type"] in ("pickup", "delivery")] for route in solution["routes"]
    ]
    return [route for route in routes if route], len(solution["unassigned"])


def step(task: Task, number: int) -> vroom.ShipmentStep:
    node = task.nodes[number]
    window = vroom.TimeWindow(node.earliest, node.latest)
    return vroom.ShipmentStep(number, number, default_service=node.service, time_windows=[window])


def best(task: Task, clock: Clock) -> Routes:
    routes, unserved = attempt(task, task.vehicles, clock)
    while task.fewest_vehicles and not unserved and len(routes) > 1 and clock.left > 0.05:
        fewer, unserved = attempt(task, len(routes) - 1, clock)
        if not unserved:
            routes = fewer
    return routes


if __name__ == "__main__":
    answer(best)
