"""Which items to take out: strings of neighbouring visits from routes near one another.

Adjacent string removal of Christiaens & Vanden Berghe (2020, section 5.2), with requests for customers: a string is a stretch
of visits of one route, and every request with a visit in it is taken out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.compiled.jit import kernel, small
from routing.optimise.lns.net import NONE, Net, Records
from routing.optimise.lns.routes import Rows, mixed

SPLIT = 0.5
"""How often a string leaves out a stretch in its middle."""
DEEPER = 0.01
"""How often the stretch left out is made longer by one more."""


@small
def drawn(luck: NDArray[np.uint64]) -> float:
    """A number from 0 up to 1, the next of a sequence (SplitMix64)."""
    luck[0] += np.uint64(0x9E3779B97F4A7C15)
    return np.float64(mixed(luck[0]) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@small
def drawn_below(luck: NDArray[np.uint64], count: int) -> int:
    """A whole number from 0 to count - 1."""
    return int(drawn(luck) * count)


@kernel
def choose(
    net: Net,
    rows: Rows,
    places: Records,
    luck: NDArray[np.uint64],
    out: NDArray[np.int32],
    ruined: NDArray[np.bool_],
    many: float,
    longest: float,
) -> int:
    """Fill `out` with the items to take out and give their number; `ruined[v]` is left True for routes that lose some.

    `places` says where each item is, and is told. About `many` visits go, in strings of `longest` at most.
    """
    ruined[:] = False
    seed = drawn_below(luck, net.items.size)
    visits = routes = 0
    for v in range(rows.routes.size):
        if rows.routes[v].length > 2:
            visits += rows.routes[v].length - 2
            routes += 1
    if routes == 0:
        return 0
    longest = min(longest, visits / routes)
    strings = int(drawn(luck) * (4.0 * many / (1.0 + longest) - 1.0)) + 1
    count = 0
    for near in range(-1, net.near.shape[1]):
        item = seed if near < 0 else int(net.near[seed, near])
        v = places[item].vehicle
        if v == NONE or ruined[v]:
            continue
        calls, ahead = rows.calls[v], rows.routes[v].length - 2
        before = count
        length = 1 + drawn_below(luck, int(min(longest, ahead)))
        here = net.items[item].down if net.items[item].up == NONE or drawn(luck) < 0.5 else net.items[item].up
        k = 1
        while calls[k].node != here:
            k += 1
        left = 0
        if length > 1 and drawn(luck) < SPLIT:
            left = 1
            while length + left < ahead and drawn(luck) < DEEPER:
                left += 1
        span = min(length + left, ahead)
        first = max(1, min(k - drawn_below(luck, span), ahead + 1 - span))
        gap = first + 1 + drawn_below(luck, length - 1) if left else first
        for position in range(first, first + span):
            if left and gap <= position < gap + left:
                continue
            other = net.nodes[calls[position].node].owner
            if other != NONE and places[other].vehicle == v:
                places[other].old = v
                places[other].vehicle = NONE
                out[count] = other
                count += 1
        ruined[v] = count > before
        strings -= 1
        if strings <= 0:
            break
    return count
