"""Routes as rows of records, and what is worked out about them when they change.

A row holds the calls of a route from its start to its end. `begin` and `depart` are the least solution of its difference
constraints, the one that `routing.schedule` tells; `begin_by` is the greatest (`times`). Whatever is added to a route, its visits
begin between the two. `seats` and `chairs` are taken on leaving.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled.jit import kernel, small
from routing.optimise.lns.net import NEVER, NONE, Net, Records, records
from routing.optimise.lns.times import pull, push, settle, soft_cost

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
        ("length", np.int64),  # so many calls of the row count
        ("cost", np.int64),  # NEVER for a route that can't be driven
        ("soft", np.int64),  # the part of it that riding and lateness cost
        ("driving", np.int64),
        ("serves", np.int64),  # so many visits but breaks
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
    return Rows(records((vehicles, length), CALL), records(vehicles, ROUTE))


def empty_trial(nodes: int, length: int) -> Trial:
    return Trial(records(length, CALL), np.zeros(nodes, np.int32))


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
def edge(a: int, b: int) -> np.uint64:
    """What driving from one node to another adds to the hash of a route."""
    return mixed(np.uint64(a) << np.uint64(32) | np.uint64(b))


@kernel
def tried_cost(net: Net, v: int, trial: Trial, first: int, last: int, size: int) -> int:
    """The `soft_cost` of the row on trial, in which positions `first` to `last` are new; NEVER where it breaks anything."""
    calls = trial.calls
    if not push(net, calls, first, last, size):
        return NEVER
    for k in range(size):
        trial.at[calls[k].node] = k
    if not settle(net, v, calls, trial.at, last, size):
        return NEVER
    return soft_cost(net, calls, trial.at, size) if net.riding or net.lateness else 0


@small
def enter(net: Net, calls: Records, k: int, here: int) -> None:
    """Write a node into position k, timed as if it were alone."""
    node = net.nodes[here]
    calls[k].node = here
    calls[k].begin = node.earliest
    calls[k].depart = node.earliest + node.service
    calls[k].begin_by = node.latest


@small
def measure(net: Net, calls: Records, k: int) -> None:
    """The leg to position k."""
    calls[k].leg = leg_s(net, calls[k - 1].node, calls[k].node)


@kernel
def spread(net: Net, calls: Records, up: int, down: int, i: int, j: int, size: int) -> int:
    """Insert `up` after position i, or nowhere where it is NONE, and `down` after position j; the length then.

    Times of the visits around are left as they are.
    """
    longer = size + (1 if up == NONE else 2)
    last = j + longer - size
    for k in range(size - 1, j, -1):
        calls[k + longer - size] = calls[k]
    if up != NONE:
        for k in range(j, i, -1):
            calls[k + 1] = calls[k]
        enter(net, calls, i + 1, up)
        measure(net, calls, i + 1)
        measure(net, calls, i + 2)
    enter(net, calls, last, down)
    measure(net, calls, last)
    measure(net, calls, last + 1)
    return longer


@kernel
def refresh(net: Net, rows: Rows, v: int, trial: Trial) -> None:
    """Work out everything about the route of a vehicle from the nodes in its row."""
    calls, route = rows.calls[v], rows.routes[v]
    size = route.length
    start = net.nodes[calls[0].node]
    enter(net, calls, 0, calls[0].node)
    calls[0].depart = start.earliest
    calls[0].seats = start.seats
    calls[0].chairs = start.chairs
    route.driving = 0
    route.sign = 0
    route.serves = start.serves
    for k in range(1, size):
        here = calls[k].node
        enter(net, calls, k, here)
        measure(net, calls, k)
        route.driving += calls[k].leg
        route.sign += edge(calls[k - 1].node, here)
        calls[k].seats = calls[k - 1].seats + net.nodes[here].seats
        calls[k].chairs = calls[k - 1].chairs + net.nodes[here].chairs
        route.serves += net.nodes[here].serves
    _retime(net, rows, v, trial, 1, size - 2)


@kernel
def lengthen(net: Net, rows: Rows, v: int, trial: Trial, up: int, down: int, i: int, j: int) -> None:
    """`spread` the route of a vehicle, and work out what that changes; where a way around saves time, times may be too late."""
    calls, route = rows.calls[v], rows.routes[v]
    route.sign -= edge(calls[j].node, calls[j + 1].node)
    route.driving -= calls[j + 1].leg
    if up != NONE and i != j:
        route.sign -= edge(calls[i].node, calls[i + 1].node)
        route.driving -= calls[i + 1].leg
    route.length = spread(net, calls, up, down, i, j, route.length)
    first = (j if up == NONE else i) + 1
    last = j + 1 if up == NONE else j + 2
    for k in range(first, last + 2):
        if k <= first + 1 or k >= last:
            route.sign += edge(calls[k - 1].node, calls[k].node)
            route.driving += calls[k].leg
    route.serves += net.nodes[down].serves + (0 if up == NONE else net.nodes[up].serves)
    for k in range(first, route.length if up == NONE else last + 1):
        calls[k].seats = calls[k - 1].seats + net.nodes[calls[k].node].seats
        calls[k].chairs = calls[k - 1].chairs + net.nodes[calls[k].node].chairs
    _retime(net, rows, v, trial, first, last)


@kernel
def _retime(net: Net, rows: Rows, v: int, trial: Trial, first: int, last: int) -> None:
    """The times and the cost of the route of a vehicle, in which positions `first` to `last` are new."""
    calls, route = rows.calls[v], rows.routes[v]
    size = route.length
    route.soft = 0
    route.cost = NEVER
    for k in range(size):
        trial.at[calls[k].node] = k
    if not push(net, calls, first, last, size) or not settle(net, v, calls, trial.at, last, size):
        return
    pull(net, v, calls, trial.at, first, last, size)
    if net.riding or net.lateness:
        route.soft = soft_cost(net, calls, trial.at, size)
    if size > 2 or net.vehicles[v].begun:
        route.cost = net.driving * route.driving + route.soft + (net.shift if route.serves > 0 else 0)
    else:
        route.cost = 0


@kernel
def copy_row(source: Rows, target: Rows, v: int) -> None:
    target.routes[v] = source.routes[v]
    for k in range(source.routes[v].length):
        target.calls[v, k] = source.calls[v, k]
