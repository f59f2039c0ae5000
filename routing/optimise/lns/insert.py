"""The cheapest place for an item in a route: most places die on earliest and latest times and loads in O(1).

What is left is timed in full, and only if it could be cheaper than the best so far, in other routes too. A result depends on
nothing but the item and the sequence of the route, so it is kept under their joint hash and found again when the search comes
back to the same route, as it does all the time.
"""

from __future__ import annotations

import numpy as np

from routing.compiled.jit import kernel, small
from routing.optimise.lns.net import NEVER, NONE, Net, Records
from routing.optimise.lns.routes import Rows, Trial, leg_s, mixed, spread, tried_cost

TRIED = np.dtype(
    [
        ("key", np.uint64),
        ("added", np.int64),  # to the cost
        ("up", np.int32),  # the position after which to board; NONE for single visits
        ("down", np.int32),  # NONE where all that is known is that no place adds less than `added`; NEVER: there is none
    ],
    align=True,
)
"""An insertion tried before. A memory of them has a place for each hash modulo its size, which is a power of two."""


@small
def hashed(rows: Rows, item: int, v: int) -> np.uint64:
    """What stands for an item and the sequence of the route of a vehicle."""
    return mixed(rows.routes[v].sign + np.uint64(item + 1) * np.uint64(0xD1B54A32D192ED03))


@small
def recalled(memory: Records, key: np.uint64) -> int:
    """The slot of the memory for a hash, with nothing said in it if it held another's."""
    slot = int(key & np.uint64(memory.size - 1))
    if memory[slot].key != key:
        memory[slot].key = key
        memory[slot].added = 0
        memory[slot].down = NONE
    return slot


@small
def try_out(net: Net, rows: Rows, trial: Trial, found: Records, item: int, v: int, dearest: int) -> None:
    """Look for an insertion cheaper than `dearest`, unless `found` tells enough already."""
    if found.down != NONE or found.added >= dearest:
        return
    found.added = dearest
    if rows.routes[v].cost >= NEVER or rows.routes[v].length + 2 > rows.calls.shape[1]:
        found.added = NEVER
    elif net.items[item].up == NONE:
        _find_single(net, rows, trial, found, net.items[item].down, v)
    else:
        _find_pair(net, rows, trial, found, net.items[item].up, net.items[item].down, v)


@small
def _has_room(net: Net, v: int, seats: int, chairs: int) -> bool:
    return bool(chairs < net.room.shape[1] and seats <= net.room[v, chairs])


@kernel
def _find_pair(net: Net, rows: Rows, trial: Trial, found: Records, up: int, down: int, v: int) -> None:
    """The cheapest places of a boarding and its alighting, into `found`, if they cost less than it says."""
    calls, size = rows.calls[v], rows.routes[v].length
    boarding, alighting, lifo = net.nodes[up], net.nodes[down], net.vehicles[v].lifo
    best = found.added
    ready = boarding.earliest + boarding.service
    opening = net.shift if rows.routes[v].serves == 0 else 0
    if size == 2 and not net.vehicles[v].begun:
        opening += net.driving * calls[1].leg
    for i in range(net.vehicles[v].fixed - 1, size - 1):
        if calls[i].depart > boarding.latest:
            break
        if calls[i + 1].begin_by < ready:
            continue
        if not _has_room(net, v, calls[i].seats + boarding.seats, calls[i].chairs + boarding.chairs):
            continue
        to_up = leg_s(net, calls[i].node, up)
        at = max(calls[i].depart + to_up, boarding.earliest)
        if at > boarding.latest:
            continue
        at += boarding.service
        moving = 0
        here = up
        to_next = leg_s(net, up, calls[i + 1].node)
        up_detour = to_up + to_next - calls[i + 1].leg
        depth = 0
        for j in range(i, size - 1):
            # The vehicle leaves `here` at `at`: to alight, and then on to position j + 1; or there with the party on board.
            onward = calls[j + 1].node
            to_down = leg_s(net, here, down)
            alights = max(at + to_down, alighting.earliest)
            if at > alighting.latest:
                break
            if alights <= alighting.latest and moving + to_down <= boarding.ride_limit and (depth == 0 or not lifo):
                from_down = leg_s(net, down, onward)
                if alights + alighting.service + from_down <= calls[j + 1].begin_by:
                    if j == i:
                        detour = to_up + to_down + from_down - calls[j + 1].leg
                    else:
                        detour = up_detour + to_down + from_down - calls[j + 1].leg
                    added = opening + net.driving * detour
                    if added + net.riding * boarding.people * (moving + to_down) < best:
                        if not net.plain:
                            added = _added_in_full(net, rows, trial, up, down, v, i, j, added)
                        if added < best:
                            best = added
                            found.added, found.up, found.down = added, i, j
            if j + 1 == size - 1:
                break
            node = net.nodes[onward]
            if node.pause or not _has_room(net, v, calls[j + 1].seats + boarding.seats, calls[j + 1].chairs + boarding.chairs):
                break
            if j == i and opening + net.driving * up_detour >= best:
                break
            if lifo:
                depth += node.boards
                if depth < 0:
                    break
            leg = to_next if j == i else int(calls[j + 1].leg)
            at += leg
            moving += leg + node.service
            if at > calls[j + 1].begin_by or moving > boarding.ride_limit:
                break
            at = max(at, calls[j + 1].begin) + node.service
            here = onward


