"""All places for a request in a route, or the best in a plan: what simple bounds can't rule out is tried in full.

A place is a pair: boarding before visit `up`, alighting before visit `down` of the route as it stands.
"""

from __future__ import annotations

from routing.compiled.columns import (
    ABOARD_SEATS,
    ABOARD_WHEELCHAIRS,
    ADDED,
    ALIGHTING_S,
    ASK_SEATS,
    ASK_WHEELCHAIRS,
    BOARDED_AT,
    BOARDING_S,
    CROSSING,
    DRIVEN,
    DRIVING,
    DROPOFF,
    DROPOFF_EARLIEST,
    DROPOFF_LATEST,
    EARLIEST,
    FIRST,
    FOUND_FACTS,
    FREE_AT,
    LATE,
    LATENESS,
    LATEST_ARRIVAL,
    LEAST_CHANGE,
    LEG,
    LEGS,
    LOST,
    MAX_RIDE,
    NESTED,
    NEVER,
    ORIGIN,
    OVER,
    PAUSE,
    PICKUP,
    PICKUP_EARLIEST,
    PICKUP_LATEST,
    RANK,
    RIDING,
    SERVES,
    SERVICE,
    SHIFT,
    SHORTCUT,
    TARGET,
    TOTAL_PEOPLE,
    TURN,
    VISITS,
    Ints,
    Seconds,
)
from routing.compiled.jit import kernel, small
from routing.compiled.preparing import over
from routing.compiled.trying import detour_s, fits
from routing.travel.matrix import UNREACHABLE_S


@kernel
def find_best(
    plan: Ints, routes: Ints, seconds: Seconds, asks: Ints, prices: Ints, work: Ints, work_route: Ints, trial: Ints, found: Ints
) -> None:
    """For each request of `asks` the place that adds least cost in any route, of several the first, into its row of `found`.

    ADDED is NEVER where there is none. `plan` and `routes` have an element for each route; the other arrays are to work in.
    """
    for index in range(asks.shape[0]):
        ask, best = asks[index], found[index : index + 1]
        best[0, ADDED] = NEVER
        for rank in range(routes.shape[0]):
            search(plan[rank], routes[rank], seconds, ask, prices, work, work_route, trial, rank, best)


@kernel
def search(
    visits: Ints,
    route: Ints,
    seconds: Seconds,
    ask: Ints,
    prices: Ints,
    work: Ints,
    work_route: Ints,
    trial: Ints,
    rank: int,
    found: Ints,
) -> int:
    """Write the places in a route into the rows of `found`, in order, and say how many.

    Where `found` has one row only, only one that is better than what is there already.
    """
    only_best = found.shape[0] == 1
    shortcut = UNREACHABLE_S if route[LOST] == 1 else ask[SHORTCUT]
    # Both rows rise along the route, so what is too early or too late for the request is cut off at once.
    in_time = ask[PICKUP_EARLIEST] + ask[BOARDING_S] - shortcut
    start = _first_from(visits[LATEST_ARRIVAL], in_time, route[FIRST], route[VISITS] + 1)
    many = 0
    for up in range(start, route[VISITS] + 1):
        if visits[FREE_AT, up] > ask[PICKUP_LATEST]:
            break
        arrives = visits[FREE_AT, up] + seconds[visits[ORIGIN, up], ask[PICKUP]]
        if arrives > ask[PICKUP_LATEST]:
            continue
        if only_best and _least_from(visits, route, seconds, ask, up, shortcut, prices) >= found[0, ADDED]:
            continue
        if _over_with(visits, route, ask, up) > 0:
            continue
        at = max(arrives, ask[PICKUP_EARLIEST]) + ask[BOARDING_S]
        here, moving, inside = ask[PICKUP], 0, 0
        for down in range(up, route[VISITS] + 1):
            ride = moving + seconds[here, ask[DROPOFF]]
            if inside == 0 and ride <= ask[MAX_RIDE] and _can_alight(visits, seconds, ask, down, here, at):
                least = _least_added(visits, route, seconds, ask, up, down, ride, prices) if only_best else 0
                if not only_best or least < found[0, ADDED]:
                    trial[RANK] = rank
                    if fits(visits, route, seconds, ask, up, down, prices, work, work_route, trial):
                        if not only_best:
                            _keep(trial, many, found)
                            many += 1
                        elif trial[ADDED] < found[0, ADDED]:
                            _keep(trial, 0, found)
                            many = 1
            if down == route[VISITS] or not _can_stay(visits, route, ask, up, down):
                break
            leg = seconds[here, visits[TARGET, down]]
            at, moving = at + leg, moving + leg + visits[SERVICE, down]
            if at > min(visits[LATEST_ARRIVAL, down] + shortcut, ask[DROPOFF_LATEST]) or moving > ask[MAX_RIDE]:
                break
            at, here = max(at, visits[EARLIEST, down]) + visits[SERVICE, down], visits[TARGET, down]
            if route[NESTED] == 1:
                inside += visits[TURN, down]
    return many


