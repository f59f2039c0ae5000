"""Routes as rows of records, and their times: the arithmetic of `routing.timing`, compiled.

A row holds the calls of a route from its start to its end. `begin` and `depart` are the earliest times, before any delay that
ride limits ask for; `arrive_by` is the latest arrival that makes nothing after it late; `seats` and `chairs` are taken on
leaving. `settle` finds the least solution of all difference constraints, the one that `routing.schedule` tells.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.optimise.lns.compiled import compiled
from routing.optimise.lns.net import NEVER, Net, Records

CALL = np.dtype(
    [
        ("node", np.int32),
        ("seats", np.int32),
        ("chairs", np.int32),
        ("begin", np.int64),
        ("depart", np.int64),
        ("arrive_by", np.int64),
    ],
    align=True,
)

ROUTE = np.dtype(
    [
        ("size", np.int64),  # so many calls of the row count
        ("cost", np.int64),  # NEVER for a route that can't be driven
        ("soft", np.int64),  # the part of it that riding and lateness cost
        ("sign", np.uint64),  # a hash of the nodes in their order, by which insertions tried before are found again
    ],
    align=True,
)


class Rows(NamedTuple):
    """The routes of all vehicles."""

    calls: Records
    """(vehicles, positions)."""
    routes: Records


class Trial(NamedTuple):
    """One row to try things on, and where each node is in it."""

    calls: Records
    at: NDArray[np.int32]


def empty_rows(vehicles: int, length: int) -> Rows:
    """Rows with room for `length` calls each."""
    return Rows(np.zeros((vehicles, length), CALL), np.zeros(vehicles, ROUTE))


def empty_trial(nodes: int, length: int) -> Trial:
    return Trial(np.zeros(length, CALL), np.zeros(nodes, np.int32))


@compiled
def leg_s(net: Net, a: int, b: int) -> int:
    return np.int64(net.travel[net.nodes[a].place, net.nodes[b].place])


@compiled
def mixed(value: np.uint64) -> np.uint64:
    """Scattered over 64 bits (the finaliser of SplitMix64, Steele et al. 2014)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@compiled
def earliest(net: Net, calls: Records, first: int, size: int) -> bool:
    """Fill in the earliest times from position `first` on; False as soon as something is late."""
    for k in range(first, size):
        here = calls[k].node
        node = net.nodes[here]
        at = max(calls[k - 1].depart + leg_s(net, calls[k - 1].node, here), node.earliest)
        if at > node.latest:
            return False
        calls[k].begin = at
        calls[k].depart = at + node.service
    return True


@compiled
def settle(net: Net, v: int, trial: Trial, size: int) -> bool:
    """Delay what ride limits and the longest duration need delayed; False where that can't be.

    One pass from the last boarding to the first is enough: see `routing.timing.shorten_rides`. Setting off is a boarding too,
    whose ride lasts until the vehicle is back.
    """
    calls = trial.calls
    for k in range(size - 2, -1, -1):
        node = net.nodes[calls[k].node]
        limit = net.vehicles[v].longest if k == 0 else node.ride_limit
        if limit >= NEVER:
            continue
        until = size - 1 if k == 0 else np.int64(trial.at[node.partner])
        over = calls[until].begin - calls[k].depart - limit
        if over <= 0:
            continue
        calls[k].begin += over
        calls[k].depart += over
        if calls[k].begin > node.latest:
            return False
        for m in range(k + 1, until + 1):
            arrives = calls[m - 1].depart + leg_s(net, calls[m - 1].node, calls[m].node)
            if arrives <= calls[m].begin:
                break
            there = net.nodes[calls[m].node]
            if m == until or arrives > there.latest:
                return False
            calls[m].begin = arrives
            calls[m].depart = arrives + there.service
    return True


@compiled
def tried_cost(net: Net, v: int, trial: Trial, size: int, first: int) -> int:
    """What riding and lateness cost on the row on trial, whose earliest times before `first` are filled in.

    NEVER where it breaks anything.
    """
    calls = trial.calls
    if not earliest(net, calls, first, size):
        return NEVER
    for k in range(size):
        trial.at[calls[k].node] = k
    if not settle(net, v, trial, size):
        return NEVER
    ridden = late = np.int64(0)
    if net.riding == 0 and net.lateness == 0:
        return ridden
    for k in range(1, size - 1):
        node = net.nodes[calls[k].node]
        begin = calls[k].begin
        if node.seats + node.chairs < 0:
            boarded = node.boarded if node.partner < 0 else calls[trial.at[node.partner]].depart
            ridden += node.people * (begin - boarded)
        if begin > node.late_from:
            late += node.people * (begin - node.late_from)
    return net.riding * ridden + net.lateness * late


@compiled
def refresh(net: Net, rows: Rows, v: int, trial: Trial) -> None:
    """Work out everything about the route of a vehicle from the nodes in its row."""
    calls, route = rows.calls[v], rows.routes[v]
    size = route.size
    start = net.nodes[calls[0].node]
    calls[0].begin = start.earliest
    calls[0].depart = start.earliest
    calls[0].seats = start.seats
    calls[0].chairs = start.chairs
    driving = np.int64(0)
    sign = np.uint64(calls[0].node)
    serves = False
    for k in range(1, size):
        here = calls[k].node
        driving += leg_s(net, calls[k - 1].node, here)
        sign = mixed(sign * np.uint64(0x9E3779B97F4A7C15) + np.uint64(here) + np.uint64(1))
        calls[k].seats = calls[k - 1].seats + net.nodes[here].seats
        calls[k].chairs = calls[k - 1].chairs + net.nodes[here].chairs
        serves = serves or net.nodes[here].people > 0
    route.sign = sign
    calls[size - 1].arrive_by = net.nodes[calls[size - 1].node].latest
    for k in range(size - 2, -1, -1):
        node = net.nodes[calls[k].node]
        before = calls[k + 1].arrive_by - leg_s(net, calls[k].node, calls[k + 1].node) - node.service
        calls[k].arrive_by = min(node.latest, before)
    route.soft = 0
    route.cost = NEVER
    if not earliest(net, calls, 1, size):
        return
    if not net.plain:
        for k in range(size):
            trial.calls[k].node = calls[k].node
            trial.calls[k].begin = calls[k].begin
            trial.calls[k].depart = calls[k].depart
        route.soft = tried_cost(net, v, trial, size, size)
        if route.soft >= NEVER:
            return
    if size > 2:
        route.cost = net.driving * driving + route.soft + (net.shift if serves else 0)
    else:
        route.cost = 0


@compiled
def copy_row(source: Rows, target: Rows, v: int) -> None:
    target.routes[v] = source.routes[v]
    for k in range(source.routes[v].size):
        target.calls[v, k] = source.calls[v, k]
