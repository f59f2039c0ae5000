"""Routes that a search met are put together to a plan as cheap as any that can be made of them, judged by trying all."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from routing.cost import Weights
from routing.model import Actual, Problem
from routing.optimise.lns.driver import Driver
from routing.optimise.lns.net import NEVER, NONE
from routing.optimise.lns.pool import remember
from routing.optimise.lns.recombine import Effort, cheaper_rows
from routing.optimise.lns.routes import Rows
from routing.optimise.lns.search import run
from routing.plan import Action, Plan, Visit
from routing.units import parse_clock
from tests.builders import line_town, plan_of
from tests.routing.lns import driver_of
from tests.routing.lns_days import under_way
from tests.routing.optimising import WEIGHTS, varied_day

AS_LONG_AS_IT_TAKES = Effort(routes=10**6, nodes=10**6, seconds=None)
DAYS = [(*varied_day(seed, wishes=8, vans=3), WEIGHTS) for seed in range(10)]

TOWN = line_town("Depot 4m Mill 6m School 5m Station")

Served = frozenset[int]


class Searched(NamedTuple):
    """A search that has gone on from a plan, and that plan's rows."""

    driver: Driver
    rows: Rows
    left_out: NDArray[np.bool_]
    cost: int

    def cheaper_rows(self, effort: Effort = AS_LONG_AS_IT_TAKES) -> list[list[int]] | None:
        return cheaper_rows(self.driver.net, self.driver.state.pool, self.rows, self.left_out, effort)


def searched(plan: Plan, problem: Problem, weights: Weights) -> Searched:
    driver = driver_of(plan, problem, weights)
    assert driver is not None
    state = driver.state
    before = Searched(driver, deepcopy(state.rows), state.places["vehicle"] == NONE, int(state.totals["cost"][0]))
    run(driver.net, state, 40, 10.0, 10.0, 1e6, 1.0, driver.net.vehicles.size, False)
    return before


def met(search: Searched) -> Iterator[tuple[int, Served, int]]:
    """Kind of vehicle, who is served, cost: of all routes that a choice can be made of."""
    kinds = search.driver.net.vehicles["kind"].tolist()
    pool, rows = search.driver.state.pool, search.rows
    for v, (length, cost) in enumerate(rows.routes[["length", "cost"]].tolist()):
        yield kinds[v], served(search, rows.calls["node"][v, :length]), cost
    for slot, (key, cost, length, v, _) in enumerate(pool.met.tolist()):
        if key:
            yield kinds[v], served(search, pool.nodes[slot, :length]), cost


def served(search: Searched, nodes: NDArray[np.int32]) -> Served:
    return frozenset(int(item) for item in search.driver.net.nodes["owner"][nodes] if item != NONE)


def cheapest(search: Searched) -> int:
    """Every way to give each vehicle one of the routes of its kind or, where it may stay at home, none."""
    routes: dict[int, dict[Served, int]] = {}
    for kind, who, cost in met(search):
        routes.setdefault(kind, {})[who] = min(cost, routes.get(kind, {}).get(who, NEVER))
    done: dict[Served, int] = {frozenset(): 0}
    for kind, begun, fixed in search.driver.net.vehicles[["kind", "begun", "fixed"]].tolist():
        further = {} if begun or fixed > 1 else dict(done)
        for who, cost in done.items():
            for more, price in routes[kind].items():
                if not who & more and cost + price < further.get(who | more, NEVER):
                    further[who | more] = cost + price
        done = further
    return done[frozenset(np.flatnonzero(~search.left_out).tolist())]


@pytest.mark.parametrize("day", [*DAYS, under_way()])
def test_nothing_cheaper_can_be_made_of_the_routes_that_were_met(day: tuple[Plan, Problem, Weights]) -> None:
    search = searched(*day)
    least = cheapest(search)

    rows = search.cheaper_rows()

    assert (rows is None) == (least == search.cost)
    if rows is not None:
        search.driver.lay(rows)
        assert search.driver.state.totals["cost"][0] == least
        assert ((search.driver.state.places["vehicle"] == NONE) == search.left_out).all()


def test_most_of_these_days_get_cheaper() -> None:
    searches = [searched(*day) for day in DAYS]

    assert sum(cheapest(search) < search.cost for search in searches) > len(DAYS) / 2


def test_where_shifts_have_a_price_others_get_no_more_of_them() -> None:
    for plan, problem, weights in DAYS:
        search = searched(plan, problem, replace(weights, shift=1000))
        serving = int((search.rows.routes["serves"] > 0).sum())
        rows = search.cheaper_rows()
        if rows is not None:
            search.driver.lay(rows)
            assert search.driver.state.totals["cost"][0] < search.cost
            assert (search.driver.state.rows.routes["serves"] > 0).sum() <= serving


def test_a_van_that_has_been_out_comes_home_whoever_else_could_serve() -> None:
    facts = {Visit(a, "ann"): Actual(*[parse_clock(at)] * 3) for a, at in ((Action.BOARD, "8:04"), (Action.ALIGHT, "8:15"))}
    wishes = ("ann Mill->Station", "bob School->Mill")
    problem = TOWN.problem("van1 Depot 8:00-12:00", "van2 School 8:00-12:00 to Mill", *wishes, now="8:20", actuals=facts)

    # Van1 has Bob on its way home. Van2 alone would cost less, if van1 could stay where it is.
    search = searched(plan_of("van1 | +ann | -ann ||\nvan2 | +bob | -bob"), problem, WEIGHTS)
    rows = search.cheaper_rows()

    assert rows is not None
    search.driver.lay(rows)
    assert search.driver.state.places["vehicle"].tolist() == [0]
    assert search.driver.state.totals["cost"][0] == cheapest(search) < search.cost


@pytest.mark.parametrize("better_first", [True, False])
def test_of_the_same_passengers_the_cheapest_order_is_remembered(better_first: bool) -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00 to Station", "ann Mill->School", "bob School->Station")
    driver = driver_of(plan_of("van1 | +ann | -ann | +bob | -bob"), problem, WEIGHTS)
    assert driver is not None
    net, state = driver.net, driver.state
    better = driver.best_rows()[0]
    worse = [better[0], *better[3:5], *better[1:3], better[5]]

    costs = {}
    for name, row in (("better", better), ("worse", worse)) if better_first else (("worse", worse), ("better", better)):
        driver.lay([row])
        costs[name] = int(state.totals["cost"][0])
        remember(net, state.pool, state.rows, 0, 1)

    assert costs["better"] < costs["worse"] < NEVER
    (slot,) = np.flatnonzero(state.pool.met["key"])
    assert state.pool.nodes[slot, : len(better)].tolist() == better
    assert state.pool.met["cost"].max() == costs["better"]


def test_without_time_nothing_is_found_and_nothing_lost() -> None:
    assert all(searched(*day).cheaper_rows(AS_LONG_AS_IT_TAKES._replace(seconds=0.0)) is None for day in DAYS)
