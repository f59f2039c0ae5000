"""One way to fulfil a wish: from one stop to another, within times that the passenger, the notice and the hours allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

from routing.model import ANY_TIME, Problem, Request, RequestId, TimeWindow
from routing.units import ServiceTime
from routing.wishes import Access, OfferRules, Wish, max_ride_s

OFFERED = RequestId("offered")
"""The id of a request that nobody has booked yet."""

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Trip:
    """A pair of stops. No boarding before `first`, no alighting after `last`: whole minutes, for they are told to people."""

    wish: Wish
    rules: OfferRules
    origin: Access
    destination: Access
    direct_s: int
    first: ServiceTime
    last: ServiceTime

    @property
    def boarding_s(self) -> int:
        return self.wish.boarding_s + self.origin.extra_s

    @property
    def alighting_s(self) -> int:
        return self.wish.alighting_s + self.destination.extra_s

    @property
    def asked_first(self) -> ServiceTime:
        """The earliest boarding that the wish allows."""
        return ANY_TIME.earliest if self.wish.leave_at is None else _up(self.wish.leave_at + self.origin.walk_s)

    @property
    def asked_last(self) -> ServiceTime:
        """The latest alighting that the wish allows."""
        if self.wish.arrive_by is None:
            return ANY_TIME.latest
        return _down(self.wish.arrive_by - self.destination.walk_s - self.alighting_s)

    @property
    def ideal(self) -> ServiceTime:
        """When boarding would suit best: as soon as asked, or so that one arrives just in time."""
        if self.wish.leave_at is not None:
            return self.asked_first
        return ServiceTime(self.asked_last - self.direct_s - self.boarding_s)

    @property
    def last_pickup(self) -> ServiceTime:
        return ServiceTime(self.last - self.direct_s - self.boarding_s)

    def windows(self) -> Iterator[TimeWindow]:
        """Windows to board in, from the ideal time towards where the wish leaves room, as far as the rules say to look."""
        rules = self.rules
        if self.wish.leave_at is None:
            return islice(self.windows_before(), rules.search_before_s // rules.step_s + 1)
        return islice(self.windows_after(), rules.search_after_s // rules.step_s + 1)

    def windows_after(self) -> Iterator[TimeWindow]:
        """Windows to board in, a step long each, from the ideal time on."""
        return self._windows(self.rules.step_s)

    def windows_before(self) -> Iterator[TimeWindow]:
        """Windows to board in, a step long each, from the ideal time back."""
        return self._windows(-self.rules.step_s)

    def _windows(self, step_s: int) -> Iterator[TimeWindow]:
        begin = max(self.first, self.ideal) if step_s > 0 else min(self.last_pickup, self.ideal) + 1 + step_s
        while begin <= self.last_pickup and begin + abs(step_s) > self.first:
            window = TimeWindow(max(self.first, ServiceTime(begin)), min(self.last_pickup, ServiceTime(begin + abs(step_s) - 1)))
            if window.earliest <= window.latest:
                yield window
            begin += step_s

    def request(self, window: TimeWindow) -> Request:
        """The trip as hard windows, with nothing promised but that boarding begins within `window`."""
        return self._request(window, self.last)

    def promise(self, pickup_begin: int, dropoff_begin: int) -> Request:
        """The trip as what a passenger is told when it is planned so; the promise holds the plan and what was asked."""
        rules = self.rules
        arrive_by = min(self.last, _up(dropoff_begin + rules.arrival_slack_s))
        earliest = max(self.first, _down(pickup_begin - rules.pickup_before_s))
        in_time = max(_up(pickup_begin), _down(arrive_by - self.direct_s - self.boarding_s))
        latest = min(_up(pickup_begin + rules.pickup_after_s), in_time)
        return self._request(TimeWindow(earliest, latest), arrive_by)

    def displaced_s(self, pickup_begin: int, dropoff_begin: int) -> int:
        """How far from what was asked: from leaving at, or else from arriving by."""
        if self.wish.leave_at is not None:
            return abs(pickup_begin - self.origin.walk_s - self.wish.leave_at)
        assert self.wish.arrive_by is not None
        return abs(self.wish.arrive_by - dropoff_begin - self.alighting_s - self.destination.walk_s)

    def _request(self, window: TimeWindow, last: ServiceTime) -> Request:
        return Request(
            id=OFFERED,
            pickup=self.origin.point,
            dropoff=self.destination.point,
            pickup_window=window,
            dropoff_window=TimeWindow(window.earliest, last),
            load=self.wish.load,
            max_ride_s=max_ride_s(self.direct_s, self.rules),
            boarding_s=self.boarding_s,
            alighting_s=self.alighting_s,
        )


def trips_as_asked(wish: Wish, problem: Problem, rules: OfferRules, hours: TimeWindow) -> list[Trip]:
    """The pairs of stops of a wish, shortest walks first, never leaving before nor arriving after what was asked.

    Raises UnknownPoint.
    """
    trips = trips_in_hours(wish, problem, rules, hours)
    return [replace(trip, first=max(trip.first, trip.asked_first), last=min(trip.last, trip.asked_last)) for trip in trips]


def trips_in_hours(wish: Wish, problem: Problem, rules: OfferRules, hours: TimeWindow) -> list[Trip]:
    """The pairs of stops of a wish, shortest walks first, at any time that notice and hours allow. Raises UnknownPoint."""
    first, last = _up(max(hours.earliest, problem.now + rules.notice_s)), _down(hours.latest)
    pairs = product(_nearest(wish.origins, rules), _nearest(wish.destinations, rules))
    return [
        Trip(wish, rules, origin, destination, problem.travel(origin.point, destination.point), first, last)
        for origin, destination in sorted(pairs, key=lambda pair: pair[0].walk_s + pair[1].walk_s)
        if origin.point != destination.point and problem.travel.reachable(origin.point, destination.point)
    ]


def _nearest(accesses: tuple[Access, ...], rules: OfferRules) -> list[Access]:
    return sorted(accesses, key=lambda access: (access.walk_s, access.stop))[: rules.max_stops]


def _up(at: int) -> ServiceTime:
    """The whole minute at or after an instant."""
    return ServiceTime(-(-at // MINUTE_S) * MINUTE_S)


def _down(at: int) -> ServiceTime:
    """The whole minute at or before an instant."""
    return ServiceTime(at // MINUTE_S * MINUTE_S)
