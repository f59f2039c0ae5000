"""vrp-cli, the solver of reinterpretcat/vrp, through its Python package. It knows no limit on a ride and has no seed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import vrp_cli

from routing.bench.peers.task import Clock, Routes, Task, answer

MIDNIGHT = datetime(2020, 1, 1, tzinfo=UTC)


def at(time: int) -> str:
    return (MIDNIGHT + timedelta(seconds=time)).strftime("%Y-%m-%dT%H:%M:%SZ")


def place(task: Task, number: int) -> dict[str, Any]:
    node = task.nodes[number]
    times = [[at(node.earliest), at(node.latest)]]
    return {"location": {"index": number}, "duration": node.service, "times": times, "tag": str(number)}


def problem(task: Task) -> dict[str, Any]:
    depot = task.nodes[0]
    shift = {
        "start": {"earliest": at(depot.earliest), "location": {"index": 0}},
        "end": {"latest": at(depot.latest), "location": {"index": 0}},
    }
    fleet: dict[str, Any] = {
        "typeId": "bus",
        "vehicleIds": [f"bus{number}" for number in range(task.vehicles)],
        "profile": {"matrix": "car"},
        "costs": {"fixed": 0, "distance": 1, "time": 0},
        "shifts": [shift],
        "capacity": [task.capacity],
    }
    if task.max_duration is not None:
        fleet["limits"] = {"maxDuration": task.max_duration}
    jobs = [
        {
            "id": f"job{number}",
            "pickups": [{"places": [place(task, pair.pickup)], "demand": [pair.people]}],
            "deliveries": [{"places": [place(task, pair.dropoff)], "demand": [pair.people]}],
        }
        for number, pair in enumerate(task.pairs)
    ]
    aims = ["minimize-unassigned", *(["minimize-tours"] if task.fewest_vehicles else []), "minimize-cost"]
    return {
        "plan": {"jobs": jobs},
        "fleet": {"vehicles": [fleet], "profiles": [{"name": "car"}]},
        "objectives": [[{"type": aim}] for aim in aims],
    }


def best(task: Task, clock: Clock) -> Routes:
    flat = [leg for row in task.legs for leg in row]
    matrix = {"profile": "car", "travelTimes": flat, "distances": flat}
    config = {
        "termination": {"maxTime": max(1, round(clock.left)), "maxGenerations": 10**9},
        "environment": {"parallelism": {"numThreadPools": 1, "threadsPerPool": 1}, "logging": {"enabled": False}},
    }
    text = vrp_cli.solve_pragmatic(problem=json.dumps(problem(task)), matrices=[json.dumps(matrix)], config=json.dumps(config))
    tours = json.loads(text)["tours"]
    return [
        [int(visit["jobTag"]) for stop in tour["stops"] for visit in stop["activities"] if "jobTag" in visit] for tour in tours
    ]


if __name__ == "__main__":
    answer(best)
