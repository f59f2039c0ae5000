"""The fewest places that serve enough addresses: a greedy choice, improved and proven by OR-Tools CP-SAT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from ortools.sat.python import cp_model

Served = Sequence[frozenset[int]]
"""For each place the addresses that it serves."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Places by index; no choice with fewer than `at_least` places serves as many addresses."""

    chosen: tuple[int, ...]
    at_least: int

    @property
    def proven(self) -> bool:
        return len(self.chosen) <= self.at_least


def cover(served: Served, need: int, seconds: float) -> Cover:
    """The fewest places that serve `need` addresses, and among such choices one that serves most.

    Where too few can be served, all are that can. Places that come first are preferred. The same input gives the same answer,
    unless the time runs out before the proof is there.
    """
    kept = undominated(served)
    need = min(need, len(frozenset().union(*served)))
    greedy = _greedy(served, kept, need)
    if len(greedy) < 2:
        return Cover(tuple(greedy), len(greedy))
    return _improve(served, kept, need, greedy, seconds)


def undominated(served: Served) -> list[int]:
    """The places that serve somebody and for which no other serves all of theirs; of equal ones the first."""
    at: dict[int, list[int]] = defaultdict(list)
    for place, addresses in enumerate(served):
        for address in addresses:
            at[address].append(place)
    return [place for place, addresses in enumerate(served) if addresses and not _dominated(served, place, at)]


def _dominated(served: Served, place: int, at: dict[int, list[int]]) -> bool:
    mine = served[place]
    rivals = min((at[address] for address in mine), key=len)  # whoever serves all of mine serves this one
    return any(mine < served[other] or (mine == served[other] and other < place) for other in rivals)


def _greedy(served: Served, places: list[int], need: int) -> list[int]:
    """Again and again the place that serves most of those who are not served yet."""
    done: set[int] = set()
    chosen: list[int] = []
    while len(done) < need:
        best = max(places, key=lambda place: len(served[place] - done))
        chosen.append(best)
        done |= served[best]
    return chosen


def _improve(served: Served, places: list[int], need: int, greedy: list[int], seconds: float) -> Cover:
    model = cp_model.CpModel()
    take = {place: model.new_bool_var(f"take {place}") for place in places}
    reached = {address: model.new_bool_var(f"reach {address}") for place in places for address in served[place]}
    for address, is_reached in reached.items():
        model.add(sum(take[place] for place in places if address in served[place]) >= is_reached)
    model.add(sum(reached.values()) >= need)
    # A place fewer is worth more than all addresses together.
    price = len(reached) + 1
    model.minimize(price * sum(take.values()) - sum(reached.values()))
    known = frozenset().union(*(served[place] for place in greedy))
    for place, taken in take.items():
        model.add_hint(taken, place in greedy)
    for address, is_reached in reached.items():
        model.add_hint(is_reached, address in known)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.catch_sigint_signal = False  # it would leave Ctrl-C with its default: the end of the process
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Cover(tuple(greedy), 1)
    at_least = ceil(solver.best_objective_bound / price - 1e-9)
    return Cover(tuple(place for place in places if solver.value(take[place])), at_least)
