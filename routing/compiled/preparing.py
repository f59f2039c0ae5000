"""What can be known of a route before any request comes: how early, how late and how full it is on each of its ways.

Nothing of it is absolute: a deadline that is missed already counts as the time at which it is missed, for that is what
`check.new_or_worse` asks. (Savelsbergh 1992 on the forward and backward passes.)
"""

from __future__ import annotations

from routing.compiled.columns import (
    ABOARD_SEATS,
    ABOARD_WHEELCHAIRS,
    ALIGHTING,
    ARRIVE,
    BEGIN,
    BOARDED_AT,
    CROSSING,
    DEADLINE,
    DEPART,
    DONE,
    DRIVEN,
    EMPTY_SINCE,
    ENDS,
    FIRST,
    FIRST_OPEN,
    FIRST_SEEN,
    FREE_AT,
    FROZEN,
    LATE,
    LATEST,
    LATEST_ARRIVAL,
    LATEST_END,
    LAYOUTS,
    LEAST_CHANGE,
    LEAVES,
    LEG,
    LEGS,
    LONGEST,
    LOST,
    MAX_DURATION,
    NEVER,
    NOW,
    ORIGIN,
    OVER,
    PAUSE,
    PEOPLE,
    RIDE_LIMIT,
    RIDE_ORDER,
    RIDE_TAKEN,
    RIDES,
    RIDES_FROM,
    ROUTE_FACTS,
    SEATS,
    SEEN,
    SEEN_ARRIVE,
    SEEN_DEPART,
    SERVES,
    SERVICE,
    TARGET,
    TIMED_BEGIN,
    TOTAL_PEOPLE,
    UNKNOWN,
    VISITS,
    WHEELCHAIRS,
    WINDOW_END,
    Ints,
    Seconds,
)
from routing.compiled.jit import kernel, small
from routing.compiled.timing import set_off, shorten_rides, time_early
from routing.travel.matrix import UNREACHABLE_S


@kernel
def prepare(visits: Ints, route: Ints, seconds: Seconds, timed: Ints) -> None:
    """Work out, in place, all that is not stated. `timed`, of the same shape, is left with the times that `schedule` gives.

    The last element of TARGET is where the shift ends, the first of ORIGIN where it starts.
    """
    _look_at_facts(visits, route)
    _measure_legs(visits, route, seconds)
    _order_rides(visits, route)
    time_early(visits, route)
    for row in (LATEST, BOARDED_AT, RIDE_LIMIT, SEEN_ARRIVE, ARRIVE, BEGIN, DEPART, RIDE_ORDER, LEG):
        for k in range(visits.shape[1]):
            timed[row, k] = visits[row, k]
    shorten_rides(timed, route)
    leaves = set_off(timed, route)
    _judge_standing(visits, timed, route, leaves)
    _bound_times(visits, route)
    _count_aboard(visits, route)
    _bound_rides(visits, route)


@kernel
def _look_at_facts(visits: Ints, route: Ints) -> None:
    count = route[VISITS]
    route[FIRST_OPEN], route[DONE], route[FIRST_SEEN] = 0, 0, count
    for k in range(count):
        if visits[SEEN, k] == 1:
            route[FIRST_SEEN] = min(route[FIRST_SEEN], k)
            route[FIRST_OPEN] = k + 1
            if visits[SEEN_DEPART, k] != UNKNOWN:
                route[DONE] = k + 1
    route[FIRST] = max(route[FROZEN], route[FIRST_OPEN])


@kernel
def _measure_legs(visits: Ints, route: Ints, seconds: Seconds) -> None:
    count = route[VISITS]
    route[LEGS], route[LOST], route[SERVES] = 0, 0, 0
    for k in range(count + 1):
        if k < count and visits[PAUSE, k] == 0:
            route[SERVES] = 1
        if k > 0:
            visits[ORIGIN, k] = visits[TARGET, k - 1]
        visits[LEG, k] = seconds[visits[ORIGIN, k], visits[TARGET, k]]
        route[LEGS] += visits[LEG, k]
        if visits[LEG, k] >= UNREACHABLE_S:
            route[LOST] = 1


@kernel
def _order_rides(visits: Ints, route: Ints) -> None:
    """The rides by boarding, then alighting, the last first: by insertion, as they nearly are in order."""
    rides = 0
    for down in range(route[VISITS]):
        up = visits[BOARDED_AT, down]
        if up < 0:
            continue
        place = rides
        while place > 0 and visits[BOARDED_AT, visits[RIDE_ORDER, place - 1]] <= up:
            visits[RIDE_ORDER, place] = visits[RIDE_ORDER, place - 1]
            place -= 1
        visits[RIDE_ORDER, place] = down
        rides += 1
    route[RIDES] = rides


