"""Commiv: slack induction by string removals, compiled from Zig. It knows no limit on a ride."""

from __future__ import annotations

import commiv

from routing.bench.peers.task import Clock, Routes, Task, answer


def best(task: Task, clock: Clock) -> Routes:
    order = [0, *(node for pair in task.pairs for node in (pair.pickup, pair.dropoff))]
    nodes = [task.nodes[node] for node in order]
    fleet = {"fleet_min": True} if task.fewest_vehicles else {"max_vehicles": task.vehicles}
    solution = commiv.solve_pdptw(
        [[task.legs[a][b] for b in order] for a in order],
        pickups=list(range(1, len(order), 2)),
        deliveries=list(range(2, len(order), 2)),
        demand=[pair.people for pair in task.pairs],
        capacity=task.capacity,
        ready=[node.earliest for node in nodes],
        due=[node.latest for node in nodes],
        service=[node.service for node in nodes],
        seed=task.seed,
        max_route_duration=task.max_duration or 0,
        wall_ms=round(clock.left * 1000),
        **fleet,
    )
    return [[order[node] for node in route] for route in solution.routes]


if __name__ == "__main__":
    answer(best)
