"""A route with one more request in it: as much of it as that could change, timed as early as can be.

What is before the vehicle was last empty stays as it is, and so does what is after it is empty again and no longer later than
without the request. Only where the duration is limited does every visit depend on every other.
"""

from __future__ import annotations

from routing.compiled.columns import (
    ALIGHTING_S,
    ARRIVE,
    BEGIN,
    BOARDED_AT,
    BOARDING_S,
    DEADLINE,
    DEPART,
    DROPOFF,
    DROPOFF_EARLIEST,
    DROPOFF_LATEST,
    EARLIEST,
    EMPTY_SINCE,
    ENDS,
    FREE_AT,
    LATEST,
    LATEST_ARRIVAL,
    LATEST_END,
    LEG,
    MAX_DURATION,
    MAX_RIDE,
    NEVER,
    ORIGIN,
    PICKUP,
    PICKUP_EARLIEST,
    PICKUP_LATEST,
    RIDE_LIMIT,
    RIDE_ORDER,
    RIDES,
    RIDES_FROM,
    SEEN_ARRIVE,
    SERVICE,
    TARGET,
    VISITS,
    Ints,
    Seconds,
)
from routing.compiled.jit import kernel, small

TOO_LATE = -1


@small
def moved(k: int, up: int, down: int) -> int:
    """Where visit k comes to be."""
    return k + (1 if k >= up else 0) + (1 if k >= down else 0)


@kernel
def lengthen(visits: Ints, route: Ints, seconds: Seconds, ask: Ints, up: int, down: int, longer: Ints, longer_route: Ints) -> int:
    """Write the visits that could change into `longer`, where they come to be, with their times without delays.

    They begin with EMPTY_SINCE of `up`. Gives the first visit behind them, or TOO_LATE where something would be late.
    """
    count, start = route[VISITS], visits[EMPTY_SINCE, up]
    for k in range(start, up):
        _copy(visits, k, k, up, down, longer)
        longer[ARRIVE, k], longer[BEGIN, k], longer[DEPART, k] = visits[ARRIVE, k], visits[BEGIN, k], visits[DEPART, k]
    at, here = visits[FREE_AT, up], visits[ORIGIN, up]
    at = _call(longer, up, at, seconds[here, ask[PICKUP]], ask[PICKUP_EARLIEST], ask[PICKUP_LATEST], ask[BOARDING_S])
    longer[BOARDED_AT, up] = -1
    here, late = ask[PICKUP], longer[BEGIN, up] > ask[PICKUP_LATEST]
    for k in range(up, count + 1):
        to = moved(k, up, down)
        if k == down:
            leg = seconds[here, ask[DROPOFF]]
            at = _call(longer, to - 1, at, leg, ask[DROPOFF_EARLIEST], ask[DROPOFF_LATEST], ask[ALIGHTING_S])
            longer[BOARDED_AT, to - 1], longer[RIDE_LIMIT, to - 1] = up, ask[MAX_RIDE]
            here, late = ask[DROPOFF], late or longer[BEGIN, to - 1] > ask[DROPOFF_LATEST]
            late = late or at + seconds[here, visits[TARGET, k]] > visits[LATEST_ARRIVAL, k]
        if late:
            return TOO_LATE
        leg = seconds[here, visits[TARGET, k]]
        if k == count:
            longer[LEG, to], longer_route[ENDS] = leg, at + leg
            return TOO_LATE if at + leg > route[LATEST_END] else count
        begin = max(at + leg, visits[EARLIEST, k])
        if k >= down and begin == visits[BEGIN, k] and visits[EMPTY_SINCE, k] == k and route[MAX_DURATION] == NEVER:
            return k
        _copy(visits, k, to, up, down, longer)
        at = _call(longer, to, at, leg, visits[EARLIEST, k], visits[LATEST, k], visits[SERVICE, k])
        here, late = visits[TARGET, k], begin > visits[DEADLINE, k]
    return count


@small
def _copy(visits: Ints, k: int, to: int, up: int, down: int, longer: Ints) -> None:
    longer[LEG, to], longer[LATEST, to], longer[SEEN_ARRIVE, to] = visits[LEG, k], visits[LATEST, k], visits[SEEN_ARRIVE, k]
    boarded = visits[BOARDED_AT, k]
    longer[BOARDED_AT, to], longer[RIDE_LIMIT, to] = moved(boarded, up, down) if boarded >= 0 else -1, visits[RIDE_LIMIT, k]


@small
def _call(longer: Ints, k: int, at: int, leg: int, earliest: int, latest: int, service: int) -> int:
    """Time visit k of a vehicle that sets off for it at `at`; when it departs."""
    begin = max(at + leg, earliest)
    longer[LEG, k], longer[LATEST, k], longer[ARRIVE, k] = leg, latest, at + leg
    longer[BEGIN, k], longer[DEPART, k] = begin, begin + service
    return begin + service


@kernel
def order_rides(visits: Ints, up: int, down: int, stop: int, longer: Ints, longer_route: Ints) -> None:
    """The rides that board on visits that could change, the new one among them, the last first."""
    rides = 0
    for position in range(visits[RIDES_FROM, stop], visits[RIDES_FROM, visits[EMPTY_SINCE, up]]):
        alighting = visits[RIDE_ORDER, position]
        if visits[BOARDED_AT, alighting] < up and rides == position - visits[RIDES_FROM, stop]:
            longer[RIDE_ORDER, rides] = down + 1
            rides += 1
        longer[RIDE_ORDER, rides] = moved(alighting, up, down)
        rides += 1
    if rides == visits[RIDES_FROM, visits[EMPTY_SINCE, up]] - visits[RIDES_FROM, stop]:
        longer[RIDE_ORDER, rides] = down + 1
        rides += 1
    longer_route[RIDES] = rides
