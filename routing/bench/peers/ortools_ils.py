"""OR-Tools' routing library alone: iterated local search with slack induction by string removals (SISR).

Without its local search after each removal, which takes more of the time than it gives back.
"""

from __future__ import annotations

from typing import Any

from ortools.constraint_solver import routing_enums_pb2
from ortools.constraint_solver.routing_heuristic_parameters_pb2 import LocalCheapestInsertionParameters as Insertion

from routing.bench.peers.ortools_model import Model, solve
from routing.bench.peers.task import Clock, Routes, Task, answer


def search(model: Model, settings: Any) -> Any:
    settings.use_iterated_local_search = True  # alone it changes nothing: there is a call of its own
    loop = settings.iterated_local_search_parameters
    sisr = loop.ruin_recreate_parameters.ruin_strategies.add().sisr
    sisr.avg_num_removed_visits, sisr.max_removed_sequence_size, sisr.bypass_factor = 10, 10, 0.01
    recreate = loop.ruin_recreate_parameters.recreate_strategy
    recreate.heuristic = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    insertion = recreate.parameters.local_cheapest_insertion
    insertion.pickup_delivery_strategy = Insertion.PairInsertionStrategy.BEST_PICKUP_DELIVERY_PAIR
    insertion.insertion_sorting_properties.append(Insertion.InsertionSortingProperty.SORTING_PROPERTY_RANDOM)
    loop.improve_perturbed_solution = False
    loop.reference_solution_acceptance_strategy.simulated_annealing.automatic_temperatures = True
    model.routing.CloseModelWithParameters(settings)
    return model.routing.SolveWithIteratedLocalSearch(settings)


def best(task: Task, clock: Clock) -> Routes:
    return solve(task, clock, search)


if __name__ == "__main__":
    answer(best)
