"""The way back of a journey that is asked for with its return: both are offered, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bookings.actions.placing import with_request
from bookings.actions.searching import Search, search, search_in
from bookings.calendar import open_hours
from bookings.limits import OwnTrip
from bookings.refusals import Alternative, Reason
from bookings.rule_words import SENTENCES
from bookings.rules import Asked, find_reason
from bookings.rules.people import too_many_bookings
from bookings.rules.times import closed
from bookings.words import Sayable, Sentences, phrase
from routing.model import ANY_TIME, RequestId
from routing.offers import Candidate, explain_wish, nearest_alternatives
from routing.plan import Plan, Visit
from routing.trips import OFFERED
from routing.units import ServiceTime

THERE = RequestId("there")
"""What the way there is called in the plan in which a way back is sought."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A way there and a way back that the plans have room for together; `searched` is that of the way back."""

    there: Candidate
    back: Candidate
    searched: Search


@dataclass(frozen=True, slots=True)
class Homeward:
    """The search for a way back, in a plan that has the way there, and when that has ended at the latest."""

    searched: Search
    not_before: ServiceTime
    last: bool
    """Whether the last way home is wanted, and not the one that suits best."""

    def find(self) -> Candidate | None:
        """The way back that is to be offered."""
        latest = self.searched.sought.arrive_by
        if latest is not None and latest <= self.not_before and not self.last:
            return None
        found = self._behind(self.searched.candidates())
        if not self.last:
            return found[0] if found else None
        return max(found or self._behind(self._nearest()), key=lambda each: each.pickup_begin, default=None)

    def _nearest(self) -> list[Candidate]:
        each, planner = self.searched, self.searched.asked.planner
        return nearest_alternatives(each.sought, each.plan, each.problem, planner.rules, planner.weights, each.hours)

    def _behind(self, found: Iterable[Candidate]) -> list[Candidate]:
        return [each for each in found if each.request.pickup_window.earliest - each.origin.walk_s >= self.not_before]


def works(searched: Search) -> bool:
    """Whether asking for that gets an offer: of the way there, and of a way back behind it where one is wanted."""
    found = searched.candidates()
    if not found or searched.asked.wish.back is None:
        return bool(found)
    back = _way_back(searched.asked)
    if isinstance(back, Reason) or find_reason(back):
        return False
    return any(_homeward(there, searched, back).find() for there in found)


def with_ways_back(searched: Search, found: Sequence[Candidate]) -> list[Pair] | Reason:
    """Each way there with the way back that suits best behind it; or why no way there has one."""
    asked = searched.asked
    back = _way_back(asked)
    if isinstance(back, Reason):
        return _no_return(back.detail, ())
    reason = find_reason(back)
    if reason:
        return _no_return(reason.detail, _tried(reason.alternatives, found[0], searched, back))
    if reason := too_many_bookings(replace(back, own=(*back.own, _as_own(found[0], searched)))):
        return _no_return(reason.detail, ())
    pairs, homewards = [], [_homeward(there, searched, back) for there in found]
    for there, homeward in zip(found, homewards, strict=True):
        if (candidate := homeward.find()) is not None:
            pairs.append(Pair(there, candidate, homeward.searched))
    if pairs:
        return pairs
    each = homewards[0].searched
    constraint = explain_wish(each.sought, each.plan, each.problem, asked.planner.rules, each.hours)
    return _no_return(SENTENCES[constraint], _tried(each.nearest(), found[0], searched, back))


def _way_back(asked: Asked) -> Asked | Reason:
    """The way back as asked; why not, where it is to be the last one of a day that is closed."""
    back, service = asked.wish.back, asked.service
    assert back is not None
    if back.at:
        wish = asked.wish.reversed(leave_at=back.leave_at, arrive_by=back.arrive_by)
        homeward = replace(asked, wish=wish, instead_of=None)
        return homeward if homeward.date >= asked.date else _backwards()
    hours = open_hours(service, asked.date)
    if hours is None:
        reason = closed(asked)
        assert reason is not None
        return reason
    closes = service.day(asked.date).instant(hours.latest)
    return replace(asked, wish=asked.wish.reversed(arrive_by=closes), instead_of=None)


def _backwards() -> Reason:
    return Reason("no_return", phrase("No way back"), phrase("It would be before you would arrive."))


def _homeward(there: Candidate, searched: Search, back: Asked) -> Homeward:
    last = searched.asked.wish.is_open
    if back.date != searched.asked.date:
        return Homeward(search(back), ANY_TIME.earliest, last)
    plan = _called_there(there.insertion.into(searched.plan))
    each = search_in(back, plan, with_request(searched.problem, replace(there.request, id=THERE)))
    at_the_door = ServiceTime(there.request.dropoff_window.latest + there.request.alighting_s + there.destination.walk_s)
    if each.sought.leave_at is not None:
        each = replace(each, sought=replace(each.sought, leave_at=max(each.sought.leave_at, at_the_door)))
    return Homeward(each, at_the_door, last)


def _as_own(there: Candidate, searched: Search) -> OwnTrip:
    """The way there as the passenger would have it booked."""
    wish, day, request = searched.asked.wish, searched.plan.day, there.request
    begins, ends = day.instant(request.pickup_window.earliest), day.instant(request.dropoff_window.latest)
    return OwnTrip("", searched.asked.service.pk, wish.origin, wish.destination, begins, ends)


def _called_there(plan: Plan) -> Plan:
    route = plan.find_route_of(OFFERED)
    assert route is not None
    visits = tuple(Visit(visit.action, THERE) if visit.subject == OFFERED else visit for visit in route.visits)
    return plan.with_route(route.with_visits(visits))


def _tried(alternatives: Iterable[Alternative], there: Candidate, searched: Search, back: Asked) -> list[Alternative]:
    """Those at which the way back is possible behind the way there."""
    found = []
    for each in alternatives:
        if not (each.leave_at or each.arrive_by):
            continue
        again = replace(back, wish=replace(back.wish, leave_at=each.leave_at, arrive_by=each.arrive_by))
        if find_reason(again) is None and replace(_homeward(there, searched, again), last=False).find():
            found.append(replace(each, kind="other_return", text=phrase("Way back: {time}", time=each.text)))
    return found


def _no_return(why: Sayable, alternatives: Sequence[Alternative]) -> Reason:
    if alternatives:
        then = phrase("Choose one of the other times for the way back.")
    else:
        then = phrase("Ask for the way there alone, or telephone.")
    said = Sentences((phrase("The way there is possible, the way back is not."), why, then))
    return Reason("no_return", phrase("No way back"), said, alternatives)
