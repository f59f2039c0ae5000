"""`routing.timing` on columns: when each visit begins. The comments there say why; the tests hold both against each other."""

from __future__ import annotations

from routing.compiled.columns import (
    ARRIVE,
    BEGIN,
    BOARDED_AT,
    DEPART,
    DONE,
    EARLIEST,
    ENDS,
    FIRST_OPEN,
    FIRST_SEEN,
    FROZEN,
    LATEST,
    LEAVES,
    LEG,
    MAX_DURATION,
    NEVER,
    NOW,
    RIDE_LIMIT,
    RIDE_ORDER,
    RIDES,
    SEEN,
    SEEN_ARRIVE,
    SEEN_BEGIN,
    SEEN_DEPART,
    SERVICE,
    UNKNOWN,
    VISITS,
    Ints,
)
from routing.compiled.jit import kernel, small


@kernel
def time_early(visits: Ints, route: Ints) -> None:
    """Each visit as early as travel, windows, what was observed and `now` allow."""
    at, now, count = route[LEAVES], route[NOW], route[VISITS]
    followed = route[FIRST_OPEN] > 0
    for k in range(count):
        if k == route[FROZEN]:
            at = max(at, now)
        arrives = at + visits[LEG, k]
        seen_arrive, seen_begin, seen_depart = visits[SEEN_ARRIVE, k], visits[SEEN_BEGIN, k], visits[SEEN_DEPART, k]
        seen = visits[SEEN, k] == 1
        if followed and k >= route[DONE] and not seen:
            arrives = max(arrives, now)
        begins = max(arrives, visits[EARLIEST, k])
        departs = begins + visits[SERVICE, k]
        if seen:
            lasts_to = now if k >= route[DONE] else arrives
            if seen_arrive != UNKNOWN:
                arrives = seen_arrive
            begins = max(arrives, visits[EARLIEST, k]) if seen_begin == UNKNOWN else seen_begin
            departs = max(begins + visits[SERVICE, k], lasts_to) if seen_depart == UNKNOWN else seen_depart
            if seen_begin == UNKNOWN:
                begins = min(begins, departs)
            if seen_arrive == UNKNOWN:
                arrives = min(arrives, begins)
        visits[ARRIVE, k], visits[BEGIN, k], visits[DEPART, k] = arrives, begins, departs
        at = departs
    route[ENDS] = at + visits[LEG, count]


@kernel
def shorten_rides(visits: Ints, route: Ints) -> None:
    """Delay boardings by no more than their ride limits need, and never so far that anything gets late."""
    for position in range(route[RIDES]):
        down = visits[RIDE_ORDER, position]
        up = visits[BOARDED_AT, down]
        over = visits[BEGIN, down] - visits[DEPART, up] - visits[RIDE_LIMIT, down]
        if over <= 0 or up < route[FIRST_OPEN]:
            continue
        limit = min(over, visits[LATEST, up] - visits[BEGIN, up])
        waits, delay = room(visits, visits[DEPART, up], up + 1, down, limit)
        delay = min(delay, waits + visits[BEGIN, down] - visits[DEPART, down - 1] - visits[LEG, down])
        if delay > 0:
            visits[BEGIN, up] += delay
            visits[DEPART, up] += delay
            push(visits, visits[DEPART, up], up + 1, down)


@kernel
def set_off(visits: Ints, route: Ints) -> int:
    """When the vehicle sets off: later than it could by no more than its limited duration needs, and nothing is late."""
    leaves, count = route[LEAVES], route[VISITS]
    if route[MAX_DURATION] == NEVER:
        return leaves
    over = route[ENDS] - leaves - route[MAX_DURATION]
    if route[FIRST_SEEN] < count:  # something was observed, so the first visit stays where it is
        arrived = route[FIRST_SEEN] == 0 and visits[SEEN_ARRIVE, 0] != UNKNOWN
        reached = visits[ARRIVE, 0] if arrived else visits[BEGIN, 0]
        waits, delay = reached - leaves - visits[LEG, 0], over
    else:
        waits, delay = room(visits, leaves, 0, count, over)
    delay = min(delay, waits)
    if delay <= 0:
        return leaves
    push(visits, leaves + delay, 0, count - 1)
    return leaves + delay


@small
def room(visits: Ints, at: int, first: int, last: int, delay: int) -> tuple[int, int]:
    """How long the vehicle waits up to, not with, `last`, and how much of a delay of its departure at `at` makes nothing late."""
    waits = 0
    for k in range(first, last):
        waits += visits[BEGIN, k] - at - visits[LEG, k]
        delay = min(delay, waits + max(0, visits[LATEST, k] - visits[BEGIN, k]))
        at = visits[DEPART, k]
    return waits, delay


@small
def push(visits: Ints, at: int, first: int, last: int) -> None:
    """Pass a later departure on to the visits after it, from `first` up to `last`."""
    for k in range(first, last + 1):
        visits[ARRIVE, k] = max(visits[ARRIVE, k], at + visits[LEG, k])
        late = visits[ARRIVE, k] - visits[BEGIN, k]
        if late <= 0:
            return
        visits[BEGIN, k] += late
        visits[DEPART, k] += late
        at = visits[DEPART, k]
