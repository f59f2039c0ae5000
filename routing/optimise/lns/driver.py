"""Runs the compiled search in slices: its phases, its heat, its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

import numpy as np

from routing.optimise.lns.annealing import Annealing, Cooling, cycles
from routing.optimise.lns.encode import Encoded
from routing.optimise.lns.insert import TRIED
from routing.optimise.lns.net import NEVER, NONE, records
from routing.optimise.lns.pool import empty_pool
from routing.optimise.lns.recombine import Effort, cheaper_rows
from routing.optimise.lns.routes import copy_row, empty_rows, empty_trial, refresh
from routing.optimise.lns.search import PLACE, TOTAL, TRIED_OUTSIDERS, State, keep_best, recreate, run, take_out
from routing.optimise.protocol import Limit, Progress

ROUTES, TREE, POOL = 1000, 5000, 1 << 13
"""Recombining: routes to choose among, nodes of the search tree, routes remembered."""
SLICE_S = 0.05
"""How long the compiled search runs before the clock is looked at."""


class Driver:
    """One search."""

    def __init__(self, encoded: Encoded, seed: int, annealing: Annealing) -> None:
        self.encoded, self.net, self.annealing = encoded, encoded.net, annealing
        net = encoded.net
        vehicles, items, nodes = net.vehicles.size, net.items.size, net.nodes.size
        length = min(nodes, max(64, 2 + 3 * max(map(len, encoded.rows)), 4 * nodes // max(1, vehicles))) + 4
        rows, trial = empty_rows(vehicles, length), empty_trial(nodes, length + 2)
        places = records(items, PLACE)
        places["old"] = places["best"] = NONE
        self.state = State(
            rows=rows,
            kept=empty_rows(vehicles, length),
            best=empty_rows(vehicles, length),
            stale=np.ones(vehicles, np.bool_),
            places=places,
            totals=records(1, TOTAL),
            luck=np.array([seed], np.uint64),
            memory=records(1 << min(20, max(12, (items * vehicles * 16).bit_length())), TRIED),
            trial=trial,
            out=np.zeros(items + TRIED_OUTSIDERS, np.int32),
            order=np.zeros(items + TRIED_OUTSIDERS, np.int64),
            unknown=np.zeros(vehicles, np.int32),
            touched=np.zeros(vehicles, np.bool_),
            ruined=np.zeros(vehicles, np.bool_),
            pool=empty_pool(POOL, length),
        )
        self.lay(encoded.rows)
        keep_best(self.state)
        self.rate = 2000.0
        """Steps per second."""
        self.dearer = 0.0
        """What a step to something dearer costs on average, those of late most. 0 when there was none yet."""

    def stuck(self) -> list[bool]:
        """Of each vehicle, whether its row can't be driven as it is."""
        return [bool(cost >= NEVER) for cost in self.state.rows.routes["cost"]]

    def lay(self, rows: Sequence[Sequence[int]]) -> None:
        """Start from these rows."""
        state, net = self.state, self.net
        state.places["vehicle"] = NONE
        for v, row in enumerate(rows):
            state.rows.calls["node"][v, : len(row)] = row
            state.rows.routes["length"][v] = len(row)
            numbers = net.nodes["owner"][row]
            state.places["vehicle"][numbers[numbers != NONE]] = v
            refresh(net, state.rows, v, state.trial)
        self._settle()

    def _settle(self) -> None:
        """Make the rows worked on those to start from."""
        state, net = self.state, self.net
        for v in range(net.vehicles.size):
            copy_row(state.rows, state.kept, v)
            state.stale[v] = True
        left_out = state.places["vehicle"] == NONE
        state.totals["cost"] = state.rows.routes["cost"].sum()
        state.totals["price"] = net.items["price_out"][left_out].sum()
        state.totals["weight"] = state.places["weight"][left_out].sum()

    def _back_to_best(self) -> None:
        state = self.state
        for v in range(self.net.vehicles.size):
            copy_row(state.best, state.rows, v)
        state.places["vehicle"] = state.places["best"]
        self._settle()

    def search(self, deadline: float, limit: Limit, report: Callable[[Progress], None] | None) -> None:
        begun = deadline - limit.seconds
        self.begun, self.deadline, self.limit, self.report = begun, deadline, limit, report
        state, net = self.state, self.net
        vehicles = net.vehicles.size
        if state.totals["price"][0]:
            self._construct()
        else:
            self._descend(self.annealing.descent_share)
        fleet_share = self.annealing.fleet_share
        if state.totals["price"][0]:
            self._squeeze_in(0.0, fleet_share, vehicles)
            self._back_to_best()
        if net.shift and not state.totals["price"][0]:
            self._fewer_shifts(fleet_share)
        all_in = not state.totals["price"][0]
        self._cycles(self._used() if net.shift and all_in else vehicles)

    def _cycles(self, most_used: int) -> None:
        """Anneal, again and again if there is time; then recombine what was met."""
        begin = min(1.0, self._share())  # on a busy machine the time may be over already
        for cycle in cycles(self.annealing, self._steps_per_item(1 - begin)):
            end = begin + cycle.end * (1 - begin)
            self._anneal(Cooling(self._share(), end, cycle.hot, cycle.cold), end, most_used)
            if cycle.recombining:
                self._recombine(cycle.recombining * (1 - begin))

    def _steps_per_item(self, share: float) -> float:
        """How many steps there will be for each item in a share of the limit."""
        steps = self.rate * self.limit.seconds if self.limit.solutions is None else self.limit.solutions
        return float(share * steps / self.net.items.size)

    def _recombine(self, share: float) -> None:
        state = self.state
        seconds = share * self.limit.seconds if self.limit.solutions is None else None
        left_out = state.places["best"] == NONE
        rows = cheaper_rows(self.net, state.pool, state.best, left_out, Effort(ROUTES, TREE, seconds))
        if rows is None:
            return
        self.lay(rows)
        if state.totals["cost"][0] < state.totals["best_cost"][0]:
            keep_best(state)
        else:
            self._back_to_best()

    def _construct(self) -> None:
        state = self.state
        out = np.flatnonzero(state.places["vehicle"] == NONE)
        order = np.argsort(self.net.nodes["earliest"][self.net.items["down"][out]], kind="stable")
        state.out[: out.size] = out[order]
        recreate(self.net, state, out.size, self.net.vehicles.size)
        self._settle()
        keep_best(state)

    def _used(self) -> int:
        return int((self.state.rows.routes["length"] > 2).sum())

    def _share(self) -> float:
        """How much of the limit is used up."""
        by_time = (monotonic() - self.begun) / self.limit.seconds
        if self.limit.solutions is None:
            return by_time
        return max(int(self.state.totals["steps"][0]) / self.limit.solutions, 1.0 if by_time >= 1 else 0.0)

    def _fewer_shifts(self, until: float) -> None:
        """Empty one shift after the other, each time the one whose requests were the least trouble so far."""
        state, net = self.state, self.net
        while self._share() < until:
            used, closable = self._used(), self._closable()
            if used < 2 or not closable:
                break
            closing = min(closable, key=self._hardness)
            state.places["vehicle"][state.places["vehicle"] == closing] = NONE
            take_out(net, state, closing)
            self._settle()
            self._squeeze_in(self._share(), until, used - 1)
            if state.totals["price"][0]:
                break
        self._back_to_best()

    def _closable(self) -> list[int]:
        """The vehicles with nothing on their routes but requests that others may serve."""
        net, vehicle = self.net, self.state.places["vehicle"]
        single = net.items["up"] == NONE
        bound, serving = set(vehicle[single].tolist()), set(vehicle[~single].tolist())
        return [v for v in range(net.vehicles.size) if net.vehicles["fixed"][v] == 1 and v in serving - bound]

    def _hardness(self, v: int) -> tuple[int, int]:
        """How hard it is to do without a vehicle."""
        weights = self.state.places["weight"][self.state.places["vehicle"] == v]
        return int(weights.sum()), weights.size

    def _squeeze_in(self, begin: float, until: float, most_used: int) -> None:
        """Get everybody in, as far as that works."""
        settings = self.annealing
        self._anneal(Cooling(begin, 1.0, settings.hot, settings.cold), until, most_used, squeezing=True)

    def _anneal(self, cooling: Cooling, until: float, most_used: int, squeezing: bool = False) -> None:
        while (share := self._share()) < until and not (squeezing and self.state.totals["price"][0] == 0):
            steps = self._slice()
            ahead = SLICE_S / self.limit.seconds if self.limit.solutions is None else steps / self.limit.solutions
            heat = self._unit_of_heat() * cooling.heat(share)
            self._run(steps, heat, cooling.factor(ahead) ** (1 / steps), most_used, squeezing)

    def _descend(self, until: float) -> None:
        """Nothing dearer is taken. What is tolerated in the plan one starts from is lost for good once it is left."""
        while self._share() < until:
            self._run(self._slice(), 0.0, 1.0, self.net.vehicles.size, False)

    def _slice(self) -> int:
        """How many steps to do before looking at the clock."""
        if self.limit.solutions is None:
            return max(1, int(self.rate * SLICE_S))
        return max(1, min(200, int(self.limit.solutions) - int(self.state.totals["steps"][0])))

    def _run(self, steps: int, heat: float, cooling: float, most_used: int, by_weight: bool) -> None:
        settings = self.annealing
        since = monotonic()
        run(self.net, self.state, steps, settings.many, settings.longest, heat, cooling, most_used, by_weight)
        self.rate = min(1e6, 0.5 * self.rate + 0.5 * steps / max(1e-6, monotonic() - since))
        self._learn()
        if self.report is not None:
            self.report(self._progress())

    def _unit_of_heat(self) -> float:
        """Until steps have told, from the costs of an average item: the more a step costs, the hotter it has to be."""
        total = self.state.totals[0]
        by_items = (int(total["best_cost"]) - self.net.shift * self._used()) / max(1, self.net.items.size)
        return self.dearer or max(1.0, 2 * by_items)

    def _learn(self) -> None:
        total = self.state.totals[0]
        if total["dearer"]:
            lately = int(total["more"]) / int(total["dearer"])
            self.dearer = 0.8 * self.dearer + 0.2 * lately if self.dearer else lately
            total["dearer"] = total["more"] = 0

    def _progress(self) -> Progress:
        total, left_out = self.state.totals[0], self.state.places["best"] == NONE
        return Progress(monotonic() - self.begun, int(total["steps"]), int(total["best_cost"]), int(left_out.sum()))

    def best_rows(self) -> list[list[int]]:
        best = self.state.best
        return [best.calls["node"][v, :size].tolist() for v, size in enumerate(best.routes["length"])]
