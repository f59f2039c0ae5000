"""Timing and judging one insertion on numbers alone: what `check.new_or_worse` would say, and what the route would take."""

from __future__ import annotations

from operator import gt

from routing.cost import Figures
from routing.model import Request
from routing.prepared import PreparedRoute
from routing.timing import Course, Ride, Times, resumed_times, shorten_rides
from routing.travel.matrix import UNREACHABLE_S


def figures_with(route: PreparedRoute, request: Request, pickup: int, dropoff: int, up: int, down: int) -> Figures | None:
    """What the route takes with a request boarding before visit `up` and alighting before visit `down`.

    None where that would make anything new or worse than it stands.
    """
    course = _course_with(route, request, pickup, dropoff, up, down)
    if _loses_the_way(route, course, up, down):
        return None
    times = resumed_times(course, route.times, up)
    if not _in_time(route, times, request, up, down):
        return None
    begin, depart = _without(times.begin, up, down), _without(times.depart, up, down)
    rides_s = [begin[ride.down] - depart[ride.up] for ride in route.course.rides]
    own_s = times.begin[down + 1] - times.depart[up]
    if own_s > request.max_ride_s or any(ride_s > ride.limit_s for ride_s, ride in zip(rides_s, route.course.rides, strict=True)):
        course.rides = [_moved(ride, up, down) for ride in route.course.rides]
        course.rides.append(Ride(up, down + 1, request.max_ride_s, request.load.people))
        shorten_rides(course, times)
        begin, depart = _without(times.begin, up, down), _without(times.depart, up, down)
        rides_s = [begin[ride.down] - depart[ride.up] for ride in route.course.rides]
        own_s = times.begin[down + 1] - times.depart[up]
        if own_s > request.max_ride_s or any(map(gt, rides_s, route.ride_limits_s)):
            return None
        if not _in_time(route, times, request, up, down):
            return None
    ridden_s = request.load.people * own_s
    ridden_s += sum(ride.people * ride_s for ride, ride_s in zip(route.course.rides, rides_s, strict=True))
    late_s = 0
    if any(map(gt, begin, route.course.latest)):
        late_s = sum(n * max(0, at - latest) for n, at, latest in zip(route.people, begin, route.course.latest, strict=True))
    return Figures(sum(course.legs_s), ridden_s, late_s, 1)


def _course_with(route: PreparedRoute, request: Request, pickup: int, dropoff: int, up: int, down: int) -> Course:
    old, rows_s, origins, targets = route.course, route.rows_s, route.origins, route.targets
    legs_s = old.legs_s[:up]
    legs_s.append(rows_s[origins[up]][pickup])
    if up == down:
        legs_s += (rows_s[pickup][dropoff], rows_s[dropoff][targets[up]])
    else:
        legs_s.append(rows_s[pickup][targets[up]])
        legs_s += old.legs_s[up + 1 : down]
        legs_s += (rows_s[origins[down]][dropoff], rows_s[dropoff][targets[down]])
    legs_s += old.legs_s[down + 1 :]
    return Course(
        leaves=old.leaves,
        legs_s=legs_s,
        services_s=_with(old.services_s, request.boarding_s, request.alighting_s, up, down),
        earliest=_with(old.earliest, request.pickup_window.earliest, request.dropoff_window.earliest, up, down),
        latest=_with(old.latest, request.pickup_window.latest, request.dropoff_window.latest, up, down),
        rides=[],
        facts=old.facts,
        frozen=old.frozen,
        now=old.now,
    )


def _loses_the_way(route: PreparedRoute, course: Course, up: int, down: int) -> bool:
    """Whether there is no road to a new visit, or none any more to the one after it."""
    legs_s, old = course.legs_s, route.course
    if max(legs_s[up], legs_s[down + 1]) >= UNREACHABLE_S:
        return True
    followers = {up + 1: up, down + 2: down}
    return any(
        legs_s[new] >= UNREACHABLE_S > old.legs_s[index]
        for new, index in followers.items()
        if new != down + 1 and index < len(old.services_s)
    )


def _in_time(route: PreparedRoute, times: Times, request: Request, up: int, down: int) -> bool:
    return (
        times.ends <= route.latest_end
        and times.begin[up] <= request.pickup_window.latest
        and times.begin[down + 1] <= request.dropoff_window.latest
        and not any(map(gt, _without(times.begin, up, down), route.deadlines))
    )


def _with(values: list[int], first: int, second: int, up: int, down: int) -> list[int]:
    return [*values[:up], first, *values[up:down], second, *values[down:]]


def _without(values: list[int], up: int, down: int) -> list[int]:
    return values[:up] + values[up + 1 : down + 1] + values[down + 2 :]


def _moved(ride: Ride, up: int, down: int) -> Ride:
    return ride._replace(
        up=ride.up + (ride.up >= up) + (ride.up >= down),
        down=ride.down + (ride.down >= up) + (ride.down >= down),
    )
