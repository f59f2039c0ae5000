"""Ruin and recreate with simulated annealing: SISR of Christiaens & Vanden Berghe (2020), for requests, on arrays.

Each step takes related items out (`ruin`), puts them back one by one where they are cheapest (`insert`), blinking at a few
routes, and keeps the result if it is good enough. While somebody is left out, what counts is who: items that are hard to place
weigh more each time they are left out, as in the paper's fleet minimisation.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled.jit import kernel
from routing.optimise.lns.insert import hashed, recalled, try_out
from routing.optimise.lns.net import NEVER, NONE, Net, Records
from routing.optimise.lns.pool import Pool, remember
from routing.optimise.lns.routes import Rows, Trial, copy_row, lengthen, refresh
from routing.optimise.lns.ruin import choose, drawn, drawn_below

BLINK = 0.01
"""How often a route is not looked at when an item is put back."""
TRIED_OUTSIDERS = 12
"""So many of those left out are tried in a step, at most."""

PLACE = np.dtype(
    [
        ("vehicle", np.int32),  # NONE where the item is left out
        ("old", np.int32),  # before this step
        ("best", np.int32),  # in the best plan
        ("weight", np.int64),  # how often it was left out: how hard it is to place
    ],
    align=True,
)
"""Where an item is."""

TOTAL = np.dtype(
    [
        ("cost", np.int64),  # of what is kept
        ("price", np.int64),  # of those it leaves out
        ("weight", np.int64),  # of those it leaves out
        ("best_cost", np.int64),
        ("best_price", np.int64),
        ("steps", np.int64),  # done so far
        ("dearer", np.int64),  # so many of them led to something that costs more
        ("more", np.int64),  # so much more, in sum
    ],
    align=True,
)


class State(NamedTuple):
    """Where a search stands; everything in it changes."""

    rows: Rows
    """Being worked on; the same as `kept` between steps."""
    kept: Rows
    """What the next step starts from."""
    best: Rows
    stale: NDArray[np.bool_]
    """(vehicles) `kept` differs from `best`."""
    places: Records
    totals: Records
    """One record, of TOTAL."""
    luck: NDArray[np.uint64]
    memory: Records
    trial: Trial
    out: NDArray[np.int32]
    order: NDArray[np.int64]
    unknown: NDArray[np.int32]
    touched: NDArray[np.bool_]
    ruined: NDArray[np.bool_]
    pool: Pool


@kernel
def take_out(net: Net, state: State, v: int) -> None:
    """Close up the row of a vehicle over the visits of items that are not on it any more."""
    calls, route = state.rows.calls[v], state.rows.routes[v]
    length = 0
    for k in range(route.length):
        here = calls[k].node
        item = net.nodes[here].owner
        if item == NONE or state.places[item].vehicle == v:
            calls[length].node = here
            length += 1
    route.length = length
    refresh(net, state.rows, v, state.trial)


@kernel
def arrange(net: Net, state: State, count: int) -> None:
    """The order in which items are put back: by luck, by how far they go, or by how tight or early their windows are."""
    luck, out, order = state.luck, state.out, state.order
    kind = drawn_below(luck, 11)
    for k in range(count):
        item = out[k]
        down = net.nodes[net.items[item].down]
        up = down if net.items[item].up == NONE else net.nodes[net.items[item].up]
        if kind < 4:
            order[k] = int(drawn(luck) * 1e9)
        elif kind < 6:
            order[k] = -int(net.travel[up.place, down.place])
        elif kind < 7:
            order[k] = int(net.travel[up.place, down.place])
        elif kind < 9:
            order[k] = up.latest - up.earliest + down.latest - down.earliest
        elif kind < 10:
            order[k] = up.earliest
        else:
            order[k] = -down.latest
        if kind >= 4:
            order[k] -= state.places[item].weight << 40
    for k in range(1, count):  # few enough for insertion sort
        item, key = out[k], order[k]
        m = k - 1
        while m >= 0 and order[m] > key:
            out[m + 1], order[m + 1] = out[m], order[m]
            m -= 1
        out[m + 1], order[m + 1] = item, key


@kernel
def recreate(net: Net, state: State, count: int, most_used: int) -> None:
    """Put the items of `out` back where they are cheapest; those that fit nowhere are left out."""
    routes, memory = state.rows.routes, state.memory
    used = 0
    for v in range(routes.size):
        used += 1 if routes[v].length > 2 else 0
    for k in range(count):
        item = int(state.out[k])
        home = net.items[item].home
        best, best_v, best_up, best_down = NEVER, NONE, NONE, NONE
        last_alike = NONE
        unknown = 0
        for v in range(routes.size):
            if home != NONE and home != v:
                continue
            if routes[v].length == 2:
                if used >= most_used or net.vehicles[v].alike == last_alike:
                    continue
                last_alike = net.vehicles[v].alike
            if drawn(state.luck) < BLINK:
                continue
            tried = memory[recalled(memory, hashed(state.rows, item, v))]
            if tried.down == NONE:
                state.unknown[unknown] = v
                unknown += 1
            elif tried.added < best:
                best, best_v, best_up, best_down = tried.added, v, tried.up, tried.down
        for m in range(unknown):  # last, so that most of it is too dear at sight
            v = int(state.unknown[m])
            tried = memory[recalled(memory, hashed(state.rows, item, v))]
            # Where trying is cheap, it's better to know the place, for it will be asked for again.
            try_out(net, state.rows, state.trial, tried, item, v, NEVER if net.plain else best)
            if tried.down != NONE and tried.added < best:
                best, best_v, best_up, best_down = tried.added, v, tried.up, tried.down
        if best_v != NONE:
            state.touched[best_v] = True
            used += 1 if routes[best_v].length == 2 else 0
            state.places[item].vehicle = best_v
            up, down = int(net.items[item].up), int(net.items[item].down)
            lengthen(net, state.rows, best_v, state.trial, up, down, best_up, best_down)


@kernel
def pick_outsiders(state: State) -> int:
    """Fill the front of `out` with some of those left out, each with the same chance; their number."""
    seen = 0
    for item in range(state.places.size):
        if state.places[item].vehicle == NONE:
            place = seen if seen < TRIED_OUTSIDERS else drawn_below(state.luck, seen + 1)
            if place < TRIED_OUTSIDERS:
                state.out[place] = item
            state.places[item].old = NONE
            seen += 1
    return min(seen, TRIED_OUTSIDERS)


@kernel
def step(net: Net, state: State, many: float, longest: float, heat: float, most_used: int, by_weight: bool) -> None:
    """One neighbour, taken or not."""
    rows, kept, places, total = state.rows, state.kept, state.places, state.totals[0]
    state.touched[:] = False
    outsiders = pick_outsiders(state) if total.price > 0 else 0
    taken = choose(net, rows, places, state.luck, state.out[outsiders:], state.ruined, many, longest)
    count = outsiders + taken
    for v in range(rows.routes.size):
        if state.ruined[v]:
            state.touched[v] = True
            take_out(net, state, v)
    arrange(net, state, count)
    recreate(net, state, count, most_used)

    cost, price, weight = total.cost, total.price, total.weight
    for v in range(rows.routes.size):
        if state.touched[v]:
            cost += rows.routes[v].cost - kept.routes[v].cost
    for k in range(count):
        item = state.out[k]
        sign = (1 if places[item].vehicle == NONE else 0) - (1 if places[item].old == NONE else 0)
        price += sign * net.items[item].price_out
        weight += sign * places[item].weight
    slack = -heat * log(max(1e-300, drawn(state.luck)))
    if by_weight and (price > 0 or total.price > 0):
        better = weight < total.weight or (weight == total.weight and cost < total.cost + slack)
    else:
        better = cost + price < total.cost + total.price + slack
    if total.cost < cost < NEVER // 2 and price == total.price:
        total.dearer += 1
        total.more += cost - total.cost
    if better and cost < NEVER // 2:
        total.cost, total.price, total.weight = cost, price, weight
        for v in range(rows.routes.size):
            if state.touched[v]:
                copy_row(rows, kept, v)
                state.stale[v] = True
                if rows.routes[v].length > 2 or net.vehicles[v].begun:
                    remember(net, state.pool, rows, v, int(total.steps) + 1)
        if price < total.best_price or (price == total.best_price and cost < total.best_cost):
            keep_best(state)
    else:
        for v in range(rows.routes.size):
            if state.touched[v]:
                copy_row(kept, rows, v)
        for k in range(count):
            places[state.out[k]].vehicle = places[state.out[k]].old
    if by_weight and total.price > 0:
        for k in range(count):
            item = state.out[k]
            if places[item].vehicle == NONE:
                places[item].weight += 1
                total.weight += 1
    total.steps += 1


@kernel
def keep_best(state: State) -> None:
    """What is kept is the best so far."""
    for v in range(state.kept.routes.size):
        if state.stale[v]:
            copy_row(state.kept, state.best, v)
            state.stale[v] = False
    for item in range(state.places.size):
        state.places[item].best = state.places[item].vehicle
    state.totals[0].best_cost, state.totals[0].best_price = state.totals[0].cost, state.totals[0].price


@kernel
def run(
    net: Net, state: State, steps: int, many: float, longest: float, heat: float, cooling: float, most_used: int, by_weight: bool
) -> None:
    """So many steps, the heat multiplied by `cooling` after each."""
    for _ in range(steps):
        step(net, state, many, longest, heat, most_used, by_weight)
        heat *= cooling