@small
def _keep(trial: Ints, index: int, found: Ints) -> None:
    for fact in range(FOUND_FACTS):
        found[index, fact] = trial[fact]


@small
def _first_from(rising: Ints, least: int, low: int, high: int) -> int:
    """The first index from `low` on, or `high`, of a value of at least `least`."""
    while low < high:
        middle = (low + high) // 2
        if rising[middle] < least:
            low = middle + 1
        else:
            high = middle
    return low


@small
def _over_with(visits: Ints, route: Ints, ask: Ints, k: int) -> int:
    """By how many people the request would be too much on the way to visit k."""
    return over(route, visits[ABOARD_SEATS, k] + ask[ASK_SEATS], visits[ABOARD_WHEELCHAIRS, k] + ask[ASK_WHEELCHAIRS])


@small
def _can_alight(visits: Ints, seconds: Seconds, ask: Ints, down: int, here: int, at: int) -> bool:
    """Whether a vehicle that sets off at `at` can call at the drop-off and nothing from visit `down` on is late for that."""
    arrives = at + seconds[here, ask[DROPOFF]]
    if visits[OVER, down] > 0 or arrives > ask[DROPOFF_LATEST]:
        return False
    departs = max(arrives, ask[DROPOFF_EARLIEST]) + ask[ALIGHTING_S]
    return departs + seconds[ask[DROPOFF], visits[TARGET, down]] <= visits[LATEST_ARRIVAL, down]


@small
def _can_stay(visits: Ints, route: Ints, ask: Ints, up: int, k: int) -> bool:
    """Whether somebody who boards before visit `up` may sit through visit k."""
    if visits[PAUSE, k] == 1 and ask[ASK_SEATS] + ask[ASK_WHEELCHAIRS] > 0:
        return False
    if route[NESTED] == 1 and visits[TURN, k] < 0 and visits[BOARDED_AT, k] < up:
        return False
    return _over_with(visits, route, ask, k + 1) <= visits[OVER, k + 1]


@small
def _least_added(visits: Ints, route: Ints, seconds: Seconds, ask: Ints, up: int, down: int, ride: int, prices: Ints) -> int:
    """A bound from below on what a place adds, whatever waits are used up and whatever delays limits ask for."""
    people, stops_s = ask[ASK_SEATS] + ask[ASK_WHEELCHAIRS], ask[BOARDING_S] + ask[ALIGHTING_S]
    detour = detour_s(visits, seconds, ask[PICKUP], ask[DROPOFF], up, down)
    if up == down:
        crossing, gained = visits[CROSSING, up] * (detour + stops_s), min(0, detour)
    else:
        first = _first_detour_s(visits, seconds, ask, up)
        crossing = visits[CROSSING, up] * (first + ask[BOARDING_S])
        crossing += visits[CROSSING, down] * (detour - first + ask[ALIGHTING_S])
        gained = min(0, first) + min(0, detour - first)
    ridden = visits[LEAST_CHANGE, up] + crossing + people * ride
    return _least_price(route, detour, ridden, gained * route[TOTAL_PEOPLE], prices)


@small
def _least_from(visits: Ints, route: Ints, seconds: Seconds, ask: Ints, up: int, shortcut: int, prices: Ints) -> int:
    """The same for all places with boarding before visit `up`."""
    if seconds[ask[PICKUP], visits[TARGET, up]] >= UNREACHABLE_S:
        return -NEVER  # by way of the drop-off there may be one
    first = _first_detour_s(visits, seconds, ask, up)
    gained = (min(0, first) - shortcut) * route[TOTAL_PEOPLE]
    ridden = visits[LEAST_CHANGE, up] + visits[CROSSING, up] * (first + ask[BOARDING_S]) - shortcut * route[TOTAL_PEOPLE]
    return _least_price(route, first - shortcut, ridden, gained, prices)


@small
def _first_detour_s(visits: Ints, seconds: Seconds, ask: Ints, up: int) -> int:
    """How much more there is to drive to visit `up` by way of the pick-up."""
    return seconds[visits[ORIGIN, up], ask[PICKUP]] + seconds[ask[PICKUP], visits[TARGET, up]] - visits[LEG, up]


@small
def _least_price(route: Ints, detour: int, ridden: int, late: int, prices: Ints) -> int:
    price = (
        prices[DRIVING] * (route[LEGS] - route[DRIVEN] + detour)
        + prices[RIDING] * ridden
        + prices[LATENESS] * max(late, -route[LATE])
    )
    return price + prices[SHIFT] * (1 - route[SERVES])
