"""The arithmetic of times along one route, on plain lists of ints.

What `schedule` tells as calls and what `insertion` tries thousands of times a second is worked out here, once. A course is a
route without names: element k of each list is its k-th visit.

Every visit begins as early as it can (`earliest_times`), except that a boarding is delayed as far as a ride limit needs
(`shorten_rides`): the vehicle then waits before the passenger boards instead of afterwards. In the same way it sets off no
sooner than a limit to the duration of the route wants (`set_off`). Together that is the least solution of the difference
constraints that windows, travel and both kinds of limit make, so a route that can be driven within all of them is timed within
all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from routing.model import Actual


class Ride(NamedTuple):
    """One request on board: indices of its boarding and alighting, its limit in seconds, its people."""

    up: int
    down: int
    limit_s: int
    people: int


@dataclass(slots=True)
class Course:
    """A route as numbers. `legs_s[k]` leads to visit k and the last one home, so it has one element more than the others."""

    leaves: int
    legs_s: list[int]
    services_s: list[int]
    earliest: list[int]
    latest: list[int]
    rides: list[Ride]
    facts: Mapping[int, Actual]
    frozen: int
    now: int
    max_duration_s: int | None = None
    """From setting off to being back; None where nothing limits it."""

    @property
    def first_open(self) -> int:
        """The first visit that nothing observed is at or after: what lies before it has passed."""
        return max(self.facts, default=-1) + 1

    @property
    def done(self) -> int:
        """How many visits, from the first on, are over, reported or not: up to the last one that the vehicle has left."""
        return max((index + 1 for index, fact in self.facts.items() if fact.depart is not None), default=0)


class Times(NamedTuple):
    """When the vehicle arrives at, begins and departs from each visit, and when it is home."""

    arrive: list[int]
    begin: list[int]
    depart: list[int]
    ends: int


def earliest_times(course: Course) -> Times:
    """Each visit as early as travel, windows, what was observed and `now` allow; ride limits are not looked at."""
    arrive, begin, depart = [], [], []
    at, now, followed, done = course.leaves, course.now, bool(course.facts), course.done
    for index, (service_s, earliest) in enumerate(zip(course.services_s, course.earliest, strict=True)):
        if index == course.frozen and at < now:
            at = now  # what is not committed can't have been set off for in the past
        arrives = at + course.legs_s[index]
        if followed and index >= done and index not in course.facts and arrives < now:
            arrives = now  # a driver who reports has not reported this one
        begins = arrives if arrives > earliest else earliest
        at = begins + service_s
        if index in course.facts:
            lasts_to = now if index >= done else arrives
            arrives, begins, at = _observed(course.facts[index], arrives, earliest, service_s, lasts_to)
        arrive.append(arrives)
        begin.append(begins)
        depart.append(at)
    return Times(arrive, begin, depart, at + course.legs_s[-1])


def resumed_times(course: Course, before: Times, first: int) -> Times:
    """`earliest_times` of a course that differs from that of `before` only from visit `first` on, which is not committed."""
    arrive, begin, depart = before.arrive[:first], before.begin[:first], before.depart[:first]
    at = max(depart[-1] if first else course.leaves, course.now)
    legs_s, services_s, earliest = course.legs_s, course.services_s, course.earliest
    for index in range(first, len(services_s)):
        arrives = at + legs_s[index]
        begins = arrives if arrives > earliest[index] else earliest[index]
        at = begins + services_s[index]
        arrive.append(arrives)
        begin.append(begins)
        depart.append(at)
    return Times(arrive, begin, depart, at + legs_s[-1])


def _observed(fact: Actual, arrives: int, earliest: int, service_s: int, lasts_to: int) -> tuple[int, int, int]:
    """Arrive, begin and depart of a visit of which something was observed; what was not is estimated around it."""
    if fact.arrive is not None:
        arrives = fact.arrive
    begins = max(arrives, earliest) if fact.begin is None else fact.begin
    departs = max(begins + service_s, lasts_to) if fact.depart is None else fact.depart
    begins = begins if fact.begin is not None else min(begins, departs)
    return arrives if fact.arrive is not None else min(arrives, begins), begins, departs


def shorten_rides(course: Course, times: Times) -> None:
    """Delay boardings, in place, by no more than their ride limits need, and never so far that anything gets late.

    Where a limit can't be met so, the limit is what breaks. One pass from the last boarding to the first is enough: a delay is
    absorbed by waits before its own alighting, so it moves nothing at or after that, and what it moves on the way it moves by
    less and less, so rides that begin later only get shorter. A boarding that should be over by now and of which nothing was
    reported is taken to have been as planned, delay and all.
    """
    _, begin, depart, _ = times
    first_open = course.first_open
    for up, down, limit_s, _ in sorted(course.rides, reverse=True):
        over = begin[down] - depart[up] - limit_s
        if over <= 0 or up < first_open:
            continue
        waits_s, delay = _room(course, times, depart[up], up + 1, down, min(over, course.latest[up] - begin[up]))
        delay = min(delay, waits_s + wait_s(course, times, down))
        if delay > 0:
            begin[up] += delay
            depart[up] += delay
            _push(course, times, depart[up], up + 1, down)


def set_off(course: Course, times: Times) -> int:
    """When the vehicle sets off: later than it could, in place, by no more than its limited duration needs and nothing is late.

    Being on the way is one more ride, the one that begins first: so it is shortened last, after `shorten_rides`, and for the
    same reasons once is enough. The waits absorb the delay, so the vehicle is not back any later. Where anything was observed
    the vehicle has set off, in time for its first visit, which stays where it is.
    """
    if course.max_duration_s is None:
        return course.leaves
    over = times.ends - course.leaves - course.max_duration_s
    if course.facts:
        observed = 0 in course.facts and course.facts[0].arrive is not None
        waits_s, delay = (times.arrive if observed else times.begin)[0] - course.leaves - course.legs_s[0], over
    else:
        waits_s, delay = _room(course, times, course.leaves, 0, len(times.begin), over)
    delay = min(delay, waits_s)
    if delay <= 0:
        return course.leaves
    _push(course, times, course.leaves + delay, 0, len(times.begin) - 1)
    return course.leaves + delay


def wait_s(course: Course, times: Times, index: int) -> int:
    """How long the vehicle waits between two visits, wherever it does: what a later departure from the first would use up."""
    return times.begin[index] - times.depart[index - 1] - course.legs_s[index]


def _room(course: Course, times: Times, at: int, first: int, last: int, delay: int) -> tuple[int, int]:
    """How long the vehicle waits on its way to the visits from `first` up to, not with, `last`; and how much of a delay of its
    departure before them, at `at`, makes none of them late."""
    waits_s = 0
    for index in range(first, last):
        waits_s += times.begin[index] - at - course.legs_s[index]
        delay = min(delay, waits_s + max(0, course.latest[index] - times.begin[index]))
        at = times.depart[index]
    return waits_s, delay


def _push(course: Course, times: Times, at: int, first: int, last: int) -> None:
    """Pass a later departure, at `at`, on to the visits after it, from `first` up to `last`."""
    arrive, begin, depart, _ = times
    for index in range(first, last + 1):
        arrive[index] = max(arrive[index], at + course.legs_s[index])
        if begin[index] >= arrive[index]:
            return
        depart[index] += arrive[index] - begin[index]
        begin[index] = arrive[index]
        at = depart[index]