@kernel
def _judge_standing(visits: Ints, timed: Ints, route: Ints, leaves: int) -> None:
    """What the route takes as it is timed, and how late and how long it may be without being worse."""
    count = route[VISITS]
    route[LATE] = 0
    for k in range(count):
        begin, up = timed[BEGIN, k], visits[BOARDED_AT, k]
        visits[TIMED_BEGIN, k] = begin
        route[LATE] += visits[PEOPLE, k] * max(0, begin - visits[LATEST, k])
        visits[DEADLINE, k] = max(visits[LATEST, k], begin)
        visits[RIDE_TAKEN, k] = begin - timed[DEPART, up] if up >= 0 else 0
    route[DRIVEN] = route[LEGS] if count > 0 else 0
    route[LATEST_END] = max(route[WINDOW_END], route[ENDS]) if count > 0 else route[WINDOW_END]
    route[LONGEST] = max(route[MAX_DURATION], route[ENDS] - leaves) if route[SERVES] == 1 else route[MAX_DURATION]


@kernel
def _bound_times(visits: Ints, route: Ints) -> None:
    count = route[VISITS]
    for k in range(count + 1):
        visits[FREE_AT, k] = max(route[LEAVES] if k == 0 else visits[DEPART, k - 1], route[NOW])
    visits[LATEST_ARRIVAL, count] = route[LATEST_END]
    for k in range(count - 1, -1, -1):
        next_one = visits[LATEST_ARRIVAL, k + 1] - visits[LEG, k + 1] - visits[SERVICE, k]
        visits[LATEST_ARRIVAL, k] = min(visits[DEADLINE, k], next_one)


@kernel
def _count_aboard(visits: Ints, route: Ints) -> None:
    seats, wheelchairs, total = 0, 0, 0
    for k in range(route[VISITS] + 1):
        visits[ABOARD_SEATS, k], visits[ABOARD_WHEELCHAIRS, k] = seats, wheelchairs
        visits[OVER, k] = over(route, seats, wheelchairs)
        if k < route[VISITS]:
            seats, wheelchairs = seats + visits[SEATS, k], wheelchairs + visits[WHEELCHAIRS, k]
            total += visits[PEOPLE, k]
    route[TOTAL_PEOPLE] = total


@small
def over(route: Ints, seats: int, wheelchairs: int) -> int:
    """By how many people a load exceeds the layout that suits it best."""
    least = seats + wheelchairs
    for index in range(route[LAYOUTS]):
        layout = ROUTE_FACTS + 2 * index
        least = min(least, max(0, seats - route[layout]) + max(0, wheelchairs - route[layout + 1]))
    return least


@kernel
def _bound_rides(visits: Ints, route: Ints) -> None:
    """How far rides could shrink: until no wait is left in them.

    A ride shrinks where it is delayed itself, or where a delay of one that began before is passed on to it. So nothing shrinks
    that ends before the vehicle was last empty, unless setting off is delayed.
    """
    count = route[VISITS]
    for k in range(count + 1):
        visits[CROSSING, k], visits[LEAST_CHANGE, k], visits[EMPTY_SINCE, k] = 0, 0, 0
    for down in range(count):
        up = visits[BOARDED_AT, down]
        if up < 0:
            continue
        least = visits[BEGIN, down] - visits[DEPART, up]
        for k in range(up + 1, down + 1):
            visits[EMPTY_SINCE, k] += 1  # for now the rides under way
            visits[CROSSING, k] += visits[ALIGHTING, down]
            if k >= route[FIRST_OPEN]:
                least -= visits[BEGIN, k] - visits[DEPART, k - 1] - visits[LEG, k]
        visits[LEAST_CHANGE, down] += visits[ALIGHTING, down] * (least - visits[RIDE_TAKEN, down])
    for k in range(count - 1, -1, -1):
        visits[LEAST_CHANGE, k] += visits[LEAST_CHANGE, k + 1]
    empty, boarded_before = 0, route[RIDES]
    for k in range(count + 1):
        if visits[EMPTY_SINCE, k] == 0 and route[MAX_DURATION] == NEVER:
            empty = k
        visits[EMPTY_SINCE, k] = empty
        visits[LEAST_CHANGE, k] = visits[LEAST_CHANGE, empty]
        while boarded_before > 0 and visits[BOARDED_AT, visits[RIDE_ORDER, boarded_before - 1]] < k:
            boarded_before -= 1
        visits[RIDES_FROM, k] = boarded_before
