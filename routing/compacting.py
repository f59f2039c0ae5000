"""The other way to time a route: out no longer than it has to be, and nobody aboard for longer than needs be.

`schedule` has every visit as early as it can be, so a van leaves at eight for a passenger who comes at nine, and who has boarded
waits aboard for who comes later. `schedule_compactly` delays setting off and boardings for as long as that gains anything and
makes nothing late: what the eight steps of Cordeau & Laporte (2003, section 4) do one visit after another, and here exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from routing.model import Problem
from routing.plan import Route
from routing.schedule import Schedule, calls_of, course_of, task_of
from routing.timing import Course, Times, earliest_times, set_off, shorten_rides, wait_s
from routing.units import ServiceTime


class Lag(NamedTuple):
    """That the delay of one visit is at least that of another, and `by` more; by less where `by` is negative."""

    behind: int
    ahead: int
    by: int


def schedule_compactly(route: Route, problem: Problem) -> Schedule:
    """Time every visit of a route so that it takes least time from setting off to being back; of the timings that do the one
    with least person-seconds on board, from the end of boarding to the begin of alighting; of those the earliest.

    It is the best of all timings that keep what `schedule` keeps: nothing begins sooner than there; nothing later than in its
    window, or than there if that is later already; no ride takes longer than its limit, or than there if that does already; the
    vehicle is back no later; what lies at or before anything observed stays. Raises what `schedule` raises.
    """
    shift = problem.shifts[route.shift]
    tasks = [task_of(visit, shift, problem) for visit in route.visits]
    course = course_of(route, tasks, problem)
    times = earliest_times(course)
    shorten_rides(course, times)
    leaves = set_off(course, times)
    limits_s = [max(ride.limit_s, times.begin[ride.down] - times.depart[ride.up]) for ride in course.rides]
    leaves = set_off(replace(course, leaves=leaves, max_duration_s=0), times)
    _delay(course, times, least_delays(len(tasks), list(_lags(course, times, limits_s)), _people(course)))
    return Schedule(shift.id, ServiceTime(leaves), calls_of(route, tasks, times), ServiceTime(times.ends))


def _lags(course: Course, times: Times, limits_s: list[int]) -> Iterator[Lag]:
    """Within what bounds the visits may be delayed together. Past the last of them stands one that never is."""
    still, count = len(times.begin), len(times.begin)
    for index in range(count):
        passed = index < course.first_open or index == count - 1  # after the last visit there is no wait to use up
        room_s = 0 if passed else max(0, course.latest[index] - times.begin[index])
        yield Lag(index, still, 0)
        yield Lag(still, index, -room_s)
    for index in range(max(1, course.first_open), count):
        yield Lag(index, index - 1, -wait_s(course, times, index))
    for ride, limit_s in zip(course.rides, limits_s, strict=True):
        yield Lag(ride.up, ride.down, times.begin[ride.down] - times.depart[ride.up] - limit_s)


def _people(course: Course) -> list[int]:
    """For each visit how many person-seconds more or less a second of delay makes."""
    weights = [0] * len(course.services_s)
    for ride in course.rides:
        weights[ride.up] -= ride.people
        weights[ride.down] += ride.people
    return weights


def least_delays(count: int, lags: list[Lag], weights: list[int]) -> list[int]:
    """The delays of `count` visits that have the least weighted sum within the lags; of several solutions the least.

    Such a programme is the dual of a flow of least cost (Ahuja, Magnanti & Orlin 1993, section 9.4): a lag is an arc, a visit a
    node that takes in as much flow as its weight says, and a lag that carries flow is exact in every best solution. With these
    the least solution is that of difference constraints.
    """
    if not any(weights):
        return [0] * count
    flow = SimpleMinCostFlow()
    tails, heads, by = (np.array(column) for column in zip(*((lag.ahead, lag.behind, lag.by) for lag in lags), strict=True))
    plenty = np.full(len(lags), sum(map(abs, weights)))
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, plenty, -by)
    flow.set_nodes_supplies(np.arange(count + 1), -np.array([*weights, -sum(weights)]))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError(f"no flow for lags {lags} and weights {weights}: they contradict one another")
    exact = [Lag(lag.ahead, lag.behind, -lag.by) for lag, amount in zip(lags, flow.flows(arcs), strict=True) if amount]
    delays, settled = [0] * (count + 1), False
    while not settled:
        settled = True
        for behind, ahead, least in (*lags, *exact):
            if delays[behind] < delays[ahead] + least:
                delays[behind], settled = delays[ahead] + least, False
    return delays[:count]


def _delay(course: Course, times: Times, delays: list[int]) -> None:
    arrive, begin, depart, _ = times
    for index, delay in enumerate(delays):
        if index and delays[index - 1]:
            arrive[index] = max(arrive[index], depart[index - 1] + course.legs_s[index])
        begin[index] += delay
        depart[index] += delay
