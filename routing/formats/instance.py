"""A published instance: the problem it poses, and plans as the lists of nodes that its literature publishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from routing.cost import Weights
from routing.formats.scaled import request_id
from routing.formats.stated import Family, Objective, Stated
from routing.model import Problem
from routing.plan import Action, Plan, Route, Visit, opening_plan

Routes = Sequence[Sequence[int]]
"""The nodes of each vehicle in order, without the depot."""


class NotAPlan(ValueError):
    """Lists of nodes that can't be told as a plan."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """What the file `stated`, in doubles; and as a `problem`, whose times are ints in units of 1/scale of the file's unit."""

    name: str
    stated: Stated
    problem: Problem
    scale: int

    @property
    def family(self) -> Family:
        return self.stated.family

    @property
    def objective(self) -> Objective:
        return Objective.DISTANCE if self.family is Family.DARP else Objective.VEHICLES_FIRST

    @property
    def distances(self) -> NDArray[np.float64]:
        """As in the file, never rounded; shape (nodes, nodes), row = from."""
        return self.stated.distances

    @property
    def weights(self) -> Weights:
        """The objective as `cost` has it: driving alone, or a price per shift that no saved distance outweighs."""
        if self.objective is Objective.DISTANCE:
            return Weights(driving=1, riding=0, lateness=0)
        # No plan drives more legs than this, and none is longer than the longest.
        legs = 2 * len(self.problem.requests) + len(self.problem.shifts)
        return Weights(driving=1, riding=0, lateness=0, shift=1 + legs * int(self.problem.travel.seconds.max()))

    def opening_plan(self) -> Plan:
        """The plan in which nobody is served."""
        return opening_plan(self.name, self.problem.day, self.problem.shifts.values())

    def plan(self, routes: Routes) -> Plan:
        """Lists of nodes as a plan, which may break rules. Raises NotAPlan for nodes of no request, or more lists than shifts."""
        used, visits = [route for route in routes if route], self._visits()
        shifts = list(self.problem.shifts)
        if len(used) > len(shifts):
            raise NotAPlan(f"{len(used)} routes, more than the vehicles of {self.name}: {len(shifts)}")
        unknown = sorted({node for route in used for node in route} - visits.keys())
        if unknown:
            raise NotAPlan(f"{self.name} has no request with node {', '.join(map(str, unknown))}")
        made = [Route(shift, tuple(visits[node] for node in route)) for shift, route in zip(shifts, used, strict=False)]
        return self.opening_plan().with_routes({route.shift: route for route in made})

    def routes(self, plan: Plan) -> list[list[int]]:
        """The nodes of every shift that serves anybody, in the order of the plan."""
        nodes = {visit: node for node, visit in self._visits().items()}
        return [[nodes[visit] for visit in route.visits] for route in plan.routes.values() if route.visits]

    def distance(self, routes: Routes) -> float:
        """The sum of the legs from and to the depot, in double precision. Raises IndexError for a node that the file lacks."""
        ways = [(self.stated.start, *route, self.stated.end) for route in routes if route]
        return float(sum(self.distances[leg] for way in ways for leg in pairwise(way)))

    def vehicles(self, routes: Routes) -> int:
        """How many routes serve anybody."""
        return sum(1 for route in routes if route)

    def objective_value(self, routes: Routes) -> float:
        """What tables of best known values print: the distance. Where vehicles come first, compare those before it (`rank`)."""
        return self.distance(routes)

    def rank(self, routes: Routes) -> tuple[int, float]:
        """Smaller is better: the vehicles, where the objective counts them (else 0), then the distance."""
        return self.vehicles(routes) if self.objective is Objective.VEHICLES_FIRST else 0, self.distance(routes)

    def _visits(self) -> dict[int, Visit]:
        """What happens at each node."""
        boards = {pair.pickup: Visit(Action.BOARD, request_id(pair)) for pair in self.stated.pairs}
        return boards | {pair.delivery: Visit(Action.ALIGHT, request_id(pair)) for pair in self.stated.pairs}
