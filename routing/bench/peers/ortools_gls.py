"""OR-Tools' routing library alone: guided local search."""

from __future__ import annotations

from typing import Any

from ortools.constraint_solver import routing_enums_pb2

from routing.bench.peers.ortools_model import Model, solve
from routing.bench.peers.task import Clock, Routes, Task, answer


def search(model: Model, settings: Any) -> Any:
    settings.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    return model.routing.SolveWithParameters(settings)


def best(task: Task, clock: Clock) -> Routes:
    return solve(task, clock, search)


if __name__ == "__main__":
    answer(best)
