"""When the calls of a row begin: the arithmetic of `routing.timing`, compiled.

Windows, travel, ride limits and the longest duration make difference constraints. Their least solution and their greatest are
carried on from those of a shorter route: more constraints only make the one later and the other earlier.
"""

from __future__ import annotations

from routing.compiled.jit import kernel, small
from routing.optimise.lns.net import NEVER, Net, Records


@small
def push(net: Net, calls: Records, first: int, last: int, size: int) -> bool:
    """Delay what can't be reached in time any more, now that positions `first` to `last` are new; False if one is late.

    What is there already is taken for a lower bound: a longer route has nothing earlier.
    """
    for k in range(first, size):
        at = max(calls[k - 1].depart + calls[k].leg, calls[k].begin)
        node = net.nodes[calls[k].node]
        if at > node.latest:
            return False
        if k > last and at == calls[k].begin:
            return True
        calls[k].begin = at
        calls[k].depart = at + node.service
    return True


@kernel
def settle(net: Net, v: int, calls: Records, at: Records, last: int, size: int) -> bool:
    """Delay what ride limits and the longest duration need delayed; False where that can't be.

    One pass from the last boarding to the first is enough: see `routing.timing.shorten_rides`. Setting off is a boarding too,
    whose ride lasts until the vehicle is back. `at` says where in the row each node is. Boardings after position `last` are as
    they were: later there is nothing but delays that shrink on the way, and rides with them.
    """
    for k in range(last, -1, -1):
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
def pull(net: Net, v: int, calls: Records, at: Records, first: int, last: int, size: int) -> None:
    """Bring forward when visits begin at the latest: `push` and `settle` with time running backwards."""
    for k in range(last, -1, -1):
        onward = calls[k + 1].begin_by - calls[k + 1].leg - net.nodes[calls[k].node].service
        if onward < calls[k].begin_by:
            calls[k].begin_by = onward
        elif k < first:
            break
    for k in range(first, size):
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