@kernel
def _find_single(net: Net, rows: Rows, trial: Trial, found: Records, down: int, v: int) -> None:
    """The same for one visit bound to this vehicle; while an alighting is out, its party counts as on board to the end."""
    calls, size = rows.calls[v], rows.routes[v].length
    node, lifo = net.nodes[down], net.vehicles[v].lifo
    best = found.added
    opening = net.driving * calls[1].leg if size == 2 and not net.vehicles[v].begun else 0
    for i in range(net.vehicles[v].fixed - 1, size - 1):
        if calls[i].depart > node.latest:
            break
        if node.pause:
            if calls[i].seats + calls[i].chairs > 0:
                continue
        elif i >= net.vehicles[v].fixed and (
            net.nodes[calls[i].node].pause or not _has_room(net, v, calls[i].seats, calls[i].chairs)
        ):
            break  # nobody rests, and nobody boards who has no room, while this party is on board
        elif lifo and not _is_in_turn(net, calls, size, down, i):
            continue
        to_down, from_down = leg_s(net, calls[i].node, down), leg_s(net, down, calls[i + 1].node)
        begins = max(calls[i].depart + to_down, node.earliest)
        if begins > node.latest or begins + node.service + from_down > calls[i + 1].begin_by:
            continue
        added = opening + net.driving * (to_down + from_down - calls[i + 1].leg)
        if net.riding == 0 and added >= best:
            continue
        added = _added_in_full(net, rows, trial, NONE, down, v, NONE, i, added)
        if added < best:
            best = added
            found.added, found.up, found.down = added, NONE, i


@kernel
def _is_in_turn(net: Net, calls: Records, size: int, down: int, i: int) -> bool:
    """Whether nobody stands in the way of anybody, last in first out, where this alighting comes after position i.

    Nobody who boarded later may still be on board, and nobody who boarded before may have left since the boarding.
    """
    partner, rank = net.nodes[down].partner, net.nodes[down].rank
    depth = 0
    for k in range(i, 0, -1):
        here = calls[k].node
        if here == partner:
            return depth == 0
        node = net.nodes[here]
        if node.boards < 0 and node.partner < 0:
            if node.rank < rank:
                return False
            continue
        depth -= node.boards
        if depth < 0:
            return False
    for k in range(i + 1, size - 1):
        node = net.nodes[calls[k].node]
        if node.boards < 0 and node.partner < 0 and node.rank > rank:
            return False
    return depth == 0


@kernel
def _added_in_full(net: Net, rows: Rows, trial: Trial, up: int, down: int, v: int, i: int, j: int, added: int) -> int:
    """What the insertion adds to the cost, every ride and delay looked at; NEVER where it breaks anything.

    The visit `up` goes after position i, or nowhere where that is NONE; `down` after position j. `added` is what the way
    around and a newly opened shift add.
    """
    size = rows.routes[v].length
    for k in range(size):
        trial.calls[k] = rows.calls[v, k]
    longer = spread(net, trial.calls, up, down, i, j, size)
    first, last = (j + 1, j + 1) if up == NONE else (i + 1, j + 2)
    soft = tried_cost(net, v, trial, first, last, longer)
    return NEVER if soft >= NEVER else added + soft - rows.routes[v].soft
