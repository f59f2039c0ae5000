"""A route got ready for trying insertions: as the numbers that `compiled` works on."""

from __future__ import annotations

from array import array

import numpy as np

from routing.compiled.columns import NEVER, ORIGIN, ROUTE_FACTS, ROUTE_STATED, SEEN, STATED, TARGET, UNKNOWN, VISIT_ROWS, Ints
from routing.compiled.preparing import prepare
from routing.model import ANY_TIME, Problem, RequestId, Shift
from routing.plan import Action, Route

BOARD, ALIGHT, BREAK = Action.BOARD, Action.ALIGHT, Action.BREAK


class PreparedRoute:
    """One route and what can be known of it before any request comes.

    `visits` has a row for each of the names in `routing.compiled.columns` and a column per visit, one more for the way home;
    `facts` is what concerns the whole route; `subjects` are the requests that board or alight. Raises KeyError for visits that
    the problem lacks, UnknownPoint for places without travel times.
    """

    __slots__ = ("facts", "route", "subjects", "visits")

    def __init__(self, route: Route, problem: Problem) -> None:
        shift, count = problem.shifts[route.shift], len(route.visits)
        stated, self.subjects = _stated(route, shift, problem)
        self.route = route
        self.visits: Ints = np.zeros((VISIT_ROWS, count + 1), np.int64)
        self.visits[:STATED, :count] = np.frombuffer(array("q", stated), np.int64).reshape(count, STATED).T
        self.visits[TARGET, count], self.visits[ORIGIN, 0] = problem.travel.at(shift.end), problem.travel.at(shift.start)
        if problem.actuals:
            _add_reports(self.visits, route, problem)
        self.facts: Ints = np.array(_facts(route, shift, problem), np.int64)
        prepare(self.visits, self.facts, problem.travel.seconds, np.empty_like(self.visits))


def _stated(route: Route, shift: Shift, problem: Problem) -> tuple[list[int], set[str]]:
    """The first columns of each visit, one visit after the other, and the requests that board or alight."""
    at, requests = problem.travel.at, problem.requests
    stated, boarded, aboard, subjects = list[int](), dict[str, int](), set[str](), set[str]()
    for k, (action, subject) in enumerate(route.visits):
        if action is BREAK:
            pause = shift.get_break(subject)
            stated += (at(pause.place), pause.duration_s, *pause.window, 0, 0, 0, 1, -1, 0, 0, 0)
            continue
        request = requests[RequestId(subject)]
        seats, wheelchairs = request.load
        people = seats + wheelchairs
        if action is BOARD:
            turn = 0 if subject in aboard else 1
            place, service_s, window = at(request.pickup), request.boarding_s, request.pickup_window
            stated += (place, service_s, *window, people, turn * seats, turn * wheelchairs, 0, -1, 0, 0, turn)
            boarded[subject] = k
            aboard.add(subject)
            subjects.add(subject)
        elif action is ALIGHT:
            turn = -1 if subject in aboard else 0
            place, service_s, window = at(request.dropoff), request.alighting_s, request.dropoff_window
            up, ride_s = boarded.get(subject, -1), request.max_ride_s
            stated += (place, service_s, *window, people, turn * seats, turn * wheelchairs, 0, up, ride_s, people, turn)
            aboard.discard(subject)
            subjects.add(subject)
        else:
            stated += (at(request.pickup), 0, *ANY_TIME, 0, 0, 0, 0, -1, 0, 0, 0)
    return stated, subjects


def _add_reports(visits: Ints, route: Route, problem: Problem) -> None:
    for k, visit in enumerate(route.visits):
        actual = problem.actuals.get(visit)
        if actual is not None:
            seen = (UNKNOWN if at is None else at for at in (actual.arrive, actual.begin, actual.depart))
            visits[SEEN : SEEN + 4, k] = (1, *seen)


def _facts(route: Route, shift: Shift, problem: Problem) -> list[int]:
    """A vehicle with nothing committed stands at its start, at `now` or when its shift begins; as in `schedule.course_of`."""
    begins, longest_s, vehicle = shift.window.earliest, shift.max_duration_s, shift.vehicle
    leaves = begins if route.frozen else max(begins, problem.now)
    stated = [len(route.visits), route.frozen, problem.now, leaves, shift.window.latest]
    stated += [NEVER if longest_s is None else longest_s, int(vehicle.last_in_first_out), len(vehicle.layouts)]
    return stated + [0] * (ROUTE_FACTS - ROUTE_STATED) + [number for layout in vehicle.layouts for number in layout]
