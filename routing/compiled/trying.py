"""One insertion, timed and judged in full: what `check.new_or_worse` would say, and what it adds to the cost."""

from __future__ import annotations

from routing.compiled.columns import (
    ADDED,
    ALIGHTING,
    ASK_SEATS,
    ASK_WHEELCHAIRS,
    BEGIN,
    BOARDED_AT,
    DEPART,
    DETOUR,
    DOWN,
    DRIVEN,
    DRIVING,
    DROPOFF,
    DROPOFF_BEGIN,
    EMPTY_SINCE,
    ENDS,
    FIRST_OPEN,
    FIRST_SEEN,
    LATENESS,
    LATEST,
    LEAVES,
    LEG,
    LEGS,
    LONGEST,
    MAX_DURATION,
    MAX_RIDE,
    NEVER,
    ORIGIN,
    PEOPLE,
    PICKUP,
    PICKUP_BEGIN,
    PICKUP_DEPART,
    RIDE_LIMIT,
    RIDE_TAKEN,
    RIDING,
    SERVES,
    SHIFT,
    TARGET,
    TIMED_BEGIN,
    UP,
    VISITS,
    Ints,
    Seconds,
)
from routing.compiled.jit import kernel, small
from routing.compiled.longer import TOO_LATE, lengthen, moved, order_rides
from routing.compiled.timing import set_off, shorten_rides
from routing.travel.matrix import UNREACHABLE_S


@kernel
def fits(
    visits: Ints,
    route: Ints,
    seconds: Seconds,
    ask: Ints,
    up: int,
    down: int,
    prices: Ints,
    work: Ints,
    work_route: Ints,
    found: Ints,
) -> bool:
    """Whether a request can board before visit `up` and alight before visit `down`; if so, `found` says what that comes to."""
    if _loses_the_way(visits, route, seconds, ask, up, down):
        return False
    stop = lengthen(visits, route, seconds, ask, up, down, work, work_route)
    if stop == TOO_LATE:
        return False
    work_route[FIRST_OPEN] = route[FIRST_OPEN]
    order_rides(visits, up, down, stop, work, work_route)
    shorten_rides(work, work_route)
    if route[MAX_DURATION] != NEVER:
        work_route[VISITS], work_route[LEAVES], work_route[MAX_DURATION] = route[VISITS] + 2, route[LEAVES], route[MAX_DURATION]
        work_route[FIRST_SEEN] = route[FIRST_SEEN] if route[FIRST_SEEN] < route[VISITS] else route[VISITS] + 2
        if work_route[ENDS] - set_off(work, work_route) > route[LONGEST]:
            return False
    ride = work[BEGIN, down + 1] - work[DEPART, up]
    if ride > ask[MAX_RIDE]:
        return False
    ridden, late = (ask[ASK_SEATS] + ask[ASK_WHEELCHAIRS]) * ride, 0
    for k in range(visits[EMPTY_SINCE, up], stop):
        begin, latest = work[BEGIN, moved(k, up, down)], visits[LATEST, k]
        late += visits[PEOPLE, k] * (max(0, begin - latest) - max(0, visits[TIMED_BEGIN, k] - latest))
        boarded = visits[BOARDED_AT, k]
        if boarded >= 0:
            taken = begin - work[DEPART, moved(boarded, up, down)]
            if taken > max(visits[RIDE_LIMIT, k], visits[RIDE_TAKEN, k]):
                return False
            ridden += visits[ALIGHTING, k] * (taken - visits[RIDE_TAKEN, k])
    driven = route[LEGS] - route[DRIVEN] + detour_s(visits, seconds, ask[PICKUP], ask[DROPOFF], up, down)
    price = prices[DRIVING] * driven + prices[RIDING] * ridden + prices[LATENESS] * late
    found[ADDED] = price + prices[SHIFT] * (1 - route[SERVES])
    found[UP], found[DOWN], found[DETOUR] = up, down, driven
    found[PICKUP_BEGIN], found[PICKUP_DEPART], found[DROPOFF_BEGIN] = work[BEGIN, up], work[DEPART, up], work[BEGIN, down + 1]
    return True


@small
def _loses_the_way(visits: Ints, route: Ints, seconds: Seconds, ask: Ints, up: int, down: int) -> bool:
    """Whether there is no road to a new visit, or none any more to the one after it."""
    pickup, dropoff = ask[PICKUP], ask[DROPOFF]
    if seconds[visits[ORIGIN, up], pickup] >= UNREACHABLE_S:
        return True
    if seconds[pickup if up == down else visits[ORIGIN, down], dropoff] >= UNREACHABLE_S:
        return True
    if down > up and seconds[pickup, visits[TARGET, up]] >= UNREACHABLE_S > visits[LEG, up]:
        return True
    return down < route[VISITS] and seconds[dropoff, visits[TARGET, down]] >= UNREACHABLE_S > visits[LEG, down]


@small
def detour_s(visits: Ints, seconds: Seconds, pickup: int, dropoff: int, up: int, down: int) -> int:
    """How much more there is to drive by way of both."""
    to_pickup, home = seconds[visits[ORIGIN, up], pickup], seconds[dropoff, visits[TARGET, down]]
    if up == down:
        return to_pickup + seconds[pickup, dropoff] + home - visits[LEG, up]
    first = to_pickup + seconds[pickup, visits[TARGET, up]] - visits[LEG, up]
    return first + seconds[visits[ORIGIN, down], dropoff] + home - visits[LEG, down]
