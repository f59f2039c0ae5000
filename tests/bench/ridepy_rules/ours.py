"""ridepy's rules for requests on demand, in the plane at speed 1: nobody waits, so a delay reaches every later stop unabated.

A vehicle is an array with a row for each of the names below and a column per stop; the first is where it was last, the others
are ahead. The cheapest insertion by driving wins, of several the first.
"""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from routing.compiled.jit import kernel, small

X, Y, ARRIVE, LEEWAY, ABOARD, LEG = range(6)
"""Where, when, how much later it and all after it may be, people on board after it, the way to it."""
ROWS, STOPS = 6, 64
AT, FROM_X, FROM_Y, TO_X, TO_Y, PICKUP_LATEST, DROPOFF_LATEST = range(7)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def fleet(places: list[tuple[float, float]]) -> tuple[Floats, Ints]:
    """Vehicles that stand at these places, and the numbers of their stops."""
    vehicles = np.zeros((len(places), ROWS, STOPS))
    vehicles[:, :2, 0] = places
    return vehicles, np.ones(len(places), np.int64)


@kernel
def answer(vehicles: Floats, counts: Ints, seats: int, ask: Floats) -> int:
    """Drive on to the time of a request, and put it in where that costs least: the vehicle, or -1 where it fits nowhere."""
    best, chosen, best_up, best_down = np.inf, -1, 0, 0
    direct = hypot(ask[FROM_X] - ask[TO_X], ask[FROM_Y] - ask[TO_Y])
    for vehicle in range(vehicles.shape[0]):
        stops = vehicles[vehicle]
        if counts[vehicle] == 1 or stops[ARRIVE, 1] <= ask[AT]:
            counts[vehicle] = _drive_on(stops, counts[vehicle], ask[AT])
        count = counts[vehicle]
        here_x, here_y = _here(stops, count, ask[AT])
        to_x, to_y, room = here_x - ask[FROM_X], here_y - ask[FROM_Y], ask[PICKUP_LATEST] - ask[AT]
        if to_x * to_x + to_y * to_y > room * room:
            continue  # not even straight away
        for up in range(count):
            at = ask[AT] if up == 0 else stops[ARRIVE, up]
            if at > ask[PICKUP_LATEST]:
                break
            if stops[ABOARD, up] == seats:
                continue
            to_pickup = _way(here_x if up == 0 else stops[X, up], here_y if up == 0 else stops[Y, up], ask[FROM_X], ask[FROM_Y])
            at_pickup = at + to_pickup
            if at_pickup > ask[PICKUP_LATEST]:
                continue
            leg = stops[ARRIVE, up + 1] - at if up + 1 < count else 0.0
            at_dropoff = at_pickup + direct
            if at_dropoff > ask[DROPOFF_LATEST]:
                continue
            home = _way(ask[TO_X], ask[TO_Y], stops[X, up + 1], stops[Y, up + 1]) if up + 1 < count else 0.0
            cost = to_pickup + direct + home - leg
            if cost < best and (up + 1 == count or at_dropoff + home - stops[ARRIVE, up + 1] <= stops[LEEWAY, up + 1]):
                best, chosen, best_up, best_down = cost, vehicle, up, up
            if up + 1 == count:
                break
            onward = _way(ask[FROM_X], ask[FROM_Y], stops[X, up + 1], stops[Y, up + 1])
            delay = to_pickup + onward - leg
            if delay >= best or delay > stops[LEEWAY, up + 1]:
                continue
            for down in range(up + 1, count):
                if stops[ABOARD, down] == seats:
                    break
                to_dropoff = _way(stops[X, down], stops[Y, down], ask[TO_X], ask[TO_Y])
                at_dropoff = stops[ARRIVE, down] + delay + to_dropoff
                if at_dropoff > ask[DROPOFF_LATEST]:
                    break
                cost = delay + to_dropoff
                if down + 1 < count and cost - stops[LEG, down + 1] < best:
                    cost += _way(ask[TO_X], ask[TO_Y], stops[X, down + 1], stops[Y, down + 1]) - stops[LEG, down + 1]
                    if cost > stops[LEEWAY, down + 1]:
                        continue
                if cost < best:
                    best, chosen, best_up, best_down = cost, vehicle, up, down
    if chosen >= 0:
        counts[chosen] = _put_in(vehicles[chosen], counts[chosen], ask, best_up, best_down)
    return chosen


@small
def _way(x: float, y: float, u: float, v: float) -> float:
    return sqrt((x - u) * (x - u) + (y - v) * (y - v))


@small
def _here(stops: Floats, count: int, at: float) -> tuple[float, float]:
    """Where a vehicle is that has driven on to `at`."""
    if count == 1:
        return stops[X, 0], stops[Y, 0]
    done = (at - stops[ARRIVE, 0]) / max(stops[LEG, 1], 1e-300)
    return stops[X, 0] + done * (stops[X, 1] - stops[X, 0]), stops[Y, 0] + done * (stops[Y, 1] - stops[Y, 0])


@kernel
def _drive_on(stops: Floats, count: int, at: float) -> int:
    """Leave behind the stops that were reached, and count those left."""
    done = 0
    while done + 1 < count and stops[ARRIVE, done + 1] <= at:
        done += 1
    for row in range(ROWS if done > 0 else 0):
        for k in range(count - done):
            stops[row, k] = stops[row, k + done]
    if count - done == 1:
        stops[ARRIVE, 0] = at
    return count - done


@kernel
def _put_in(stops: Floats, count: int, ask: Floats, up: int, down: int) -> int:
    """Put both stops in, the pick-up after stop `up`, the drop-off after stop `down`; all later ones are that much later."""
    stops[X, 0], stops[Y, 0] = _here(stops, count, ask[AT])
    stops[ARRIVE, 0] = ask[AT]
    for k in range(count - 1, up, -1):
        to = k + 2 if k > down else k + 1
        for row in range(ROWS):
            stops[row, to] = stops[row, k]
        if k <= down:
            stops[ABOARD, to] += 1
    new_up, new_down = up + 1, down + 2
    stops[X, new_up], stops[Y, new_up], stops[ABOARD, new_up] = ask[FROM_X], ask[FROM_Y], stops[ABOARD, up] + 1
    stops[X, new_down], stops[Y, new_down], stops[ABOARD, new_down] = ask[TO_X], ask[TO_Y], stops[ABOARD, new_down - 1] - 1
    for k in range(1, count + 2):
        latest = stops[ARRIVE, k] + stops[LEEWAY, k]  # of it and all after it: more than enough where it is no new one
        stops[LEG, k] = _way(stops[X, k - 1], stops[Y, k - 1], stops[X, k], stops[Y, k])
        stops[ARRIVE, k] = stops[ARRIVE, k - 1] + stops[LEG, k]
        stops[LEEWAY, k] = (ask[PICKUP_LATEST] if k == new_up else ask[DROPOFF_LATEST] if k == new_down else latest) - stops[
            ARRIVE, k
        ]
    for k in range(count, 0, -1):
        stops[LEEWAY, k] = min(stops[LEEWAY, k], stops[LEEWAY, k + 1])
    return count + 2
