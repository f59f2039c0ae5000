"""What times a route may have, worked out without anything that the timings under test are made of."""

from __future__ import annotations

from itertools import pairwise
from operator import le

from routing.model import FOREVER, Problem, RequestId
from routing.plan import Action, Route, Visit
from routing.schedule import task_of


def least_times(route: Route, problem: Problem) -> list[int] | None:
    """When it sets off, begins and is back at the least within every window, leg and limit, by Bellman and Ford; or None."""
    shift = problem.shifts[route.shift]
    tasks = [task_of(visit, shift, problem) for visit in route.visits]
    places, services_s = [shift.start, *(task.place for task in tasks), shift.end], [0, *(task.service_s for task in tasks)]
    times: list[int] = [shift.window.earliest, *(task.window.earliest for task in tasks), shift.window.earliest]
    latest = [FOREVER, *(task.window.latest for task in tasks), shift.window.latest]
    bounds: list[tuple[int, int, int]] = []  # times[j] >= times[i] + d
    for index, (here, there) in enumerate(pairwise(places)):
        bounds.append((index, index + 1, services_s[index] + problem.travel(here, there)))
    for up, visit in enumerate(route.visits, 1):
        if visit.action is Action.BOARD:
            down = route.visits.index(Visit(Action.ALIGHT, visit.subject)) + 1
            bounds.append((down, up, -services_s[up] - problem.requests[RequestId(visit.subject)].max_ride_s))
    if shift.max_duration_s is not None:
        bounds.append((len(tasks) + 1, 0, -shift.max_duration_s))
    for _ in times:
        for i, j, d in bounds:
            times[j] = max(times[j], times[i] + d)
    settled = all(times[j] >= times[i] + d for i, j, d in bounds)
    return times if settled and all(map(le, times, latest)) else None
