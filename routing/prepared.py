"""A route got ready for trying insertions: how early, how late and how full it is before each of its visits.

Most positions of a request die in O(1) on these arrays (earliest times from a forward pass, latest times from a backward pass,
loads; Savelsbergh 1992); `trials` times and judges what is left. Nothing here is absolute: a deadline that is missed already
counts as the time at which it is missed, for that is what `check.new_or_worse` asks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from routing.cost import Figures, figures
from routing.model import EMPTY, Load, Problem, Request, RequestId
from routing.plan import Action, Route
from routing.schedule import course_of, schedule, task_of
from routing.timing import earliest_times, wait_s


class Gap(NamedTuple):
    """Where a request could go: boarding before visit `up`, alighting before visit `down` of the route as it stands.

    `least` bounds from below what the route would then take, whatever delays ride limits ask for.
    """

    up: int
    down: int
    least: Figures


class Room(NamedTuple):
    """Where one more load fits: boarding before visit k, alighting before visit k, staying aboard past visit k."""

    boards: list[bool]
    alights: list[bool]
    stays: list[bool]


class PreparedRoute:
    """One route and what can be known of it before any request comes.

    Lists have an element per visit; those about the stretch before a visit (`origins`, `targets`, `free_at`,
    `latest_arrival`, `aboard`) have one more, for the way home. Raises KeyError for visits that the problem lacks.
    """

    def __init__(self, route: Route, problem: Problem) -> None:
        self.route = route
        self.shift = problem.shifts[route.shift]
        self.rows_s = problem.travel.rows_s
        tasks = [task_of(visit, self.shift, problem) for visit in route.visits]
        places = [problem.travel.at(place) for place in (self.shift.start, *(task.place for task in tasks), self.shift.end)]
        self.origins, self.targets = places[:-1], places[1:]
        self.course = course_of(route, tasks, problem)
        self.times = earliest_times(self.course)
        self.first = max(route.frozen, self.course.first_open)
        """The first position that anything may be inserted at."""

        timed = schedule(route, problem)
        begin, depart = [call.begin for call in timed.calls], [call.depart for call in timed.calls]
        self.figures = figures(timed, problem)
        self.legs_total_s = sum(self.course.legs_s)
        self.latest_end: int = max(self.shift.window.latest, timed.ends) if route.visits else self.shift.window.latest
        self.deadlines = list(map(max, self.course.latest, begin))
        self.ride_limits_s = [max(ride.limit_s, begin[ride.down] - depart[ride.up]) for ride in self.course.rides]
        self.people = [0 if visit.action is Action.BREAK else _load(visit.subject, problem).people for visit in route.visits]
        self.free_at = [max(at, problem.now) for at in (self.course.leaves, *self.times.depart)]
        self.latest_arrival = self._latest_arrival()
        self.aboard = _aboard(route, problem)
        self.least_ridden_s = self._least_ridden_s()
        self._room: dict[Load, Room] = {}
        self._shortcuts_s: dict[int, int] = {}

    def gaps(self, request: Request, pickup: int, dropoff: int) -> Iterator[Gap]:
        """The positions of a request that simple bounds can't rule out; `pickup` and `dropoff` are indices of its places."""
        rows_s, free_at, latest_arrival = self.rows_s, self.free_at, self.latest_arrival
        window, room = request.pickup_window, self._room_for(request.load)
        # Both arrays rise along the route, so what is too early or too late for the request is cut off at once.
        shortcut_s = self._shortcut_s(dropoff)
        start = bisect_left(latest_arrival, window.earliest + request.boarding_s - shortcut_s, self.first)
        stop = bisect_right(free_at, window.latest, self.first)
        for up in range(start, stop):
            if not room.boards[up]:
                continue
            arrives = free_at[up] + rows_s[self.origins[up]][pickup]
            if arrives > window.latest:
                continue
            departs = max(arrives, window.earliest) + request.boarding_s
            yield from self._gaps_from(up, departs, request, pickup, dropoff, room, shortcut_s)

    def _gaps_from(
        self, up: int, at: int, request: Request, pickup: int, dropoff: int, room: Room, shortcut_s: int
    ) -> Iterator[Gap]:
        """The positions to alight at, for a boarding before visit `up` whose vehicle departs at `at`."""
        rows_s, legs_s, targets, latest_arrival = self.rows_s, self.course.legs_s, self.targets, self.latest_arrival
        earliest, services_s, window = self.course.earliest, self.course.services_s, request.dropoff_window
        to_pickup_s, here, moving_s, people = rows_s[self.origins[up]][pickup], pickup, 0, request.load.people
        for down in range(up, len(targets)):
            to_s, home_s = rows_s[here][dropoff], rows_s[dropoff][targets[down]]
            arrives, departs = at + to_s, max(at + to_s, window.earliest) + request.alighting_s
            in_time = arrives <= window.latest and departs + home_s <= latest_arrival[down]
            if in_time and room.alights[down] and moving_s + to_s <= request.max_ride_s:
                if down == up:
                    detours_s = [to_pickup_s + to_s + home_s - legs_s[up]]
                else:
                    detours_s = [to_pickup_s + rows_s[pickup][targets[up]] - legs_s[up], to_s + home_s - legs_s[down]]
                ridden_s = self.least_ridden_s + people * (moving_s + to_s)
                least = Figures(self.legs_total_s + sum(detours_s), ridden_s, self.figures.late_s, 1)
                yield Gap(up, down, least if min(detours_s) >= 0 else self._cut_short(least, detours_s))
            if down == len(services_s) or not room.stays[down]:
                return
            leg_s = rows_s[here][targets[down]]
            at += leg_s
            moving_s += leg_s + services_s[down]
            if at > latest_arrival[down] + shortcut_s or at > window.latest or moving_s > request.max_ride_s:
                return
            at, here = max(at, earliest[down]) + services_s[down], targets[down]

    def _shortcut_s(self, place: int) -> int:
        """How much sooner than on its way as it is the vehicle could be there by calling at a place; 0 on roads."""
        if place not in self._shortcuts_s:
            row_s, rows_s = self.rows_s[place], self.rows_s
            ways = zip(self.course.legs_s, self.origins, self.targets, strict=True)
            self._shortcuts_s[place] = max(0, max(leg_s - rows_s[here][place] - row_s[there] for leg_s, here, there in ways))
        return self._shortcuts_s[place]

    def _cut_short(self, least: Figures, detours_s: list[int]) -> Figures:
        """The bound where the way by the new stops is shorter than the way without, as rounded times can make it seem."""
        saved_s = sum(min(0, detour_s) for detour_s in detours_s) * sum(self.people)
        return Figures(least.driven_s, least.ridden_s + saved_s, max(0, least.late_s + saved_s), 1)

    def _latest_arrival(self) -> list[int]:
        """The latest arrival at each visit, and home, that makes nothing after it late or later than it is."""
        latest = [self.latest_end]
        for index in reversed(range(len(self.deadlines))):
            latest.append(min(self.deadlines[index], latest[-1] - self.course.legs_s[index + 1] - self.course.services_s[index]))
        return latest[::-1]

    def _least_ridden_s(self) -> int:
        """A lower bound on the person-seconds aboard once more is inserted: waits can be used up, all else only grows."""
        course, times, least = self.course, self.times, 0
        for ride in course.rides:
            moving_s = times.begin[ride.down] - times.depart[ride.up]
            if ride.up >= course.first_open:
                moving_s -= sum(wait_s(course, times, k) for k in range(ride.up + 1, ride.down + 1))
            least += ride.people * moving_s
        return least

    def _room_for(self, load: Load) -> Room:
        if load not in self._room:
            layouts, pauses = self.shift.vehicle.layouts, [visit.action is Action.BREAK for visit in self.route.visits]
            over = [_over(held, layouts) for held in self.aboard]
            over_with = [_over(held.plus(load), layouts) for held in self.aboard]
            self._room[load] = Room(
                boards=[amount == 0 for amount in over_with],
                alights=[amount == 0 for amount in over],
                stays=[over_with[k + 1] <= over[k + 1] and not (pause and load.people > 0) for k, pause in enumerate(pauses)],
            )
        return self._room[load]


def _load(subject: str, problem: Problem) -> Load:
    return problem.requests[RequestId(subject)].load


def _aboard(route: Route, problem: Problem) -> list[Load]:
    """What is on board before each visit, and on the way home."""
    loads, aboard = [EMPTY], dict[str, Load]()
    for visit in route.visits:
        if visit.action is Action.BOARD:
            aboard[visit.subject] = _load(visit.subject, problem)
        elif visit.action is Action.ALIGHT:
            aboard.pop(visit.subject, None)
        loads.append(Load(sum(load.seats for load in aboard.values()), sum(load.wheelchairs for load in aboard.values())))
    return loads


def _over(load: Load, layouts: tuple[Load, ...]) -> int:
    """By how many people a load exceeds the layout that suits it best."""
    return min(max(0, load.seats - fit.seats) + max(0, load.wheelchairs - fit.wheelchairs) for fit in layouts)
