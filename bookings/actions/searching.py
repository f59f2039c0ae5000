"""A wish that passes the rules, put before the plan of its day: what fits, and what would nearby."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bookings import plans
from bookings.calendar import open_hours
from bookings.limits import Clash, find_clash
from bookings.opening import open_day
from bookings.refusals import Alternative
from bookings.rules import Asked, at_time
from routing.model import Problem, TimeWindow
from routing.offers import Candidate, Wish, nearest_alternatives
from routing.plan import Plan
from routing.units import ServiceTime

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Search:
    """A wish as the engine takes it, with the plan of the day in which it's to fit."""

    asked: Asked
    sought: Wish
    plan: Plan
    problem: Problem
    hours: TimeWindow

    def candidates(self) -> list[Candidate]:
        """What can be promised about when it was asked for."""
        return [each for each in self._possible() if self._clash(each) is None]

    def find_clash(self) -> Clash | None:
        """What of the passenger's own journeys stands against whatever there would be room for."""
        return next((clash for each in self._possible() if (clash := self._clash(each))), None)

    def _possible(self) -> list[Candidate]:
        return self.asked.planner.offers(self.sought, self.plan, self.problem, self.asked.offer_rules, self.hours)

    def _clash(self, candidate: Candidate) -> Clash | None:
        asked, day, request = self.asked, self.plan.day, candidate.request
        begins, ends = day.instant(request.pickup_window.earliest), day.instant(request.dropoff_window.latest)
        return find_clash(asked.service, replace(asked.trip, from_at=begins, until_at=ends), asked.own)

    def nearest(self) -> list[Alternative]:
        """The nearest times of that day at which asking gets an offer."""
        near = self.nearby(self.asked.offer_rules.max_alternatives)
        return [at_time(each.asked, each.asked.wish.at) for each in near if each.candidates()]

    def nearby(self, most: int) -> Iterator[Search]:
        """The same at the nearest times of that day for which the plan has room; the nearest first, and so many at most."""
        rules, weights = replace(self.asked.offer_rules, max_alternatives=most), self.asked.planner.weights
        found = nearest_alternatives(self.sought, self.plan, self.problem, rules, weights, self.hours)
        return map(self.at, dict.fromkeys(self._time_to_ask(candidate) for candidate in found))

    def _time_to_ask(self, candidate: Candidate) -> datetime:
        """What to ask for, within the rules and in whole minutes, so as to be offered that."""
        request, day = candidate.request, self.plan.day
        if self.asked.wish.arrive_by:
            at = request.dropoff_window.latest + request.alighting_s + candidate.destination.walk_s
            return day.instant(ServiceTime(min(-(-at // MINUTE_S) * MINUTE_S, self.hours.latest)))
        at = (request.pickup_window.earliest - candidate.origin.walk_s) // MINUTE_S * MINUTE_S
        return max(day.instant(ServiceTime(max(at, self.hours.earliest))), self.asked.soonest)

    def at(self, at: datetime) -> Search:
        """The same at another time of the day."""
        time = self.plan.day.time_of(at)
        sought = replace(self.sought, arrive_by=time) if self.asked.wish.arrive_by else replace(self.sought, leave_at=time)
        return replace(self, asked=self.asked.at(at), sought=sought)


def search(asked: Asked) -> Search:
    """The search for a wish that passes the rules; its day is opened where it had not been."""
    open_day(asked.service, asked.date)
    plan, problem = plans.load(asked.service, asked.date, travel=asked.planner.travel, now=asked.now)
    if asked.instead_of and asked.instead_of.date == asked.date:
        plan = plan.without_request(asked.instead_of.request_id)
        problem = plans.without_requests(problem, {asked.instead_of.request_id})
    return search_in(asked, plan, problem)


def search_in(asked: Asked, plan: Plan, problem: Problem) -> Search:
    """The search for a wish that passes the rules, in a plan of its day."""
    hours = open_hours(asked.service, asked.date)
    assert hours is not None  # a rule
    sought = _as_sought(asked)
    problem = asked.planner.knowing(problem, [access.point for access in sought.origins + sought.destinations])
    return Search(asked, sought, plan, problem, hours)


def _as_sought(asked: Asked) -> Wish:
    service, wish, passenger, day = asked.service, asked.wish, asked.passenger, asked.service.day(asked.date)
    wheelchair = wish.party.wheelchairs > 0
    extra_s = passenger.extra_boarding_s if passenger else 0
    return Wish(
        origins=asked.accesses(wish.origin),
        destinations=asked.accesses(wish.destination),
        load=wish.party.load(service),
        leave_at=day.time_of(wish.leave_at) if wish.leave_at else None,
        arrive_by=day.time_of(wish.arrive_by) if wish.arrive_by else None,
        boarding_s=(service.wheelchair_boarding_s if wheelchair else service.boarding_s) + extra_s,
        alighting_s=(service.wheelchair_alighting_s if wheelchair else service.alighting_s) + extra_s,
    )
