"""Routes as rows of records, and their times: the arithmetic of `routing.timing`, compiled.

A row holds the calls of a route from its start to its end. `begin` and `depart` are the least solution of the difference
constraints that windows, travel, ride limits and the longest duration make, the one that `routing.schedule` tells; `begin_by` is
the greatest. Whatever is added to a route, its visits begin between the two. `seats` and `chairs` are taken on leaving.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled.jit import kernel, small
from routing.optimise.lns.net import NEVER, Net, Records

CALL = np.dtype(
    [
        ("node", np.int32),
        ("seats", np.int32),
        ("chairs", np.int32),
        ("leg", np.int32),  # from the call before
        ("begin", np.int64),
        ("depart", np.int64),
        ("begin_by", np.int64),
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


@small
def leg_s(net: Net, a: int, b: int) -> int:
    return int(net.travel[net.nodes[a].place, net.nodes[b].place])


@small
def mixed(value: np.uint64) -> np.uint64:
    """Scattered over 64 bits (the finaliser of SplitMix64, Steele et al. 2014)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@small
def earliest(net: Net, calls: Records, first: int, size: int) -> bool:
    """Fill in the earliest times from position `first` on, whose legs are known; False as soon as something is late."""
    for k in range(first, size):
        node = net.nodes[calls[k].node]
        at = max(calls[k - 1].depart + calls[k].leg, node.earliest)
        if at > node.latest:
            return False
        calls[k].begin = at
        calls[k].depart = at + node.service
    return True


@kernel
def settle(net: Net, v: int, calls: Records, at: Records, size: int) -> bool:
    """Delay what ride limits and the longest duration need delayed; False where that can't be.

    One pass from the last boarding to the first is enough: see `routing.timing.shorten_rides`. Setting off is a boarding too,
    whose ride lasts until the vehicle is back. `at` says where in the row each node is.
    """
    for k in range(size - 2, -1, -1):
        node = net.nodes[calls[k].node]
        limit = net.vehicles[v].longest if k == 0 else node.ride_limit
        if limit >= NEVER:
            continue
        until = size - 1 if k == 0 else int(at[node.partner])
        over = calls[until].begin - calls[k].depart - limit
        if over <= 0:
            continue
        calls[k].begin += over
        calls[k].depart += over
        if calls[k].begin > node.latest:
            return False
        for m in range(k + 1, until + 1):
            arrives = calls[m - 1].depart + calls[m].leg
            if arrives <= calls[m].begin:
                break
            there = net.nodes[calls[m].node]
            if m == until or arrives > there.latest:
                return False
            calls[m].begin = arrives
            calls[m].depart = arrives + there.service
    return True


@kernel
def find_latest(net: Net, v: int, calls: Records, at: Records, size: int) -> None:
    """Fill in when each visit begins at the latest: `earliest` and `settle` with time running backwards."""
    calls[size - 1].begin_by = net.nodes[calls[size - 1].node].latest
    for k in range(size - 2, -1, -1):
        node = net.nodes[calls[k].node]
        onward = calls[k + 1].begin_by - calls[k + 1].leg - node.service
        calls[k].begin_by = min(node.latest, onward)
    for k in range(1, size):
        node = net.nodes[calls[k].node]
        since = 0
        limit = net.vehicles[v].longest
        if k < size - 1:
            if node.partner < 0 or net.nodes[node.partner].ride_limit >= NEVER:
                continue
            since = int(at[node.partner])
            limit = net.nodes[node.partner].service + net.nodes[node.partner].ride_limit
        elif limit >= NEVER:
            continue
        if calls[k].begin_by <= calls[since].begin_by + limit:
            continue
        calls[k].begin_by = calls[since].begin_by + limit
        for m in range(k - 1, since, -1):
            onward = calls[m + 1].begin_by - calls[m + 1].leg - net.nodes[calls[m].node].service
            if onward >= calls[m].begin_by:
                break
            calls[m].begin_by = onward


@small
def soft_cost(net: Net, calls: Records, at: Records, size: int) -> int:
    """What riding and lateness cost on a settled row."""
    ridden = late = 0
    for k in range(1, size - 1):
        node = net.nodes[calls[k].node]
        begin = calls[k].begin
        if node.seats + node.chairs < 0:
            boarded = node.boarded if node.partner < 0 else calls[at[node.partner]].depart
            ridden += node.people * (begin - boarded)
        if begin > node.late_from:
            late += node.people * (begin - node.late_from)
    return int(net.riding * ridden + net.lateness * late)


@kernel
def tried_cost(net: Net, v: int, trial: Trial, size: int, first: int) -> int:
    """The `soft_cost` of the row on trial, whose times before `first` are filled in; NEVER where it breaks anything."""
    calls = trial.calls
    if not earliest(net, calls, first, size):
        return NEVER
    for k in range(size):
        trial.at[calls[k].node] = k
    if not settle(net, v, calls, trial.at, size):
        return NEVER
    return soft_cost(net, calls, trial.at, size) if net.riding or net.lateness else 0


@kernel
def refresh(net: Net, rows: Rows, v: int, trial: Trial) -> None:
    """Work out everything about the route of a vehicle from the nodes in its row."""
    calls, route = rows.calls[v], rows.routes[v]
    size = route.size
    start = net.nodes[calls[0].node]
    calls[0].begin = start.earliest
    calls[0].depart = start.earliest
    calls[0].seats = start.seats
    calls[0].chairs = start.chairs
    driving = 0
    sign = np.uint64(0)
    serves = start.serves > 0
    for k in range(1, size):
        here = calls[k].node
        leg = leg_s(net, calls[k - 1].node, here)
        calls[k].leg = leg
        driving += leg
        sign += mixed(np.uint64(calls[k - 1].node) << np.uint64(32) | np.uint64(here))  # its legs tell a route apart
        calls[k].seats = calls[k - 1].seats + net.nodes[here].seats
        calls[k].chairs = calls[k - 1].chairs + net.nodes[here].chairs
        serves = serves or net.nodes[here].serves > 0
        trial.at[here] = k
    route.sign = sign
    route.soft = 0
    route.cost = NEVER
    if not earliest(net, calls, 1, size) or not settle(net, v, calls, trial.at, size):
        return
    find_latest(net, v, calls, trial.at, size)
    if net.riding or net.lateness:
        route.soft = soft_cost(net, calls, trial.at, size)
    route.cost = net.driving * driving + route.soft + (net.shift if serves else 0) if size > 2 or net.vehicles[v].begun else 0


@kernel
def copy_row(source: Rows, target: Rows, v: int) -> None:
    target.routes[v] = source.routes[v]
    for k in range(source.routes[v].size):
        target.calls[v, k] = source.calls[v, k]
