"""What is wrong with a solution of an instance, judged in the numbers of its file.

Shares nothing with `routing.schedule`, `routing.check` and the optimisers: windows, rides and durations of a given order of
nodes are one linear program, whose least total excess says whether there are times for it and, if not, by how much limits have to
be broken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from routing.formats.instance import Instance, Routes
from routing.formats.stated import Stated

TOLERANCE = 1e-6
"""In units of the file: what two ways of adding up the same doubles may differ by."""


class FaultKind(StrEnum):
    """What can be wrong; what the amount counts is in brackets."""

    UNKNOWN = "is no pickup or delivery of this instance (nodes)"
    TWICE = "is visited more than once (visits too many)"
    UNSERVED = "is picked up nowhere (requests)"
    SPLIT = "is picked up and not delivered on this route, or the other way round (requests)"
    ORDER = "is delivered before it is picked up (requests)"
    OVERLOAD = "has more on board than the vehicle holds (demand)"
    LATE = "begins after its time window (time)"
    RIDE = "is delivered after a ride that is too long (time)"
    DURATION = "takes longer than a route may (time)"
    CLOSED = "is back after the depot has closed (time)"
    FLEET = "more routes than vehicles (vehicles)"


class Fault(NamedTuple):
    """One thing wrong. `route` counts from 1 as the solution lists them, `node` is as in the file; None where about more."""

    kind: FaultKind
    route: int | None
    node: int | None
    amount: float

    def __str__(self) -> str:
        route = [] if self.route is None else [f"route {self.route}"]
        node = [] if self.node is None else [f"node {self.node}"]
        return f"{', '.join(route + node) or 'all'}: {self.kind}: {self.amount:.10g}"


def faults(instance: Instance, routes: Routes) -> list[Fault]:
    """Everything wrong with a solution, in the order of its routes; empty where it keeps every rule."""
    stated = instance.stated
    found = list(_service(stated, routes))
    known = {node for pair in stated.pairs for node in pair}
    for number, route in enumerate(routes, 1):
        if not known.issuperset(route) or len(set(route)) < len(route):
            continue  # said already, and times would mean nothing
        found += [fault._replace(route=number) for judge in (_pairing, _load, _times) for fault in judge(stated, route)]
    return sorted(found, key=lambda fault: (fault.route is not None, fault.route or 0))


def _service(stated: Stated, routes: Routes) -> Iterator[Fault]:
    """That every request is served once, by as many vehicles as there are."""
    known = {node for pair in stated.pairs for node in pair}
    for number, route in enumerate(routes, 1):
        for node in route:
            if node not in known:
                yield Fault(FaultKind.UNKNOWN, number, node, 1)
    times = Counter(node for route in routes for node in route)
    for node, count in times.items():
        if node in known and count > 1:
            yield Fault(FaultKind.TWICE, None, node, count - 1)
    for pair in stated.pairs:
        if not times[pair.pickup]:
            yield Fault(FaultKind.UNSERVED, None, pair.pickup, 1)
    used = sum(1 for route in routes if route)
    if used > stated.vehicles:
        yield Fault(FaultKind.FLEET, None, None, used - stated.vehicles)


def _pairing(stated: Stated, route: Sequence[int]) -> Iterator[Fault]:
    at = {node: index for index, node in enumerate(route)}
    for pair in stated.pairs:
        up, down = at.get(pair.pickup), at.get(pair.delivery)
        if (up is None) != (down is None):
            yield Fault(FaultKind.SPLIT, None, pair.pickup if down is None else pair.delivery, 1)
        elif up is not None and down is not None and down < up:
            yield Fault(FaultKind.ORDER, None, pair.delivery, 1)


def _load(stated: Stated, route: Sequence[int]) -> Iterator[Fault]:
    aboard = 0
    for node in route:
        aboard += stated.nodes[node].demand
        if aboard > stated.capacity:
            yield Fault(FaultKind.OVERLOAD, None, node, aboard - stated.capacity)


class _Limit(NamedTuple):
    """`x[later] - x[sooner] <= most`, where x[-1] is 0; what breaks it is the fault of `kind` at `node`."""

    later: int
    sooner: int | None
    most: float
    kind: FaultKind
    node: int | None


def _times(stated: Stated, route: Sequence[int]) -> Iterator[Fault]:
    """Whether there are times to begin service at each node that keep windows, rides, duration and the depot's hours.

    x[0] is setting off, x[1] to x[n] are the begins of service, x[n + 1] is being back, the rest by how much limits are broken.
    """
    if not route:
        return
    places = [stated.start, *route, stated.end]
    limits = list(_limits(stated, route))
    points, size = len(places), len(places) + len(limits)
    rows, most = np.zeros((points - 1 + len(limits), size)), np.zeros(points - 1 + len(limits))
    for index in range(points - 1):
        service = stated.nodes[places[index]].service if index else 0.0
        rows[index, index], rows[index, index + 1] = 1, -1
        most[index] = -service - stated.times[places[index], places[index + 1]]
    for number, limit in enumerate(limits):
        row = rows[points - 1 + number]
        row[limit.later], row[points + number] = 1, -1
        if limit.sooner is not None:
            row[limit.sooner] = -1
        most[points - 1 + number] = limit.most
    earliest = np.array([*(stated.nodes[place].earliest for place in places[:-1]), -np.inf, *[0.0] * len(limits)])
    price = np.r_[np.zeros(points), np.ones(len(limits))]
    least = linprog(price, A_ub=rows, b_ub=most, bounds=np.c_[earliest, np.full(size, np.inf)], method="highs")
    if not least.success:
        raise ArithmeticError(f"the times of route {list(route)} can't be found out: {least.message}")
    for limit, excess in zip(limits, least.x[points:], strict=True):
        if excess > TOLERANCE:
            yield Fault(limit.kind, None, limit.node, float(excess))


def _limits(stated: Stated, route: Sequence[int]) -> Iterator[_Limit]:
    at = {node: index for index, node in enumerate(route, 1)}
    for node, index in at.items():
        yield _Limit(index, None, stated.nodes[node].latest, FaultKind.LATE, node)
    for up, down in stated.pairs if stated.max_ride is not None else ():
        if at.get(up, len(at)) < at.get(down, 0):
            yield _Limit(at[down], at[up], stated.nodes[up].service + (stated.max_ride or 0.0), FaultKind.RIDE, down)
    if stated.max_duration is not None:
        yield _Limit(len(route) + 1, 0, stated.max_duration, FaultKind.DURATION, None)
    yield _Limit(len(route) + 1, None, stated.nodes[stated.end].latest, FaultKind.CLOSED, None)
